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
    /// working-tree encodings, the git command is used instead, one worktree after the other.
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
            let common = try Repository(path: repository).commonDirectory
            for request in requests { try Self.name(request, below: common) }
            let all = try WorktreeList(repository: repository).all()
            return requests.compactMap { request in all.first { $0.path == request.path } }
        }
    }

    /// Gives the worktree the name that was asked for: git has named it after the last part of its path.
    private static func name(_ request: WorktreeRequest, below common: String) throws(GitError) {
        let link = request.path + "/.git"
        let wanted = "\(common)/worktrees/\(request.name)"
        guard let line = try FileBytes.line(link), line.hasPrefix("gitdir: ") else {
            throw GitError(
                code: .verification,
                message: "cannot find where git keeps the worktree '\(request.path)'",
                subject: request.path
            )
        }
        let given = String(line.dropFirst("gitdir: ".count))
        guard given != wanted else { return }
        guard !FileBytes.exists(wanted) else {
            throw GitError(
                code: .exists,
                message: "cannot create the worktree '\(request.name)': git has one of that name already",
                subject: request.name,
                hint: "remove it, or drop leftovers with: git worktree prune"
            )
        }
        try FileBytes.rename(given, to: wanted)
        let draft = request.path + "/.git.switchyard"
        try FileBytes.removeAll(draft)
        try FileBytes.create(draft, "gitdir: \(wanted)\n")
        try FileBytes.rename(draft, to: link)
    }
}
