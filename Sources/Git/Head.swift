/// What `HEAD` of a worktree points at.
package enum Head: Hashable, Sendable {
    /// A branch, by its full ref name, and its commit.
    case branch(String, OID)
    /// A commit without a branch.
    case detached(OID)
    /// A branch without a commit yet, by its full ref name.
    case unborn(String)

    /// The commit, unless unborn.
    package var commit: OID? {
        switch self {
        case .branch(_, let commit), .detached(let commit): commit
        case .unborn: nil
        }
    }

    /// The branch's full ref name, unless detached.
    package var branch: String? {
        switch self {
        case .branch(let name, _), .unborn(let name): name
        case .detached: nil
        }
    }
}

/// An operation of git that was begun in a worktree and not finished.
package enum PendingOperation: String, Hashable, Sendable {
    case merge, revert, cherryPick, bisect, rebase, applyMailbox
}
