import CLibGit2

/// One entry of a tree.
package struct TreeEntry: Hashable, Sendable {
    package var mode: FileMode
    package var oid: OID

    package init(mode: FileMode, oid: OID) {
        self.mode = mode
        self.oid = oid
    }
}

extension Repository {
    /// The entry at a path of a tree or of a commit's tree, or `nil` when there is none.
    package func entry(at path: GitPath, in treeish: OID) throws(GitError) -> TreeEntry? {
        let tree = try lookUpTree(treeish)
        guard
            let entry = try Owned<TreeEntryKind>.find(
                "read the path",
                path.description,
                { out in
                    path.withCString { git_tree_entry_bypath(&out, tree.pointer, $0) }
                }
            )
        else { return nil }
        return try Self.read(entry.pointer, path)
    }

    /// Every path of a tree that is not a folder, in git's order; submodules are included.
    package func allEntries(of treeish: OID) throws(GitError) -> [(path: GitPath, entry: TreeEntry)] {
        var found: [(path: GitPath, entry: TreeEntry)] = []
        try collect(lookUpTree(treeish), prefix: [], into: &found)
        return found
    }

    private func collect(
        _ tree: borrowing Owned<TreeKind>,
        prefix: [UInt8],
        into found: inout [(path: GitPath, entry: TreeEntry)]
    ) throws(GitError) {
        for position in 0..<git_tree_entrycount(tree.pointer) {
            guard let raw = git_tree_entry_byindex(tree.pointer, position), let name = git_tree_entry_name(raw) else {
                continue
            }
            let path = GitPath(bytes: prefix + GitPath(name).bytes)
            let entry = try Self.read(raw, path)
            if entry.mode == .folder {
                try collect(lookUpTree(entry.oid), prefix: path.bytes + [UInt8(ascii: "/")], into: &found)
            } else {
                found.append((path, entry))
            }
        }
    }

    /// The entries of one folder by name, folders among them; nothing below it is read.
    package func folderEntries(of treeish: OID) throws(GitError) -> [(name: [UInt8], entry: TreeEntry)] {
        try entries(of: lookUpTree(treeish))
    }

    /// The entries of one folder of a tree by name.
    func entries(of tree: borrowing Owned<TreeKind>) throws(GitError) -> [(name: [UInt8], entry: TreeEntry)] {
        var entries: [(name: [UInt8], entry: TreeEntry)] = []
        let count = git_tree_entrycount(tree.pointer)
        entries.reserveCapacity(count)
        for position in 0..<count {
            guard let raw = git_tree_entry_byindex(tree.pointer, position), let name = git_tree_entry_name(raw) else {
                continue
            }
            let path = GitPath(name)
            entries.append((path.bytes, try Self.read(raw, path)))
        }
        return entries
    }

    static func read(_ raw: OpaquePointer, _ path: GitPath) throws(GitError) -> TreeEntry {
        let stored = git_tree_entry_filemode_raw(raw).rawValue
        guard let oid = git_tree_entry_id(raw), let mode = FileMode(stored: stored) else {
            throw GitError(
                code: .damaged,
                message: "cannot read the entry '\(path)': its mode \(String(stored, radix: 8)) is unknown",
                subject: path.description
            )
        }
        return TreeEntry(mode: mode, oid: OID(oid))
    }

    /// The tree of a commit, or the tree itself.
    package func tree(of treeish: OID) throws(GitError) -> OID {
        let tree = try lookUpTree(treeish)
        return git_tree_id(tree.pointer).map { OID($0) } ?? treeish
    }

    /// The bytes of the file at a path of a commit or tree, or `nil` when there is no file or symlink there.
    package func contents(of path: GitPath, in treeish: OID) throws(GitError) -> [UInt8]? {
        guard let entry = try entry(at: path, in: treeish), entry.mode.isRegular || entry.mode == .symlink else {
            return nil
        }
        return try blob(entry.oid)
    }

    /// The bytes of a blob.
    package func blob(_ oid: OID) throws(GitError) -> [UInt8] {
        var raw = oid.raw
        let blob = try Owned<BlobKind>.make("read the file contents", oid.hex) { git_blob_lookup(&$0, pointer, &raw) }
        let count = Int(git_blob_rawsize(blob.pointer))
        return Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob.pointer), count: count))
    }

    /// The size of a blob in bytes, without reading it.
    package func blobSize(_ oid: OID) throws(GitError) -> Int {
        let database = try database()
        var raw = oid.raw
        var (size, type) = (0, GIT_OBJECT_ANY)
        try check(git_odb_read_header(&size, &type, database.pointer, &raw), "read the size of", oid.hex)
        return size
    }

    /// Writes a blob.
    package func writeBlob(_ bytes: [UInt8]) throws(GitError) -> OID {
        var created = git_oid()
        try check(git_blob_create_from_buffer(&created, pointer, bytes, bytes.count), "write file contents")
        return OID(created)
    }

    func lookUpTree(_ treeish: OID) throws(GitError) -> Owned<TreeKind> {
        var raw = treeish.raw
        let object = try Owned<ObjectKind>.make("read the object", treeish.hex) {
            git_object_lookup(&$0, pointer, &raw, GIT_OBJECT_ANY)
        }
        // Peeling a tree gives the tree itself.
        return try Owned.make("read the tree of", treeish.hex) { git_object_peel(&$0, object.pointer, GIT_OBJECT_TREE) }
    }
}
