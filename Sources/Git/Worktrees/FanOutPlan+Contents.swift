import CLibGit2

extension FanOutPlan.File {
    /// Calls the closure with the file's bytes as they belong in a working tree.
    ///
    /// - `isFiltered`: convert line ends where the attributes of the handle's worktree ask for it.
    func withContents(
        _ repository: borrowing Repository,
        _ database: borrowing Owned<DatabaseKind>,
        isFiltered: Bool,
        _ body: (UnsafeRawBufferPointer) throws(GitError) -> Void
    ) throws(GitError) {
        guard isFiltered else { return try withStoredBytes(database, body) }
        var raw = entry.oid.raw
        let blob = try Owned<BlobKind>.make("read the file", path.description) {
            git_blob_lookup(&$0, repository.pointer, &raw)
        }
        var list: OpaquePointer?
        let loaded = path.withCString {
            git_filter_list_load(
                &list,
                repository.pointer,
                blob.pointer,
                $0,
                GIT_FILTER_TO_WORKTREE,
                GIT_FILTER_ALLOW_UNSAFE.rawValue
            )
        }
        try check(loaded, "find the filters of", path.description)
        // No list: the bytes are written as they are. The blob filter function would give an empty file for binaries.
        guard let list else { return try withStoredBytes(database, body) }
        let filters = Owned<FilterListKind>(list)
        var filtered = git_buf()
        try check(
            git_filter_list_apply_to_blob(&filtered, filters.pointer, blob.pointer),
            "convert the file",
            path.description
        )
        defer { git_buf_dispose(&filtered) }
        try body(UnsafeRawBufferPointer(start: filtered.ptr, count: filtered.size))
    }

    private func withStoredBytes(
        _ database: borrowing Owned<DatabaseKind>,
        _ body: (UnsafeRawBufferPointer) throws(GitError) -> Void
    ) throws(GitError) {
        var raw = entry.oid.raw
        let object = try Owned<DatabaseObjectKind>.make("read the file", path.description) {
            git_odb_read(&$0, database.pointer, &raw)
        }
        try body(
            UnsafeRawBufferPointer(
                start: git_odb_object_data(object.pointer),
                count: git_odb_object_size(object.pointer)
            )
        )
    }
}
