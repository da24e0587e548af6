import CLibGit2

/// Merges three trees folder by folder, reading only the folders that differ.
///
/// What one side left as it was is taken from the other side unread. A file both sides changed goes to the `resolve`
/// closure. Where renames could matter (a path deleted, or added under one name, by both), the merger gives up with
/// `nil`, and a merge that detects renames must do the work.
///
/// Renames of whole folders are not followed into; ``FolderRenames`` looks for files that are left alone by them.
struct TreeMerger {
    /// The object database, borrowed from the caller for the merger's life.
    let database: OpaquePointer
    /// Merges one file that both sides changed; `nil` when it cannot.
    let resolve:
        (_ path: GitPath, _ base: TreeEntry?, _ ours: TreeEntry, _ theirs: TreeEntry) throws(GitError) -> TreeEntry?

    /// Whether a folder of the base is gone on one side and changed on the other.
    ///
    /// Only then can a file have been added to a folder that the other side renamed.
    private(set) var hasHalfGoneFolder = false

    private enum Outcome {
        /// The merged folder; `nil` when nothing is left in it.
        case folder(OID?)
        case givenUp
    }

    /// The merged tree, or `nil` when a merge with rename detection is needed.
    mutating func merge(base: OID?, ours: OID, theirs: OID) throws(GitError) -> OID? {
        switch try mergeFolder(at: GitPath(bytes: []), base: base, ours: ours, theirs: theirs) {
        case .folder(let tree?): tree
        case .folder(nil): try write([])
        case .givenUp: nil
        }
    }

    private mutating func mergeFolder(
        at path: GitPath,
        base: OID?,
        ours: OID?,
        theirs: OID?
    ) throws(GitError) -> Outcome {
        let baseObject = try read(base)
        let ourObject = try read(ours)
        let theirObject = try read(theirs)
        defer {
            // The cursors below point into these.
            withExtendedLifetime(baseObject) {}
            withExtendedLifetime(ourObject) {}
            withExtendedLifetime(theirObject) {}
        }
        let ourBytes = Self.bytes(of: ourObject)
        var merge = FolderMerge(
            base: TreeCursor(Self.bytes(of: baseObject)),
            ours: TreeCursor(ourBytes),
            theirs: TreeCursor(Self.bytes(of: theirObject))
        )
        merge.rows.reserveCapacity(ourBytes.count + 256)
        while let step = merge.nextStep() {
            switch step {
            case .taken: continue
            case .bothDeleted: return .givenUp
            case .folders(let name, let base, let ours, let theirs):
                if base != nil, (ours == nil) != (theirs == nil) { hasHalfGoneFolder = true }
                switch try mergeFolder(at: path.appending(name), base: base, ours: ours, theirs: theirs) {
                case .givenUp: return .givenUp
                case .folder(nil): merge.isChanged = true
                case .folder(let merged?):
                    merge.append(TreeEntry(mode: .folder, oid: merged), name: name, replacing: ours)
                }
            case .file(let name, let base, let ours, let theirs):
                guard let ours, let theirs,
                    let resolved = try resolve(path.appending(name), base, ours, theirs)
                else { return .givenUp }
                merge.append(resolved, name: name, replacing: ours.oid)
            }
        }
        if merge.isDamaged {
            throw GitError(code: .damaged, message: "cannot merge the folder '\(path)': a tree is damaged")
        }
        guard !merge.hasNameClash else { return .givenUp }
        if merge.rows.isEmpty { return .folder(nil) }
        if !merge.isChanged, let ours { return .folder(ours) }
        return .folder(try write(merge.rows))
    }

    private func write(_ rows: [UInt8]) throws(GitError) -> OID {
        var created = git_oid()
        try check(git_odb_write(&created, database, rows, rows.count, GIT_OBJECT_TREE), "write a merged folder")
        return OID(created)
    }

    /// Reads a stored tree; `nil` stands for an empty one.
    private func read(_ oid: OID?) throws(GitError) -> Owned<DatabaseObjectKind>? {
        guard let oid else { return nil }
        var raw = oid.raw
        let object = try Owned<DatabaseObjectKind>.make("read the tree", oid.hex) { git_odb_read(&$0, database, &raw) }
        guard git_odb_object_type(object.pointer) == GIT_OBJECT_TREE else {
            throw GitError(code: .damaged, message: "cannot read the tree '\(oid)': it is not a tree", subject: oid.hex)
        }
        return object
    }

    /// The bytes of a stored tree; they live as long as the object.
    private static func bytes(of object: borrowing Owned<DatabaseObjectKind>?) -> UnsafeRawBufferPointer {
        switch object {
        case .some(let object):
            UnsafeRawBufferPointer(
                start: git_odb_object_data(object.pointer),
                count: git_odb_object_size(object.pointer)
            )
        case nil: UnsafeRawBufferPointer(start: nil, count: 0)
        }
    }
}
