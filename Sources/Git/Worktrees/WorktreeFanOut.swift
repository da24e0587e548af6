/// Creates many worktrees of one commit at once: each file is read from the object database once and written into all.
package struct WorktreeFanOut: Sendable {
    package struct Options: Sendable {
        /// Threads that write files; default: the number of processors.
        package var threads: Int?

        package init(threads: Int? = nil) {
            self.threads = threads
        }
    }

    /// Absolute path of the main repository (working tree or git folder).
    package let repository: String
    package let command: GitCommand
    package let options: Options

    package init(repository: String, command: GitCommand, options: Options = Options()) {
        self.repository = repository
        self.command = command
        self.options = options
    }

    /// Creates the worktrees at the commit; all or none: what was made is taken back when one fails.
    ///
    /// Afterwards each one's `HEAD` is read back and compared. Where `.gitattributes` name external filters (LFS) or
    /// working-tree encodings, the git command is used instead, one worktree after the other; then git chooses the names.
    package func create(
        _ requests: [WorktreeRequest],
        at commit: OID,
        lane: GitLane
    ) async throws(GitError) -> [Worktree] {
        guard !requests.isEmpty else { return [] }
        let (repository, options) = (repository, options)
        let made = try await lane.run { () throws(GitError) -> [Worktree]? in
            let handle = try Repository(path: repository)
            let plan = try FanOutPlan(commit: commit, in: handle)
            if case .external = plan.filter { return nil }
            return try FanOutRun(plan: plan, repository: repository).create(requests, threads: options.threads)
        }
        if let made { return made }
        return try await createWithCommand(requests, at: commit, lane: lane)
    }

    private func createWithCommand(
        _ requests: [WorktreeRequest],
        at commit: OID,
        lane: GitLane
    ) async throws(GitError) -> [Worktree] {
        for request in requests {
            try await command.addWorktree(request, at: commit, in: repository)
        }
        let repository = repository
        return try await lane.run { () throws(GitError) -> [Worktree] in
            let all = try WorktreeList(repository: repository).all()
            return requests.compactMap { request in all.first { $0.path == request.path } }
        }
    }
}
