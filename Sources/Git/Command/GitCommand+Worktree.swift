extension GitCommand {
    /// Detaches a worktree at another commit: tracked files are restored, untracked ones removed, ignored ones kept.
    ///
    /// No hook runs; external filters do.
    package func moveWorktree(at path: String, to commit: OID) async throws(GitError) {
        let quiet = ["-c", "core.hooksPath=/dev/null"]
        for arguments in [
            ["checkout", "--quiet", "--force", "--detach", commit.hex, "--"],
            ["clean", "--quiet", "-ffd"],
        ] {
            _ = try await require(quiet + arguments, in: path, doing: "move the worktree", subject: path)
        }
    }
}
