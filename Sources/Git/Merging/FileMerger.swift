import CLibGit2

/// Merges the contents of one file that both sides changed.
struct FileMerger {
    /// Borrowed from the ``Repository`` for the merger's life.
    let repository: OpaquePointer

    /// How `.gitattributes` want a path merged.
    private enum Driver {
        case text, union, binary
    }

    /// The merged file, or `nil` when the sides conflict, are not regular files, or may have been renamed.
    func merge(
        _ path: GitPath,
        base: TreeEntry?,
        ours: TreeEntry,
        theirs: TreeEntry,
        isUnion: Bool
    ) throws(GitError) -> TreeEntry? {
        guard ours.mode.isRegular, theirs.mode.isRegular, base?.mode.isRegular ?? true else { return nil }
        // Without a base the two may be renames of something else, except where lines are collected anyway.
        guard base != nil || isUnion else { return nil }
        let mode = base?.mode == ours.mode ? theirs.mode : ours.mode
        if ours.oid == theirs.oid || base?.oid == theirs.oid { return TreeEntry(mode: mode, oid: ours.oid) }
        if base?.oid == ours.oid { return TreeEntry(mode: mode, oid: theirs.oid) }
        let driver = isUnion ? .union : try driver(of: path)
        guard driver != .binary else { return nil }
        guard let merged = try mergeText(path, base?.oid, ours.oid, theirs.oid, isUnion: driver == .union) else {
            return nil
        }
        return TreeEntry(mode: mode, oid: merged)
    }

    private func driver(of path: GitPath) throws(GitError) -> Driver {
        var value: UnsafePointer<CChar>?
        let status = path.withCString { git_attr_get(&value, repository, 0, $0, "merge") }
        try check(status, "read the attributes of", path.description)
        switch git_attr_value(value) {
        case GIT_ATTR_VALUE_FALSE: return .binary
        case GIT_ATTR_VALUE_STRING:
            switch value.map({ String(cString: $0) }) {
            case "union": return .union
            case "binary": return .binary
            default: return .text
            }
        default: return .text
        }
    }

    private func mergeText(
        _ path: GitPath,
        _ base: OID?,
        _ ours: OID,
        _ theirs: OID,
        isUnion: Bool
    ) throws(GitError) -> OID? {
        let baseBlob: Owned<BlobKind>? = if let base { try blob(base) } else { nil }
        let ourBlob = try blob(ours)
        let theirBlob = try blob(theirs)
        let basePointer: OpaquePointer? =
            switch baseBlob {
            case .some(let blob): blob.pointer
            case nil: nil
            }
        guard !isBinary(ourBlob.pointer), !isBinary(theirBlob.pointer), basePointer.map({ !isBinary($0) }) ?? true
        else { return nil }
        var inputs = (try input(basePointer), try input(ourBlob.pointer), try input(theirBlob.pointer))
        var options = git_merge_file_options()
        try check(git_merge_file_options_init(&options, UInt32(GIT_MERGE_FILE_OPTIONS_VERSION)), "merge the file")
        if isUnion { options.favor = GIT_MERGE_FILE_FAVOR_UNION }
        var result = git_merge_file_result()
        try check(
            git_merge_file(&result, &inputs.0, &inputs.1, &inputs.2, &options),
            "merge the file",
            path.description
        )
        defer { git_merge_file_result_free(&result) }
        guard result.automergeable == 1 else { return nil }
        var created = git_oid()
        try check(
            git_blob_create_from_buffer(&created, repository, result.ptr, result.len),
            "write the merged file",
            path.description
        )
        return OID(created)
    }

    private func blob(_ oid: OID) throws(GitError) -> Owned<BlobKind> {
        var raw = oid.raw
        return try Owned.make("read the file contents", oid.hex) { git_blob_lookup(&$0, repository, &raw) }
    }

    private func isBinary(_ blob: OpaquePointer) -> Bool { git_blob_is_binary(blob) == 1 }

    private func input(_ blob: OpaquePointer?) throws(GitError) -> git_merge_file_input {
        var input = git_merge_file_input()
        try check(git_merge_file_input_init(&input, UInt32(GIT_MERGE_FILE_INPUT_VERSION)), "merge the file")
        guard let blob else { return input }
        input.ptr = git_blob_rawcontent(blob)?.assumingMemoryBound(to: CChar.self)
        input.size = Int(git_blob_rawsize(blob))
        return input
    }
}
