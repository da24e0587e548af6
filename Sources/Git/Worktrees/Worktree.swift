/// A linked worktree of a repository.
package struct Worktree: Hashable, Sendable {
    /// The name of its folder under `.git/worktrees`.
    package var name: String
    /// Absolute path of the working tree.
    package var path: String
    /// Full ref name of its branch, or `nil` when detached.
    package var branch: String?
    /// `nil` while unborn or when `HEAD` cannot be read.
    package var head: OID?
    package var isLocked: Bool
    /// The folder is gone, so only the metadata is left.
    package var isStale: Bool

    package init(
        name: String,
        path: String,
        branch: String?,
        head: OID?,
        isLocked: Bool = false,
        isStale: Bool = false
    ) {
        self.name = name
        self.path = path
        self.branch = branch
        self.head = head
        self.isLocked = isLocked
        self.isStale = isStale
    }
}

/// A worktree to be created.
package struct WorktreeRequest: Hashable, Sendable {
    /// The name for `.git/worktrees/<name>`: letters, digits, `.`, `_` and `-`.
    package var name: String
    /// Absolute path of the folder to create; it must not exist or be empty.
    package var path: String
    /// Full ref name of the branch to create, for example `refs/heads/switchyard/<run>/<agent>/work`; it must not
    /// exist with another commit.
    ///
    /// `nil` makes a detached worktree.
    package var branch: String?

    package init(name: String, path: String, branch: String?) {
        self.name = name
        self.path = path
        self.branch = branch
    }
}
