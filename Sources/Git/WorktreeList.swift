/// The linked worktrees of a repository: listing and removal.
package struct WorktreeList: Sendable {
    /// Absolute path of the main repository (working tree or git folder).
    package let repository: String

    package init(repository: String) {
        self.repository = repository
    }

    /// All linked worktrees by name, stale ones included.
    package func all() throws(GitError) -> [Worktree] {
        throw GitError(code: .unsupported, message: "listing worktrees is not built yet")
    }

    /// Removes a worktree at once: renames its folder into the trash folder (same file system), drops the metadata, and
    /// deletes its branch if it stands at the given commit. A folder that is gone is fine.
    ///
    /// - Parameters:
    ///   - trash: absolute path of a folder, created if needed; empty it with ``emptyTrash(_:)`` later.
    ///   - deletingBranchAt: the commit the branch must stand at to be deleted; `nil` keeps the branch.
    /// - Returns: whether the branch was deleted.
    @discardableResult
    package func remove(_ worktree: Worktree, trash: String, deletingBranchAt: OID?) throws(GitError) -> Bool {
        throw GitError(code: .unsupported, message: "removing worktrees is not built yet")
    }

    /// Drops the metadata of unlocked worktrees whose folder is gone, and gives their names.
    @discardableResult
    package func pruneStale() throws(GitError) -> [String] {
        []
    }

    /// Deletes everything in the trash folder; slow, so call it in the background.
    package static func emptyTrash(_ trash: String) throws(GitError) {}
}
