import Agents
import ChildProcesses
import Foundation
import Git
import Locking
import Orchestrator
import RunModel
import Services
import TestSupport

/// A repository, and a coordinator over it with the script engine and no sandbox.
struct RunFixture: Sendable {
    let repository: TemporaryRepository
    let environment: RunEnvironment
    let stores: RunStores
    let options: RunOptions

    init(in folder: TemporaryFolder, options: RunOptions? = nil) throws {
        repository = try TemporaryRepository(in: folder)
        try repository.commit("first", files: ["README.md": "# Scratch\n"])
        let variables = repository.gitFixture.environment
        let state = repository.path + "/.switchyard"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        try repository.write(".switchyard/\n", to: ".git/info/exclude")
        let runner = ChildRunner()
        environment = RunEnvironment(
            program: "test",
            repository: repository.path,
            state: state,
            variables: variables,
            user: "ada@test",
            engines: EngineCatalog(searchPath: variables["PATH"] ?? "", runner: runner),
            prompts: .build,
            runner: runner,
            git: GitCommand(environment: variables)
        )
        stores = RunStores(landing: LeaseLock(driver: MemoryLockDriver()), fences: state + "/fences")
        self.options = options ?? RunOptions(isBaselineEnabled: false, sandbox: "off")
    }

    /// An assignment that runs one script and owns those files.
    static func assignment(
        _ id: String,
        owns: [String],
        dependsOn: [String] = [],
        script: String
    ) -> Assignment {
        Assignment(
            id: AgentID(id),
            title: "Work of \(id)",
            prompt: "do it",
            ownership: Ownership(owned: owns.map { OwnedPath(pattern: PathPattern(kind: .path, text: $0)) }),
            dependsOn: dependsOn.map { AgentID($0) },
            scripts: [ScriptBlock(language: "bash", body: script, line: 1)]
        )
    }

    static func plan(_ assignments: [Assignment], waves: [[String]]? = nil, verify: [String] = []) -> Plan {
        Plan(
            title: "Fixture",
            file: "task.md",
            assignments: assignments,
            mergeOrder: assignments.map(\.id),
            verify: verify,
            waves: (waves ?? [assignments.map(\.id.rawValue)]).map { Wave($0.map { AgentID($0) }) }
        )
    }

    func start(_ plan: Plan) async throws -> RunSummary {
        try await RunCoordinator(environment: environment, stores: stores).start(plan, options: options)
    }
}
