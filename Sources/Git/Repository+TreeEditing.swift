import CLibGit2

extension Repository {
    /// Writes a tree that differs from a base tree (or a commit's tree) by the edits; `nil` removes a path.
    ///
    /// Folders appear and vanish as needed; a file put where a folder was replaces it. Neither an index nor a working
    /// tree is used. Throws `unsafePath` for paths git would refuse.
    package func writeTree(base: OID?, edits: [GitPath: TreeEntry?]) throws(GitError) -> OID {
        var list: [TreeEdit] = []
        for (path, entry) in edits {
            guard path.isSafe else {
                throw GitError(
                    code: .unsafePath,
                    message: "cannot write the path '\(path)': it would leave the tree or touch '.git'",
                    subject: path.description
                )
            }
            list.append(TreeEdit(components: path.components[...], entry: entry))
        }
        let baseTree: OID? = if let base { try tree(of: base) } else { nil }
        guard let tree = try edit(baseTree, list) else {
            let empty = try Owned<TreeBuilderKind>.make("write a tree") { git_treebuilder_new(&$0, pointer, nil) }
            return try write(empty)
        }
        return tree
    }

    /// One edit, with the components below the folder at hand.
    private struct TreeEdit {
        var components: ArraySlice<[UInt8]>
        var entry: TreeEntry?
    }

    /// The edited folder, or `nil` when nothing is left in it.
    private func edit(_ folder: OID?, _ edits: [TreeEdit]) throws(GitError) -> OID? {
        let source: Owned<TreeKind>? = if let folder { try lookUpTree(folder) } else { nil }
        let sourcePointer: OpaquePointer? =
            switch source {
            case .some(let tree): tree.pointer
            case nil: nil
            }
        let builder = try Owned<TreeBuilderKind>.make("edit a tree") {
            git_treebuilder_new(&$0, pointer, sourcePointer)
        }
        for (name, group) in Dictionary(grouping: edits, by: { $0.components.first ?? [] }) {
            let path = GitPath(bytes: name)
            let own = group.first { $0.components.count == 1 }
            if let entry = own?.entry {
                try insert(entry, path, into: builder)
                continue
            }
            let below = group.filter { $0.components.count > 1 }
                .map { TreeEdit(components: $0.components.dropFirst(), entry: $0.entry) }
            let existing: TreeEntry? =
                if let raw = path.withCString({ git_treebuilder_get(builder.pointer, $0) }) {
                    try Self.read(raw, path)
                } else {
                    nil
                }
            let isFolder = existing?.mode == .folder
            if own == nil, !isFolder, below.allSatisfy({ $0.entry == nil }) { continue }
            let base = own == nil && isFolder ? existing?.oid : nil
            if let edited = below.isEmpty ? nil : try edit(base, below) {
                try insert(TreeEntry(mode: .folder, oid: edited), path, into: builder)
            } else if existing != nil {
                let status = path.withCString { git_treebuilder_remove(builder.pointer, $0) }
                try check(status, "remove the path", path.description)
            }
        }
        return git_treebuilder_entrycount(builder.pointer) == 0 ? nil : try write(builder)
    }

    private func insert(
        _ entry: TreeEntry,
        _ path: GitPath,
        into builder: borrowing Owned<TreeBuilderKind>
    ) throws(GitError) {
        var raw = entry.oid.raw
        let mode = git_filemode_t(rawValue: entry.mode.rawValue)
        let status = path.withCString { git_treebuilder_insert(nil, builder.pointer, $0, &raw, mode) }
        try check(status, "add the path", path.description)
    }

    private func write(_ builder: borrowing Owned<TreeBuilderKind>) throws(GitError) -> OID {
        var created = git_oid()
        try check(git_treebuilder_write(&created, builder.pointer), "write a tree")
        return OID(created)
    }
}
