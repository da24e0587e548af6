import CLibGit2

extension Repository {
    /// Merges two commits in memory; no index, working tree or ref is touched.
    ///
    /// - Parameters:
    ///   - ours: the head of the train.
    ///   - theirs: the commit to take in.
    ///   - isUnion: which paths are merged by keeping the added lines of both sides, ours first.
    package func mergeCommits(
        ours: OID, theirs: OID, labels: MergeLabels = MergeLabels(), isUnion: (GitPath) -> Bool = { _ in false }
    ) throws(GitError) -> MergeResult {
        throw GitError(code: .unsupported, message: "merging is not built yet")
    }

    /// Merges two trees (or the trees of commits) with a given ancestor in memory; `nil` means no common ancestor.
    package func mergeTrees(
        base: OID?, ours: OID, theirs: OID, labels: MergeLabels = MergeLabels(),
        isUnion: (GitPath) -> Bool = { _ in false }
    ) throws(GitError) -> MergeResult {
        throw GitError(code: .unsupported, message: "merging is not built yet")
    }
}
