import Agents
import ChildProcesses
import Foundation
import Git
import Glibc
import Orchestrator
import RunModel
import Services

/// Puts the surroundings of a dispatch together: repository, engine, stores.
struct DispatchComposition {
    let ledger: OpenLedger
    /// The engine that answers; `nil` without one.
    let engine: String?
    let context: CommandContext
    let run: RunComposition

    init(ledger: OpenLedger, engine: String?, context: CommandContext) throws {
        self.ledger = ledger
        self.engine = engine
        self.context = context
        run = try RunComposition(place: ledger.place, settings: ledger.settings, context: context)
    }

    func surroundings() throws -> DispatchAgent.Surroundings {
        let (root, base, stores) = (ledger.place.root, run.environment.base, ledger.stores)
        let state = run.environment.state
        let helpers = try helpers()
        return DispatchAgent.Surroundings(
            gitFacts: { try await RepositoryFactsReader(root).load(base: base) },
            answerer: helpers.answerer,
            triage: helpers.triage,
            isFile: { path in Self.isFile(path, in: root) },
            isValidPrompt: { LedgerComposition.isValidPrompt($0) },
            systemFacts: { await Self.facts(stores, root: root, state: state) },
            now: context.now
        )
    }

    /// A file that is there, or would lie in a folder that is.
    private static func isFile(_ path: String, in root: String) -> Bool {
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { return false }
        let place = root + "/" + path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) { return !isFolder.boolValue }
        guard path.contains("/") else { return false }
        let folder = (place as NSString).deletingLastPathComponent
        return FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func facts(_ stores: OpenStores, root: String, state: String) async -> SystemFacts {
        let report = await HealthMonitor(checks: stores.healthChecks).report()
        var facts = SystemFacts()
        facts.services = report.components.map { part in
            SystemFacts.Part(
                name: part.name,
                isReady: part.status == .ready,
                detail: part.reason ?? part.status.rawValue
            )
        }
        var status = statvfs()
        if statvfs(root, &status) == 0 { facts.freeBytes = Int64(status.f_bavail) * Int64(status.f_frsize) }
        // A folder that cannot be listed is one that no run has made.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: state + "/worktrees")) ?? []
        let store = RunStore(state: state)
        facts.staleWorktrees = names.filter { name in !store.isActive(RunID(name)) }.sorted()
        return facts
    }
}
