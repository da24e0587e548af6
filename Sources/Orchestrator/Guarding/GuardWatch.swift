package import ChildProcesses
package import Git
import Locking
import RunModel

/// Watches what the agents of one wave share: refs, heads, settings, hooks.
///
/// Each look compares with the one before it, whoever asks for it, and holds what it finds against the agents that were
/// at work meanwhile. So nobody's snapshot can hold another's move, what one inspection puts back the next does not bring
/// again, and an agent whose trace was wiped away before its own inspection still hears of it there.
package final class GuardWatch: Sendable {
    private struct State: Sendable {
        /// What the last look left.
        var known: SharedState
        /// Agents that have begun and were not inspected yet.
        var atWork: [GuardSite] = []
        /// What earlier looks found out about agents that are still at work.
        var pending: [AgentID: [GuardViolation]] = [:]
    }

    private let commonFolder: String
    /// What keeps the agents in: all agents of a run have the same.
    private let sandbox: SandboxKind
    /// Full name of the branch the run lands on; it and the `HEAD` that names it are put back when they are changed past
    /// git.
    private let landingBranch: String?
    private let state: Lock<State>

    private init(commonFolder: String, sandbox: SandboxKind, landingBranch: String?, known: SharedState) {
        self.commonFolder = commonFolder
        self.sandbox = sandbox
        self.landingBranch = landingBranch
        state = Lock(State(known: known))
    }

    /// Takes the first look, before any agent of the wave begins.
    package static func begin(
        commonFolder: String,
        sandbox: SandboxKind,
        landingBranch: String? = nil,
        tools: GuardTools
    ) async throws(OrchestratorError) -> GuardWatch {
        let known = try await tools.withRepository(commonFolder, doing: "look at the repository before the wave") {
            repository throws(GitError) in try SharedState.take(repository, commonFolder: commonFolder)
        }
        return GuardWatch(commonFolder: commonFolder, sandbox: sandbox, landingBranch: landingBranch, known: known)
    }

    /// From now on the agent may have done what a look finds.
    package func admit(_ site: GuardSite) {
        state.withLock { state in
            state.atWork.removeAll { $0.agent == site.agent }
            state.atWork.append(site)
            state.atWork.sort { $0.agent.rawValue < $1.agent.rawValue }
        }
    }

    /// Runs the user's own commands and takes the shared files they change as they are.
    ///
    /// - Returns: paths of the files that changed while agents were at work that might have done it too.
    func accepting(
        tools: GuardTools,
        _ body: () async throws -> Void
    ) async throws -> [String] {
        let folder = commonFolder
        let before = await tools.blocking { SharedState.files(folder) }
        try await body()
        let isHeld = sandbox != .none
        let state = state
        return await tools.blocking {
            let after = SharedState.files(folder)
            let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
            return state.withLock { state in
                for path in changed { state.known.files[path] = after[path] }
                return isHeld || state.atWork.isEmpty ? [] : changed
            }
        }
    }

    /// Looks for what changed since the last look, puts back what can be put back, and says what the agent answers for.
    ///
    /// Call it once for each admitted agent, after its last process has ended. Nothing is lost, see
    /// ``GuardViolation/kept``.
    ///
    /// - `neighbours`: all agents of the wave, whose branches are theirs; at work or not.
    /// - `ownMoves`: refs the runner itself moved meanwhile: full names, or folders with their last slash.
    /// - `command`: asks the snapshot's remotes again, to find pushes; `nil` leaves them out.
    package func inspect(
        _ site: GuardSite,
        since before: GuardSnapshot,
        neighbours: [GuardSite],
        ownMoves: Set<String> = [],
        command: GitCommand? = nil,
        tools: GuardTools
    ) async throws(OrchestratorError) -> GuardInspection {
        let (state, sandbox, landingBranch, folder) = (state, sandbox, landingBranch, commonFolder)
        // The lane is serial, so no other look comes between reading the state and writing it.
        var violations = try await tools.withRepository(
            folder,
            doing: "look for what agent \(site.agent) touched"
        ) { repository throws(GitError) in
            let (known, atWork) = state.withLock { ($0.known, $0.atWork) }
            let inspector = GuardInspector(
                commonFolder: folder,
                run: site.run,
                atWork: atWork.contains { $0.agent == site.agent } ? atWork : atWork + [site],
                neighbours: neighbours,
                sandbox: sandbox,
                ownMoves: ownMoves,
                landingBranch: landingBranch
            )
            let look = try inspector.look(since: known, in: repository)
            let shared = state.withLock { state in
                state.known = look.state
                state.pending.merge(look.violations) { $0 + $1 }
                state.atWork.removeAll { $0.agent == site.agent }
                return state.pending.removeValue(forKey: site.agent) ?? []
            }
            let own = OwnInspector(site: site)
            return own.attempts(since: before) + shared + own.files(since: before)
        }
        if let command {
            violations += try await OwnInspector(site: site).pushes(since: before, command: command, tools: tools)
        }
        return GuardInspection(agent: site.agent, violations: violations, sandbox: sandbox.rawValue)
    }
}
