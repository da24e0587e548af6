import ChildProcesses
import Git
import RunModel

/// Finds out which test and verify commands fail on the base already, so that no agent is blamed for them.
struct BaselineStage {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    /// Runs the plan's commands once in a worktree at the base; nothing when there are none or it is switched off.
    func record(at base: OID) async throws -> [BaselineFailure] {
        let commands = BaselineRecorder.commands(of: active.plan)
        guard active.options.isBaselineEnabled, !commands.isEmpty else { return [] }
        return try await GateWorktree(active, name: "baseline").use(at: base) { path in
            let (failures, findings) = await BaselineRecorder(runner: active.environment.runner).record(
                commands, in: path, environment: active.environment.gitVariables, limit: active.options.commandTimeout)
            try Task.checkCancellation()
            for finding in findings { try active.note(finding) }
            return failures
        }
    }
}

/// A detached worktree of the runner's own, for tests on a commit no agent works on.
struct GateWorktree {
    private let active: ActiveRun
    private let name: String

    init(_ active: ActiveRun, name: String) {
        self.active = active
        self.name = name
    }

    /// Creates the worktree at the commit, runs the body with its path, and removes it.
    func use<Result>(at commit: OID, _ body: (String) async throws -> Result) async throws -> Result {
        let repository = active.environment.repository
        // A dot begins the folder's name, so that it cannot be an agent's.
        let path = "\(active.folder.worktrees)/.\(name)"
        let entry = "switchyard-\(active.run)-.\(name)"
        let trash = active.environment.state + "/trash"
        let lane = active.lane
        let list = WorktreeList(repository: repository)
        let stale = Worktree(name: entry, path: path, branch: nil, head: nil)
        do throws(GitError) {
            if try await lane.run({ () throws(GitError) in try list.all() }).contains(where: { $0.name == entry }) {
                _ = try await lane.run { () throws(GitError) in
                    try list.remove(stale, trash: trash, deletingBranchAt: nil)
                }
            }
            let fanOut = WorktreeFanOut(repository: repository, command: active.environment.git)
            _ = try await fanOut.create(
                [WorktreeRequest(name: entry, path: path, branch: nil)], at: commit, lane: lane)
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(path)) } catch { outcome = .failure(error) }
        // What cannot be removed now is found by the reaper.
        _ = try? await lane.run { () throws(GitError) in
            try list.remove(stale, trash: trash, deletingBranchAt: nil)
        }
        return try outcome.get()
    }
}
