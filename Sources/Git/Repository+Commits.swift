import CLibGit2

extension Repository {
    /// The object a revision names, for example `main`, `HEAD~2` or an id; annotated tags give their commit.
    package func resolve(_ revision: String) throws(GitError) -> OID {
        guard let oid = try find(revision) else {
            throw GitError(
                code: .notFound,
                message: "cannot find '\(revision)': no branch, tag or commit has that name",
                subject: revision
            )
        }
        return oid
    }

    /// As ``resolve(_:)``, with `nil` when nothing has that name.
    package func find(_ revision: String) throws(GitError) -> OID? {
        guard
            let object = try Owned<ObjectKind>.find(
                "resolve",
                revision,
                {
                    git_revparse_single(&$0, pointer, revision)
                }
            )
        else { return nil }
        guard git_object_type(object.pointer) == GIT_OBJECT_TAG else {
            return git_object_id(object.pointer).map { OID($0) }
        }
        let peeled = try Owned<ObjectKind>.make("follow the tag", revision) {
            git_object_peel(&$0, object.pointer, GIT_OBJECT_ANY)
        }
        return git_object_id(peeled.pointer).map { OID($0) }
    }

    /// Whether the object database has the object.
    package func contains(_ oid: OID) throws(GitError) -> Bool {
        let database = try database()
        var raw = oid.raw
        return git_odb_exists(database.pointer, &raw) == 1
    }

    /// Reads a commit.
    package func commit(_ oid: OID) throws(GitError) -> CommitInfo {
        let commit = try lookUpCommit(oid)
        let count = git_commit_parentcount(commit.pointer)
        guard let tree = git_commit_tree_id(commit.pointer), let author = git_commit_author(commit.pointer),
            let committer = git_commit_committer(commit.pointer)
        else {
            throw GitError(code: .damaged, message: "cannot read the commit '\(oid)': it is damaged", subject: oid.hex)
        }
        return CommitInfo(
            oid: oid,
            tree: OID(tree),
            parents: (0..<count).compactMap { git_commit_parent_id(commit.pointer, $0).map { OID($0) } },
            author: Signature(author.pointee),
            committer: Signature(committer.pointee),
            message: git_commit_message(commit.pointer).map { String(cString: $0) } ?? ""
        )
    }

    /// Whether the first commit can be reached from the second; a commit is its own ancestor.
    package func isAncestor(_ ancestor: OID, of descendant: OID) throws(GitError) -> Bool {
        if ancestor == descendant { return true }
        var (old, new) = (ancestor.raw, descendant.raw)
        let status = git_graph_descendant_of(pointer, &new, &old)
        return try check(status, "compare the history of", descendant.hex) == 1
    }

    /// The best common ancestor, or `nil` when the histories have none.
    package func mergeBase(_ one: OID, _ other: OID) throws(GitError) -> OID? {
        try mergeBases(one, other).first
    }

    /// All best common ancestors: more than one after a criss-cross merge.
    package func mergeBases(_ one: OID, _ other: OID) throws(GitError) -> [OID] {
        var (first, second) = (one.raw, other.raw)
        var found = git_oidarray()
        let status = git_merge_bases(&found, pointer, &first, &second)
        if status == GIT_ENOTFOUND.rawValue {
            git_error_clear()
            return []
        }
        try check(status, "find the common ancestor of", "\(one) and \(other)")
        defer { git_oidarray_dispose(&found) }
        guard let ids = found.ids else { return [] }
        return (0..<found.count).map { OID(ids[$0]) }
    }

    /// The commits reachable from `to` and not from `from`, newest first; `nil` for `from` gives the whole history.
    package func commits(from: OID?, to: OID) throws(GitError) -> [OID] {
        let walk = try Owned<WalkKind>.make("walk the history of", to.hex) { git_revwalk_new(&$0, pointer) }
        try check(
            git_revwalk_sorting(walk.pointer, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue),
            "sort history"
        )
        var raw = to.raw
        try check(git_revwalk_push(walk.pointer, &raw), "walk the history of", to.hex)
        if let from {
            raw = from.raw
            try check(git_revwalk_hide(walk.pointer, &raw), "walk the history of", from.hex)
        }
        var commits: [OID] = []
        while true {
            let status = git_revwalk_next(&raw, walk.pointer)
            if status == GIT_ITEROVER.rawValue { return commits }
            try check(status, "walk the history of", to.hex)
            commits.append(OID(raw))
        }
    }

    /// The commits of a range that have more than one parent.
    package func mergeCommits(from: OID, to: OID) throws(GitError) -> [OID] {
        var merges: [OID] = []
        for oid in try commits(from: from, to: to) {
            let commit = try lookUpCommit(oid)
            if git_commit_parentcount(commit.pointer) > 1 { merges.append(oid) }
        }
        return merges
    }

    /// How many commits each side has that the other has not.
    package func distance(_ local: OID, _ upstream: OID) throws(GitError) -> (ahead: Int, behind: Int) {
        var (ahead, behind) = (0, 0)
        var (one, other) = (local.raw, upstream.raw)
        try check(git_graph_ahead_behind(&ahead, &behind, pointer, &one, &other), "compare the history of", local.hex)
        return (ahead, behind)
    }

    /// Writes a commit; no ref is moved and no hook runs.
    package func createCommit(
        tree: OID,
        parents: [OID],
        author: Signature,
        committer: Signature? = nil,
        message: String
    ) throws(GitError) -> OID {
        let treeObject = try lookUpTree(tree)
        let author = try author.make()
        let committer: Owned<SignatureKind>? = if let committer { try committer.make() } else { nil }
        var parentPointers: [OpaquePointer?] = []
        defer { for parent in parentPointers { git_commit_free(parent) } }
        for parent in parents {
            var raw = parent.raw
            var found: OpaquePointer?
            try check(git_commit_lookup(&found, pointer, &raw), "read the parent commit", parent.hex)
            parentPointers.append(found)
        }
        let authorPointer = UnsafePointer<git_signature>(author.pointer)
        let committerPointer: UnsafePointer<git_signature> =
            switch committer {
            case .some(let owned): UnsafePointer(owned.pointer)
            case nil: authorPointer
            }
        var created = git_oid()
        let status = git_commit_create(
            &created,
            pointer,
            nil,
            authorPointer,
            committerPointer,
            nil,
            message,
            treeObject.pointer,
            parents.count,
            &parentPointers
        )
        try check(status, "write a commit of the tree", tree.hex)
        return OID(created)
    }

    func lookUpCommit(_ oid: OID) throws(GitError) -> Owned<CommitKind> {
        var raw = oid.raw
        return try Owned.make("read the commit", oid.hex) { git_commit_lookup(&$0, pointer, &raw) }
    }

    func database() throws(GitError) -> Owned<DatabaseKind> {
        try Owned.make("open the objects of", commonDirectory) { git_repository_odb(&$0, pointer) }
    }
}
