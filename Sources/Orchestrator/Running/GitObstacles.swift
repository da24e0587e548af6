import Foundation
import Git
import RunModel

/// What processes leave behind that stops git, in places where nobody but this run writes.
///
/// Lock files of a killed git are known to be stale, because the run is driven by this process alone and the agent's
/// processes have ended. Lock files of shared places, such as the base branch, may belong to the user and are never
/// touched. Pipes where git reads files hold nothing.
struct GitObstacles {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    /// Removes those of one agent whose processes have ended: of its branch, its git folder and its worktree.
    func clear(_ agent: AgentID) async throws {
        try await clear([
            active.folder.refFolder(agent), "worktrees/\(AgentWorktrees(active).name(agent))",
        ])
        let worktree = active.folder.worktree(agent)
        try tell(await active.git { _ throws(GitError) in try BlockingFiles.remove(inWorkingTree: worktree) })
    }

    /// Removes pipes among all refs: agents still at work can put them among their own, and every look reads all.
    func clearReferences() async throws {
        try tell(
            await active.git { repository throws(GitError) in
                try BlockingFiles.remove(inGitFolder: repository.commonDirectory + "/refs")
            }
        )
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
        let pipes = try await active.git { repository throws(GitError) in
            var pipes: [String] = []
            for folder in folders {
                let path = repository.commonDirectory + "/" + folder
                pipes += try BlockingFiles.remove(inGitFolder: path)
                let names = FileManager.default.enumerator(atPath: path)
                while let name = names?.nextObject() as? String {
                    // What cannot be removed shows in the git command that meets it, with its own words.
                    if name.hasSuffix(".lock") { try? FileManager.default.removeItem(atPath: path + "/" + name) }
                }
            }
            return pipes
        }
        try tell(pipes)
    }

    private func tell(_ pipes: [String]) throws {
        for path in pipes {
            let shown = active.environment.relative(path)
            try active.note(
                Finding(.warning, "pipe-removed", "A pipe stood at '\(shown)', where git reads files; it was removed.")
            )
        }
    }
}
