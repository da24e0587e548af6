/// Creates many worktrees of one commit at once: each file is read from the object database once and written into all.
package struct WorktreeFanOut: Sendable {
    package struct Options: Sendable {
        /// Threads that write files; default: the number of processors.
        package var threads: Int?
        /// Read every worktree's `HEAD` and index back after creation, and compare the tree. Default `true`.
        package var verifies: Bool

        package init(threads: Int? = nil, verifies: Bool = true) {
            self.threads = threads
            self.verifies = verifies
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
    /// Where `.gitattributes` name external filters (LFS) or working-tree encodings, the git command is used instead.
    package func create(_ requests: [WorktreeRequest], at commit: OID, lane: GitLane) async throws(GitError) -> [Worktree] {
        throw GitError(code: .unsupported, message: "worktree creation is not built yet")
    }
}
