import CLibGit2

/// A path of a working tree that differs from `HEAD`.
package struct DirtyPath: Hashable, Sendable {
    package var path: GitPath
    package var isStaged: Bool
    package var isUntracked: Bool
    package var isConflicted: Bool
}

extension Repository {
    /// The paths of this worktree that differ from `HEAD`: staged, changed, or untracked (ignored ones excluded).
    ///
    /// A new repository inside the worktree is one path that ends in a slash.
    package func dirtyPaths(includingUntracked: Bool = true) throws(GitError) -> [DirtyPath] {
        var options = git_status_options()
        try check(git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION)), "read the status")
        options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        options.flags = 0
        if includingUntracked {
            options.flags |= GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
            // libgit2 counts a new repository inside the worktree among the ignored; git does not.
            options.flags |= GIT_STATUS_OPT_INCLUDE_IGNORED.rawValue
        }
        let list = try Owned<StatusListKind>.make("read the status of", workingDirectory) {
            git_status_list_new(&$0, pointer, &options)
        }
        var paths: [DirtyPath] = []
        for position in 0..<git_status_list_entrycount(list.pointer) {
            guard let entry = git_status_byindex(list.pointer, position)?.pointee,
                let delta = entry.index_to_workdir ?? entry.head_to_index
            else { continue }
            let flags = entry.status.rawValue
            if flags & GIT_STATUS_IGNORED.rawValue != 0 {
                if let nested = try nestedRepository(at: GitPath(delta.pointee.new_file.path)) { paths.append(nested) }
                continue
            }
            let staged: UInt32 =
                GIT_STATUS_INDEX_NEW.rawValue | GIT_STATUS_INDEX_MODIFIED.rawValue | GIT_STATUS_INDEX_DELETED.rawValue
                | GIT_STATUS_INDEX_RENAMED.rawValue | GIT_STATUS_INDEX_TYPECHANGE.rawValue
            paths.append(
                DirtyPath(
                    path: GitPath(delta.pointee.new_file.path ?? delta.pointee.old_file.path),
                    isStaged: flags & staged != 0,
                    isUntracked: flags & GIT_STATUS_WT_NEW.rawValue != 0,
                    isConflicted: flags & GIT_STATUS_CONFLICTED.rawValue != 0
                )
            )
        }
        return paths
    }

    /// A folder that libgit2 calls ignored only because it is a repository of its own.
    private func nestedRepository(at path: GitPath) throws(GitError) -> DirtyPath? {
        guard let root = workingDirectory else { return nil }
        let slash = UInt8(ascii: "/")
        let folder = GitPath(bytes: path.bytes.last == slash ? Array(path.bytes.dropLast()) : path.bytes)
        guard FileBytes.exists("\(root)/\(folder)/.git") else { return nil }
        var isIgnored: Int32 = 0
        let status = folder.withCString { git_ignore_path_is_ignored(&isIgnored, pointer, $0) }
        try check(status, "read the ignore rules for", folder.description)
        guard isIgnored == 0 else { return nil }
        return DirtyPath(
            path: GitPath(bytes: folder.bytes + [slash]),
            isStaged: false,
            isUntracked: true,
            isConflicted: false
        )
    }
}
