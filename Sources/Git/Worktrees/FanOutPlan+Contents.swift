import CLibGit2

extension FanOutPlan.File {
    /// Calls the closure with the file's bytes as they belong in a working tree.
    ///
    /// - Parameter isFiltered: convert line ends where the attributes of the handle's worktree ask for it.
    func withContents(
        _ repository: borrowing Repository, _ database: borrowing Owned<DatabaseKind>, isFiltered: Bool,
        _ body: (UnsafeRawBufferPointer) throws(GitError) -> Void
    ) throws(GitError) {
        var raw = entry.oid.raw
        let object = try Owned<DatabaseObjectKind>.make("read the file", path.description) {
            git_odb_read(&$0, database.pointer, &raw)
        }
        let count = git_odb_object_size(object.pointer)
        let data = git_odb_object_data(object.pointer)
        var list: OpaquePointer?
        if isFiltered {
            let loaded = path.withCString {
                git_filter_list_load(
                    &list, repository.pointer, nil, $0, GIT_FILTER_TO_WORKTREE, GIT_FILTER_ALLOW_UNSAFE.rawValue)
            }
            try check(loaded, "find the filters of", path.description)
        }
        // No list: the bytes are written as they are. The blob filter function would give an empty file for binaries.
        guard let list else { return try body(UnsafeRawBufferPointer(start: data, count: count)) }
        let filters = Owned<FilterListKind>(list)
        var filtered = git_buf()
        let applied = git_filter_list_apply_to_buffer(
            &filtered, filters.pointer, data?.assumingMemoryBound(to: CChar.self), count)
        try check(applied, "convert the file", path.description)
        defer { git_buf_dispose(&filtered) }
        try body(UnsafeRawBufferPointer(start: filtered.ptr, count: filtered.size))
    }
}
