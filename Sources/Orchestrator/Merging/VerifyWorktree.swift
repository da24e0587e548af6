package import Git

/// A detached worktree in which candidates of a train are tried, moved from commit to commit.
///
/// Moving restores every tracked file and removes what is neither tracked nor ignored; ignored files stay, so that
/// build products and copied environments are used again.
package struct VerifyWorktree: Sendable {
    /// Absolute path of the repository it belongs to.
    package let repository: String
    /// Absolute path of its folder.
    package let path: String
    /// Its name under `.git/worktrees`.
    package let name: String
    package let lane: GitLane
    package let command: GitCommand
    /// Prepares a worktree that was just made, for example by copying ignored files into it.
    private let prepare: @Sendable (_ path: String) async throws -> Void

    package init(
        repository: String,
        path: String,
        name: String,
        lane: GitLane,
        command: GitCommand,
        prepare: @escaping @Sendable (_ path: String) async throws -> Void = { _ in }
    ) {
        self.repository = repository
        self.path = path
        self.name = name
        self.lane = lane
        self.command = command
        self.prepare = prepare
    }

    /// Shows the commit in the worktree, which is made when it does not exist.
    ///
    /// - Throws: `GitError` when it cannot be made or moved; what the preparation throws.
    package func show(_ commit: OID) async throws {
        if try await exists() {
            try await command.moveWorktree(at: path, to: commit)
        } else {
            let fanOut = WorktreeFanOut(repository: repository, command: command)
            _ = try await fanOut.create([WorktreeRequest(name: name, path: path, branch: nil)], at: commit, lane: lane)
            try await prepare(path)
        }
        guard try await head() == commit else {
            throw GitError(
                code: .verification,
                message: "the verify worktree does not show the commit \(commit.short)",
                subject: path,
                hint: "remove the folder and try again"
            )
        }
    }

    /// The commit its `HEAD` stands at; `nil` when a branch was checked out or `HEAD` is broken.
    package func head() async throws(GitError) -> OID? {
        try await lane.run(at: path) { (repository: borrowing Repository) throws(GitError) -> OID? in
            guard case .detached(let commit) = try repository.head() else { return nil }
            return commit
        }
    }

    private func exists() async throws(GitError) -> Bool {
        let list = WorktreeList(repository: repository)
        let (name, path) = (name, path)
        return try await lane.run(at: repository) { repository throws(GitError) -> Bool in
            // Commands that ran in it may have left pipes; a folder removed by hand leaves metadata in the way.
            _ = try BlockingFiles.remove(inGitFolder: "\(repository.commonDirectory)/worktrees/\(name)")
            _ = try BlockingFiles.remove(inWorkingTree: path)
            try list.pruneStale(named: name)
            return try list.all().contains { ($0.name == name || $0.path == path) && !$0.isStale }
        }
    }
}
