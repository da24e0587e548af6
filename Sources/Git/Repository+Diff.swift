import CLibGit2

extension Repository {
    /// What differs between two commits or trees, in path order; `nil` stands for the empty tree.
    ///
    /// Renames are off unless asked for: a rename is then a deleted and an added path, so that both ends can be judged.
    package func changes(from old: OID?, to new: OID?, detail: DiffDetail = .paths) throws(GitError) -> [Change] {
        let diff = try makeDiff(from: old, to: new, detail: detail)
        var changes: [Change] = []
        let count = git_diff_num_deltas(diff.pointer)
        changes.reserveCapacity(count)
        for position in 0..<count {
            guard let delta = git_diff_get_delta(diff.pointer, position) else { continue }
            guard var change = Self.change(delta.pointee) else { continue }
            if detail.hasHunks { try readHunks(of: diff, at: position, detail: detail, into: &change) }
            changes.append(change)
        }
        return changes
    }

    private func makeDiff(from old: OID?, to new: OID?, detail: DiffDetail) throws(GitError) -> Owned<DiffKind> {
        let oldTree: Owned<TreeKind>? = if let old { try lookUpTree(old) } else { nil }
        let newTree: Owned<TreeKind>? = if let new { try lookUpTree(new) } else { nil }
        var options = git_diff_options()
        try check(git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)), "compare trees")
        options.flags = GIT_DIFF_INCLUDE_TYPECHANGE.rawValue | GIT_DIFF_SKIP_BINARY_CHECK.rawValue
        if detail.hasHunks { options.flags = GIT_DIFF_INCLUDE_TYPECHANGE.rawValue }
        options.context_lines = 0
        options.interhunk_lines = 0
        let oldPointer: OpaquePointer? =
            switch oldTree {
            case .some(let tree): tree.pointer
            case nil: nil
            }
        let newPointer: OpaquePointer? =
            switch newTree {
            case .some(let tree): tree.pointer
            case nil: nil
            }
        let diff = try Owned<DiffKind>.make("compare", "\(old?.short ?? "nothing") and \(new?.short ?? "nothing")") {
            git_diff_tree_to_tree(&$0, pointer, oldPointer, newPointer, &options)
        }
        if detail.joinsRenames {
            var find = git_diff_find_options()
            try check(git_diff_find_options_init(&find, UInt32(GIT_DIFF_FIND_OPTIONS_VERSION)), "find renames")
            find.flags = GIT_DIFF_FIND_RENAMES.rawValue
            try check(git_diff_find_similar(diff.pointer, &find), "find renames")
        }
        return diff
    }

    private func readHunks(
        of diff: borrowing Owned<DiffKind>,
        at position: Int,
        detail: DiffDetail,
        into change: inout Change
    ) throws(GitError) {
        if change.isSubmodule { return }
        let path = change.path.description
        var made: OpaquePointer?
        try check(git_patch_from_diff(&made, diff.pointer, position), "compare the file", path)
        if let delta = git_diff_get_delta(diff.pointer, position) {
            change.isBinary = delta.pointee.flags & GIT_DIFF_FLAG_BINARY.rawValue != 0
        }
        // No patch is made for binary files.
        guard let made else { return }
        let patch = Owned<PatchKind>(made)
        for number in 0..<git_patch_num_hunks(patch.pointer) {
            var raw: UnsafePointer<git_diff_hunk>?
            var lines = 0
            try check(git_patch_get_hunk(&raw, &lines, patch.pointer, number), "compare the file", path)
            guard let raw else { continue }
            var hunk = Hunk(
                oldStart: Int(raw.pointee.old_start),
                oldCount: Int(raw.pointee.old_lines),
                newStart: Int(raw.pointee.new_start),
                newCount: Int(raw.pointee.new_lines),
                context: Self.context(raw.pointee)
            )
            if detail.hasAddedLines {
                hunk.added = try addedLines(of: patch, hunk: number, count: lines, path: path)
            }
            change.hunks.append(hunk)
        }
    }

    private func addedLines(
        of patch: borrowing Owned<PatchKind>,
        hunk: Int,
        count: Int,
        path: String
    ) throws(GitError) -> [AddedLine] {
        var added: [AddedLine] = []
        for position in 0..<count {
            var line: UnsafePointer<git_diff_line>?
            try check(git_patch_get_line_in_hunk(&line, patch.pointer, hunk, position), "compare the file", path)
            guard let line, line.pointee.origin == CChar(UInt8(ascii: "+")) else { continue }
            let content = UnsafeRawBufferPointer(start: line.pointee.content, count: line.pointee.content_len)
            var bytes = Array(content)
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            added.append(AddedLine(number: Int(line.pointee.new_lineno), bytes: bytes))
        }
        return added
    }

    /// What stands after the second `@@` of a hunk header.
    private static func context(_ hunk: git_diff_hunk) -> String {
        let bytes = withUnsafeBytes(of: hunk.header) { Array($0.prefix(hunk.header_len)) }
        let marker = Array(" @@".utf8)
        guard let end = (2..<max(2, bytes.count - 2)).first(where: { Array(bytes[$0..<$0 + 3]) == marker }) else {
            return ""
        }
        let text = String(decoding: bytes[(end + 3)...], as: UTF8.self)
        return String(text.drop { $0 == " " }.prefix { $0 != "\n" && $0 != "\r\n" })
    }

    private static func change(_ delta: git_diff_delta) -> Change? {
        let status: Change.Status
        switch delta.status {
        case GIT_DELTA_ADDED, GIT_DELTA_COPIED: status = .added
        case GIT_DELTA_DELETED: status = .deleted
        case GIT_DELTA_MODIFIED: status = .modified
        case GIT_DELTA_RENAMED: status = .renamed
        case GIT_DELTA_TYPECHANGE: status = .typeChanged
        default: return nil
        }
        let old = entry(delta.old_file)
        let new = entry(delta.new_file)
        let newPath = GitPath(delta.new_file.path ?? delta.old_file.path)
        return Change(
            status: status,
            oldPath: status == .added ? newPath : GitPath(delta.old_file.path),
            newPath: newPath,
            old: status == .added ? nil : old,
            new: status == .deleted ? nil : new
        )
    }

    private static func entry(_ file: git_diff_file) -> TreeEntry? {
        FileMode(stored: UInt32(file.mode)).map { TreeEntry(mode: $0, oid: OID(file.id)) }
    }
}
