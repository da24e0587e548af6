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
    package func dirtyPaths(includingUntracked: Bool = true) throws(GitError) -> [DirtyPath] {
        var options = git_status_options()
        try check(git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION)), "read the status")
        options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        options.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES.rawValue
        if includingUntracked {
            options.flags |= GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
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
            let staged: UInt32 =
                GIT_STATUS_INDEX_NEW.rawValue | GIT_STATUS_INDEX_MODIFIED.rawValue | GIT_STATUS_INDEX_DELETED.rawValue
                | GIT_STATUS_INDEX_RENAMED.rawValue | GIT_STATUS_INDEX_TYPECHANGE.rawValue
            paths.append(
                DirtyPath(
                    path: GitPath(delta.pointee.new_file.path ?? delta.pointee.old_file.path),
                    isStaged: flags & staged != 0, isUntracked: flags & GIT_STATUS_WT_NEW.rawValue != 0,
                    isConflicted: flags & GIT_STATUS_CONFLICTED.rawValue != 0))
        }
        return paths
    }
}
