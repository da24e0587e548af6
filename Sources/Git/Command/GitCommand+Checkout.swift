extension GitCommand {
    /// Whether nothing in the worktree differs from its commit: no change, no new file that is not ignored.
    package func isUnchanged(worktree: String) async throws(GitError) -> Bool {
        try await require(["status", "--porcelain"], in: worktree, doing: "look at the worktree", subject: worktree)
            .isEmpty
    }

    /// Removes a worktree with all that is in it, and git's record of it.
    package func removeWorktree(at path: String, in repository: String) async throws(GitError) {
        _ = try await require(
            ["worktree", "remove", "--force", path],
            in: repository,
            doing: "remove the worktree",
            subject: path
        )
    }
}
