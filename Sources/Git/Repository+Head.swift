import CLibGit2

extension Repository {
    /// What `HEAD` of this worktree points at.
    package func head() throws(GitError) -> Head {
        let head = try Owned<ReferenceKind>.make("read", "HEAD") { git_reference_lookup(&$0, pointer, "HEAD") }
        guard git_reference_type(head.pointer) == GIT_REFERENCE_SYMBOLIC else {
            guard let target = git_reference_target(head.pointer) else {
                throw GitError(code: .damaged, message: "cannot read 'HEAD': it points nowhere", subject: "HEAD")
            }
            return .detached(OID(target))
        }
        let name = git_reference_symbolic_target(head.pointer).map { String(cString: $0) } ?? ""
        guard let commit = try reference(name) else { return .unborn(name) }
        return .branch(name, commit)
    }

    /// The operation that was begun in this worktree and waits to be finished.
    package func pendingOperation() -> PendingOperation? {
        let state = git_repository_state(pointer)
        switch UInt32(bitPattern: state) {
        case GIT_REPOSITORY_STATE_MERGE.rawValue: return .merge
        case GIT_REPOSITORY_STATE_REVERT.rawValue, GIT_REPOSITORY_STATE_REVERT_SEQUENCE.rawValue: return .revert
        case GIT_REPOSITORY_STATE_CHERRYPICK.rawValue, GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE.rawValue:
            return .cherryPick
        case GIT_REPOSITORY_STATE_BISECT.rawValue: return .bisect
        case GIT_REPOSITORY_STATE_REBASE.rawValue, GIT_REPOSITORY_STATE_REBASE_INTERACTIVE.rawValue,
            GIT_REPOSITORY_STATE_REBASE_MERGE.rawValue:
            return .rebase
        case GIT_REPOSITORY_STATE_APPLY_MAILBOX.rawValue, GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE.rawValue:
            return .applyMailbox
        default: return nil
        }
    }

    /// The paths whose merge is not resolved in this worktree's index.
    package func conflictedIndexPaths() throws(GitError) -> [GitPath] {
        let index = try Owned<IndexKind>.make("open the index of", gitDirectory) {
            git_repository_index(&$0, pointer)
        }
        try check(git_index_read(index.pointer, 1), "read the index of", gitDirectory)
        var paths: Set<GitPath> = []
        for position in 0..<git_index_entrycount(index.pointer) {
            guard let entry = git_index_get_byindex(index.pointer, position) else { continue }
            if git_index_entry_is_conflict(entry) != 0 { paths.insert(GitPath(entry.pointee.path)) }
        }
        return paths.sorted()
    }
}
