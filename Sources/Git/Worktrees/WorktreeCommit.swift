/// What committing a worktree's uncommitted work came to.
package struct WorktreeCommit: Hashable, Sendable {
    /// The new commit, or `nil` when there was nothing to commit.
    package var commit: OID?
    /// Folders that are repositories of their own and were recorded as submodule entries or left out.
    package var nestedRepositories: [GitPath]

    package init(commit: OID?, nestedRepositories: [GitPath] = []) {
        self.commit = commit
        self.nestedRepositories = nestedRepositories
    }
}
