package import RunModel

/// Where everything of one run lies on disk, below the state folder.
package struct RunFolder: Hashable, Sendable {
    package let run: RunID
    /// `<state>/runs/<id>`.
    package let path: String
    /// `<state>/worktrees/<id>`.
    package let worktrees: String

    package init(state: String, run: RunID) {
        self.run = run
        path = "\(state)/runs/\(run)"
        worktrees = "\(state)/worktrees/\(run)"
    }

    package var journal: String { path + "/journal.ndjson" }
    /// Held with `flock` by the process that drives the run.
    package var ownerLock: String { path + "/owner.lock" }
    /// Its presence asks the driving process to cancel.
    package var cancelRequest: String { path + "/cancel" }

    package func agent(_ id: AgentID) -> String { "\(path)/agents/\(id.slug)" }
    package func prompt(_ id: AgentID) -> String { agent(id) + "/prompt.md" }
    package func attempt(_ id: AgentID, _ number: Int) -> String { "\(agent(id))/attempt-\(number)" }
    package func worktree(_ id: AgentID) -> String { "\(worktrees)/\(id.slug)" }
    /// What names of runs' worktrees begin with, below `.git/worktrees`.
    package static let worktreePrefix = "switchyard-"
    /// The name of an agent's worktree below `.git/worktrees`.
    package func worktreeName(_ slug: String) -> String { "\(Self.worktreePrefix)\(run)-\(slug)" }
    /// The runner's own worktree; the dot is in no agent's slug.
    package var verifyWorktree: String { worktrees + "/.verify" }

    /// Full name of the ref folder that belongs to the agent alone.
    package func refFolder(_ id: AgentID) -> String { "refs/heads/switchyard/\(run)/\(id.slug)/" }
    package func branch(_ id: AgentID) -> String { refFolder(id) + "work" }
    /// Keeps the run's base and its train's head from garbage collection.
    package var baseRef: String { "refs/switchyard/runs/\(run)/base" }
    package var trainRef: String { "refs/switchyard/runs/\(run)/train" }
    /// Where work that was refused is kept.
    package func refusedRef(_ id: AgentID) -> String { "refs/switchyard/refused/\(run)/\(id.slug)" }
    /// Where the work of an attempt that was cut off is kept.
    package func rescuedRef(_ id: AgentID, attempt: Int) -> String {
        "refs/switchyard/rescued/\(run)/\(id.slug)/attempt-\(attempt)"
    }
}
