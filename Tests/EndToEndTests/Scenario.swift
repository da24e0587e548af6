import Foundation
import Orchestrator
import RunModel
import TestSupport

/// A scratch repository with a bare remote, and the built tool to run in it.
struct Scenario {
    /// What one call of the tool did.
    typealias Call = GitFixture.Output

    let repository: TemporaryRepository
    let remote: String
    let tool: String

    /// Makes a repository with one commit of those files on `main`, pushed to the bare remote `origin`.
    init(
        in folder: TemporaryFolder,
        files: [String: String] = ["README.md": "# Scratch\n", "CHANGELOG.md": "# Changelog\n"]
    ) throws {
        repository = try TemporaryRepository(in: folder)
        try repository.commit("first", files: files)
        remote = try repository.addBareRemote()
        tool = try BuiltProduct.switchyard()
    }

    /// The tool's environment: git's of the fixture, without the fixed author and date.
    var environment: [String: String] {
        repository.gitFixture.environment
            .filter { !["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].contains($0.key) }
            .merging(BuiltProduct.environment) { $1 }
    }

    /// Runs the tool in the repository to its end; a call that takes longer than the limit is killed (status 137).
    func call(
        _ arguments: String...,
        limitInSeconds: Int = 100,
        adding extra: [String: String] = [:]
    ) async throws -> Call {
        try await execute([tool] + arguments, limitInSeconds: limitInSeconds, adding: extra)
    }

    /// Writes the task file (untracked) and runs it.
    func run(
        _ task: ScriptTaskFile,
        options: [String] = [],
        limitInSeconds: Int = 100,
        adding extra: [String: String] = [:]
    ) async throws -> Finished {
        let file = try repository.folder.write(task.text, to: "task.md")
        let words = [tool, "run", file, "--display", "plain"] + options
        let call = try await execute(words, limitInSeconds: limitInSeconds, adding: extra)
        return try Finished(call: call, entries: latestEntries())
    }

    /// Runs a program to its end, in the repository or another folder; one that takes longer than the limit is killed.
    func execute(
        _ command: [String],
        in folder: String? = nil,
        limitInSeconds: Int = 100,
        adding extra: [String: String] = [:]
    ) async throws -> Call {
        try await SpawnedCommand.result(
            of: ["timeout", "-s", "KILL", "\(limitInSeconds)", "env", "-C", folder ?? repository.path] + command,
            environment: environment.merging(extra) { $1 }
        )
    }

    var store: RunStore { RunStore(state: repository.path + "/.switchyard") }

    /// The facts of the newest run; empty when there is none.
    func latestEntries() throws -> [JournalEntry] {
        guard let run = store.list().first else { return [] }
        return try Journal.load(store.folder(run).journal).entries
    }

    /// Names of refs below a prefix.
    func refs(_ prefix: String) throws -> [String] {
        try repository.git("for-each-ref", "--format=%(refname)", prefix).split(separator: "\n").map(String.init)
    }

    /// Commit a branch of the remote has.
    func remoteCommit(_ branch: String = "main") throws -> String {
        try repository.git(in: remote, "rev-parse", "refs/heads/\(branch)")
    }
}

extension Scenario {
    /// A run that came to an end, by itself or killed.
    struct Finished {
        let call: Call
        let entries: [JournalEntry]
        let record: RunRecord

        init(call: Call, entries: [JournalEntry]) {
            self.call = call
            self.entries = entries
            record = RunRecord(entries)
        }

        var status: Int32 { call.status }

        /// What happened to an agent.
        func agent(_ id: String) -> AgentRecord { record.agents[AgentID(id)] ?? AgentRecord() }

        /// Agents that landed, sorted.
        var landed: [String] { record.agents.filter(\.value.isLanded).map(\.key.rawValue).sorted() }

        /// Agents that were refused, with the reason.
        var refused: [String: RefusalReason] {
            var refused: [String: RefusalReason] = [:]
            for (id, agent) in record.agents { refused[id.rawValue] = agent.refusal?.reason }
            return refused
        }
    }
}

/// Runs the body with a fresh scenario and removes it afterwards.
func withScenario<Result>(
    files: [String: String] = ["README.md": "# Scratch\n", "CHANGELOG.md": "# Changelog\n"],
    _ body: (Scenario) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { try await body(Scenario(in: $0, files: files)) }
}
