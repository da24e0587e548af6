import Git
package import RunModel

/// Where one agent works, and the only ref it may move.
package struct GuardSite: Hashable, Sendable {
    package let run: RunID
    package let agent: AgentID
    /// Absolute path of the git folder that all worktrees share, without symbolic links.
    package let commonFolder: String
    /// Absolute path of the agent's worktree, without symbolic links.
    package let worktree: String
    /// The worktree's own git folder: `<common>/worktrees/<name>`.
    package let worktreeGitFolder: String
    /// Full name of the agent's branch; its parent is a ref folder that belongs to the agent alone.
    package let branch: String
    /// Commit the worktree was created at (hex).
    package let base: String

    package init(
        run: RunID,
        agent: AgentID,
        commonFolder: String,
        worktree: String,
        worktreeGitFolder: String,
        branch: String,
        base: String
    ) {
        self.run = run
        self.agent = agent
        self.commonFolder = commonFolder
        self.worktree = worktree
        self.worktreeGitFolder = worktreeGitFolder
        self.branch = branch
        self.base = base
    }

    /// The agent's ref folder with its last slash: `refs/heads/switchyard/<run>/<agent>/`.
    package var refFolder: String {
        branch.lastIndex(of: "/").map { String(branch[...$0]) } ?? branch
    }

    /// How worktree and repository are joined.
    var link: WorktreeLink {
        WorktreeLink(worktree: worktree, gitFolder: worktreeGitFolder, commonFolder: commonFolder)
    }

    /// Root of the main working tree, as far as the shared git folder's place tells.
    var mainWorktree: String {
        commonFolder.hasSuffix("/.git") ? String(commonFolder.dropLast("/.git".count)) : commonFolder
    }

    /// Where everything the guard writes for this agent lies.
    package var folder: String { "\(commonFolder)/switchyard/\(run)/\(agent.slug)" }
    /// The hooks git runs in this worktree.
    package var hooks: String { folder + "/hooks" }
    /// Programs that stand before others in the agent's search path: the one that hears of refused pushes.
    package var programs: String { folder + "/programs" }
    /// Settings git reads in this worktree through the launch environment.
    package var settings: String { folder + "/guard.gitconfig" }
    /// The only folder of the guard that the agent's processes must be able to write: what the hooks refused.
    package var refusals: String { folder + "/refusals" }
    var refusalLog: String { refusals + "/log" }
    /// Copies of settings and hooks that the guard put back.
    package var rescued: String { folder + "/rescued" }

    /// Ends the committer name of every git command the agent starts, so that reflogs tell who moved a ref.
    package var mark: String { "(switchyard \(run)/\(agent.slug))" }
}
