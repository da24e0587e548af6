import CLibGit2

/// Turns the conflicts of a merged index into values.
struct ConflictReader {
    /// Borrowed for the reader's life, as is `index`.
    let repository: OpaquePointer
    let index: OpaquePointer
    let labels: MergeLabels

    /// The three sides of one conflict as the index has them.
    struct Sides {
        var ancestor: ConflictedPath.Side?
        var ours: ConflictedPath.Side?
        var theirs: ConflictedPath.Side?

        /// The path, when all sides that exist agree on it.
        var commonPath: GitPath? {
            let paths = Set([ancestor, ours, theirs].compactMap { $0?.path })
            return paths.count == 1 ? paths.first : nil
        }
    }

    /// Reads every conflict, in the index's order.
    func sides() throws(GitError) -> [Sides] {
        var all: [Sides] = []
        try forEach { ancestor, ours, theirs throws(GitError) in
            all.append(Sides(ancestor: Self.side(ancestor), ours: Self.side(ours), theirs: Self.side(theirs)))
        }
        return all
    }

    /// Reads every conflict with its kind and its conflicting parts, in path order.
    func conflicts(
        ours ourTree: OID,
        theirs theirTree: OID,
        trees: borrowing Repository
    ) throws(GitError) -> [ConflictedPath] {
        let renamed = renamedPaths()
        var hunksOf: [GitPath: [String]] = [:]
        try forEach { ancestor, ours, theirs throws(GitError) in
            guard let ours, let theirs, let path = ours.pointee.path else { return }
            hunksOf[GitPath(path)] = try hunks(ancestor, ours, theirs)
        }
        var conflicts: [ConflictedPath] = []
        for sides in try sides() {
            guard let path = (sides.ours ?? sides.theirs ?? sides.ancestor)?.path else { continue }
            let modes = [try trees.entry(at: path, in: ourTree)?.mode, try trees.entry(at: path, in: theirTree)?.mode]
            let isFolder = modes.contains(.folder)
            conflicts.append(
                ConflictedPath(
                    path: path,
                    kind: Self.kind(sides, path: path, isFolder: isFolder, renamed: renamed),
                    ancestor: sides.ancestor,
                    ours: sides.ours,
                    theirs: sides.theirs,
                    hunks: hunksOf[path] ?? []
                )
            )
        }
        return conflicts.sorted { $0.path < $1.path }
    }

    private static func kind(
        _ sides: Sides,
        path: GitPath,
        isFolder: Bool,
        renamed: Set<GitPath>
    ) -> ConflictedPath.Kind {
        if isFolder { return .fileFolder }
        switch (sides.ancestor, sides.ours, sides.theirs) {
        case (_?, _?, _?): return .content
        case (nil, _?, _?): return renamed.contains(path) ? .rename : .addAdd
        default:
            if renamed.contains(path) { return .rename }
            return sides.ancestor == nil ? .fileFolder : .modifyDelete
        }
    }

    /// The paths that take part in a rename the merge could not follow.
    private func renamedPaths() -> Set<GitPath> {
        var paths: Set<GitPath> = []
        for position in 0..<git_index_name_entrycount(index) {
            guard let names = git_index_name_get_byindex(index, position)?.pointee else { continue }
            for name in [names.ancestor, names.ours, names.theirs] {
                if let name { paths.insert(GitPath(name)) }
            }
        }
        return paths
    }

    private typealias Entry = UnsafePointer<git_index_entry>

    private func forEach(_ body: (Entry?, Entry?, Entry?) throws(GitError) -> Void) throws(GitError) {
        let iterator = try Owned<ConflictIteratorKind>.make("list the conflicts") {
            git_index_conflict_iterator_new(&$0, index)
        }
        while true {
            var (ancestor, ours, theirs): (Entry?, Entry?, Entry?) = (nil, nil, nil)
            let status = git_index_conflict_next(&ancestor, &ours, &theirs, iterator.pointer)
            if status == GIT_ITEROVER.rawValue { return }
            try check(status, "list the conflicts")
            try body(ancestor, ours, theirs)
        }
    }

    private static func side(_ entry: Entry?) -> ConflictedPath.Side? {
        guard let entry = entry?.pointee, let path = entry.path, let mode = FileMode(stored: entry.mode) else {
            return nil
        }
        return ConflictedPath.Side(path: GitPath(path), entry: TreeEntry(mode: mode, oid: OID(entry.id)))
    }

    /// Merges the file with diff3 markers and cuts out what stands between them; empty for what is not text.
    private func hunks(_ ancestor: Entry?, _ ours: Entry, _ theirs: Entry) throws(GitError) -> [String] {
        for entry in [ancestor, ours, theirs] {
            guard let entry else { continue }
            guard FileMode(stored: entry.pointee.mode)?.isRegular == true else { return [] }
            var raw = entry.pointee.id
            let blob = try Owned<BlobKind>.make("read the file contents") { git_blob_lookup(&$0, repository, &raw) }
            if git_blob_is_binary(blob.pointer) == 1 { return [] }
        }
        var options = git_merge_file_options()
        try check(git_merge_file_options_init(&options, UInt32(GIT_MERGE_FILE_OPTIONS_VERSION)), "merge the file")
        options.flags = GIT_MERGE_FILE_STYLE_DIFF3.rawValue
        var result = git_merge_file_result()
        let status = labels.ancestor.withCString { ancestorLabel in
            labels.ours.withCString { ourLabel in
                labels.theirs.withCString { theirLabel in
                    options.ancestor_label = ancestorLabel
                    options.our_label = ourLabel
                    options.their_label = theirLabel
                    return git_merge_file_from_index(&result, repository, ancestor, ours, theirs, &options)
                }
            }
        }
        try check(status, "merge the file", GitPath(ours.pointee.path).description)
        defer { git_merge_file_result_free(&result) }
        let merged = UnsafeRawBufferPointer(start: result.ptr, count: result.len)
        return Self.cut(String(decoding: merged, as: UTF8.self))
    }

    /// The parts of a file from a `<<<<<<<` line to its `>>>>>>>` line, markers included.
    static func cut(_ text: String) -> [String] {
        var hunks: [String] = []
        var current: [Substring]?
        // Split on the scalar: a CR LF pair is one Character.
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Substring.init) {
            if current == nil, line.hasPrefix("<<<<<<< ") { current = [] }
            guard current != nil else { continue }
            current?.append(line)
            if line.hasPrefix(">>>>>>> "), let finished = current {
                hunks.append(finished.joined(separator: "\n"))
                current = nil
            }
        }
        return hunks
    }
}
