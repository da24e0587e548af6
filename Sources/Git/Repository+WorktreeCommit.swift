import CLibGit2

extension Repository {
    /// Commits everything uncommitted in this worktree on its branch: changed, deleted and new files, as `git add -A`
    /// would, ignore rules honoured; no hook runs.
    ///
    /// The branch is moved by compare-and-set from the commit `HEAD` had at the start.
    package func commitWorktree(author: Signature, message: String) throws(GitError) -> WorktreeCommit {
        throw GitError(code: .unsupported, message: "committing a worktree is not built yet")
    }
}
