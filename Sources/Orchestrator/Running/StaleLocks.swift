import Foundation
import Git
import RunModel

/// Lock files that a killed git process left where nobody but this run writes.
///
/// They are known to be stale, because the run is driven by this process alone and the agent's processes have ended.
/// Lock files of shared places, such as the base branch, may belong to the user and are never touched.
struct StaleLocks {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    /// Removes those of one agent whose processes have ended: of its branch and of its worktree.
    func clear(_ agent: AgentID) async throws {
        try await clear([
            active.folder.refFolder(agent), "worktrees/\(AgentWorktrees(active).name(agent))",
        ])
    }

    /// Removes those of the whole run, none of whose processes may be alive.
    func clearAll() async throws {
        for assignment in active.plan.assignments { try await clear(assignment.id) }
        let run = active.run.rawValue
        try await clear(
            ["runs", "refused", "rescued"].map { "refs/switchyard/\($0)/\(run)" }
                + ["worktrees/\(AgentWorktrees(active).verify.name)"]
        )
    }

    private func clear(_ folders: [String]) async throws {
        try await active.git { repository throws(GitError) in
            for folder in folders {
                let path = repository.commonDirectory + "/" + folder
                let names = FileManager.default.enumerator(atPath: path)
                while let name = names?.nextObject() as? String {
                    // What cannot be removed shows in the git command that meets it, with its own words.
                    if name.hasSuffix(".lock") { try? FileManager.default.removeItem(atPath: path + "/" + name) }
                }
            }
        }
    }
}
