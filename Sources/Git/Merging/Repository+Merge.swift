import CLibGit2

extension Repository {
    /// Merges two commits in memory; no index, working tree or ref is touched.
    ///
    /// - `ours`: the head of the train.
    /// - `theirs`: the commit to take in.
    /// - `isUnion`: which paths are merged by keeping the added lines of both sides, ours first.
    package func mergeCommits(
        ours: OID,
        theirs: OID,
        labels: MergeLabels = MergeLabels(),
        isUnion: (GitPath) -> Bool = { _ in false }
    ) throws(GitError) -> MergeResult {
        let bases = try mergeBases(ours, theirs)
        if bases.count > 1 {
            // A criss-cross history needs a virtual ancestor, which only the full merge builds.
            let merge = FullMerge(repository: pointer, ours: ours, theirs: theirs, labels: labels)
            return try merge.run(on: merge.mergedIndexOfCommits(), trees: self, isUnion: isUnion)
        }
        let base = bases.first
        if base == theirs { return .clean(tree: try tree(of: ours)) }
        if base == ours { return .clean(tree: try tree(of: theirs)) }
        return try mergeTrees(base: base, ours: ours, theirs: theirs, labels: labels, isUnion: isUnion)
    }

    /// Merges two trees (or the trees of commits) with a given ancestor in memory; `nil` means no common ancestor.
    package func mergeTrees(
        base: OID?,
        ours: OID,
        theirs: OID,
        labels: MergeLabels = MergeLabels(),
        isUnion: (GitPath) -> Bool = { _ in false }
    ) throws(GitError) -> MergeResult {
        let baseTree: OID? = if let base { try tree(of: base) } else { nil }
        let ourTree = try tree(of: ours)
        let theirTree = try tree(of: theirs)
        let database = try database()
        let files = FileMerger(repository: pointer)
        let (merged, hasHalfGoneFolder) = try withoutActuallyEscaping(isUnion) {
            isUnion throws(GitError) -> (OID?, Bool) in
            var merger = TreeMerger(database: database.pointer) { path, base, ours, theirs throws(GitError) in
                try files.merge(path, base: base, ours: ours, theirs: theirs, isUnion: isUnion(path))
            }
            return (try merger.merge(base: baseTree, ours: ourTree, theirs: theirTree), merger.hasHalfGoneFolder)
        }
        let result: MergeResult
        if let merged {
            guard hasHalfGoneFolder else { return .clean(tree: merged) }
            result = .clean(tree: merged)
        } else {
            let merge = FullMerge(repository: pointer, ours: ourTree, theirs: theirTree, labels: labels)
            result = try merge.run(on: merge.mergedIndexOfTrees(base: baseTree), trees: self, isUnion: isUnion)
        }
        guard case .clean = result, let baseTree else { return result }
        let renames = FolderRenames(base: baseTree, ours: ourTree, theirs: theirTree, labels: labels)
        let strays = try renames.conflicts(in: self)
        return strays.isEmpty ? result : .conflicted(strays)
    }
}
