import CLibGit2

/// The merge with rename detection and conflict detail, over libgit2's merge into an in-memory index.
struct FullMerge {
    /// Borrowed from the ``Repository`` for the merge's life.
    let repository: OpaquePointer
    let ours: OID
    let theirs: OID
    let labels: MergeLabels

    /// Merges the two as commits; libgit2 finds, or builds, the common ancestor.
    func mergedIndexOfCommits() throws(GitError) -> Owned<IndexKind> {
        var options = try options()
        let ourCommit = try commit(ours)
        let theirCommit = try commit(theirs)
        return try Owned.make("merge", "\(labels.theirs) into \(labels.ours)") {
            git_merge_commits(&$0, repository, ourCommit.pointer, theirCommit.pointer, &options)
        }
    }

    /// Merges the two as trees.
    func mergedIndexOfTrees(base: OID?) throws(GitError) -> Owned<IndexKind> {
        var options = try options()
        let baseTree: Owned<TreeKind>? = if let base { try tree(base) } else { nil }
        let ourTree = try tree(ours)
        let theirTree = try tree(theirs)
        let basePointer: OpaquePointer? =
            switch baseTree {
            case .some(let tree): tree.pointer
            case nil: nil
            }
        return try Owned.make("merge", "\(labels.theirs) into \(labels.ours)") {
            git_merge_trees(&$0, repository, basePointer, ourTree.pointer, theirTree.pointer, &options)
        }
    }

    /// Applies the union rule to what conflicts, then writes the tree or tells the conflicts.
    func run(
        on index: consuming Owned<IndexKind>,
        trees: borrowing Repository,
        isUnion: (GitPath) -> Bool
    ) throws(GitError) -> MergeResult {
        let reader = ConflictReader(repository: repository, index: index.pointer, labels: labels)
        if git_index_has_conflicts(index.pointer) == 1 {
            let files = FileMerger(repository: repository)
            for conflict in try reader.sides() {
                guard let path = conflict.commonPath, isUnion(path), let ours = conflict.ours,
                    let theirs = conflict.theirs,
                    let merged = try files.merge(
                        path,
                        base: conflict.ancestor?.entry,
                        ours: ours.entry,
                        theirs: theirs.entry,
                        isUnion: true
                    )
                else { continue }
                try settle(path, with: merged, in: index.pointer)
            }
        }
        guard git_index_has_conflicts(index.pointer) == 1 else {
            var created = git_oid()
            try check(git_index_write_tree_to(&created, index.pointer, repository), "write the merged tree")
            return .clean(tree: OID(created))
        }
        return .conflicted(try reader.conflicts(ours: ours, theirs: theirs, trees: trees))
    }

    private func settle(_ path: GitPath, with entry: TreeEntry, in index: OpaquePointer) throws(GitError) {
        let removed = path.withCString { git_index_conflict_remove(index, $0) }
        try check(removed, "resolve the conflict in", path.description)
        var raw = git_index_entry()
        raw.mode = entry.mode.rawValue
        raw.id = entry.oid.raw
        let added = path.withCString { pointer in
            raw.path = pointer
            return git_index_add(index, &raw)
        }
        try check(added, "resolve the conflict in", path.description)
    }

    private func options() throws(GitError) -> git_merge_options {
        var options = git_merge_options()
        try check(git_merge_options_init(&options, UInt32(GIT_MERGE_OPTIONS_VERSION)), "merge")
        options.flags = GIT_MERGE_FIND_RENAMES.rawValue | GIT_MERGE_SKIP_REUC.rawValue
        return options
    }

    private func commit(_ oid: OID) throws(GitError) -> Owned<CommitKind> {
        var raw = oid.raw
        return try Owned.make("read the commit", oid.hex) { git_commit_lookup(&$0, repository, &raw) }
    }

    private func tree(_ oid: OID) throws(GitError) -> Owned<TreeKind> {
        var raw = oid.raw
        return try Owned.make("read the tree", oid.hex) { git_tree_lookup(&$0, repository, &raw) }
    }
}
