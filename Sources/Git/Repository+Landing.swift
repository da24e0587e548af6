import CLibGit2

/// What a landing did.
package struct LandingResult: Hashable, Sendable {
    /// The branch now stands at the new commit.
    package var isMoved: Bool
    /// The main working tree shows the new commit, or has another branch checked out and was left alone.
    package var isWorkdirCurrent: Bool
    /// The files that stood in the way; when there are some, neither the branch nor any file was changed.
    package var blockedPaths: [GitPath]

    package init(isMoved: Bool, isWorkdirCurrent: Bool, blockedPaths: [GitPath]) {
        self.isMoved = isMoved
        self.isWorkdirCurrent = isWorkdirCurrent
        self.blockedPaths = blockedPaths
    }
}

extension Repository {
    /// Moves a branch from one commit to a descendant, and the main working tree along if it has the branch checked out.
    ///
    /// The ref is locked first, so no other git process can move it meanwhile. Files with changes the user did not
    /// commit, untracked and ignored files are never overwritten: if one is in the way, nothing changes at all and the
    /// paths are returned. Dirty files the landing does not touch stay as they are. Throws `moved` when the branch does
    /// not stand at `old`.
    package func landFastForward(
        branch: String, from old: OID, to new: OID, message: String
    ) throws(GitError) -> LandingResult {
        throw GitError(code: .unsupported, message: "landing is not built yet")
    }

    /// The worktree folder (main or linked) that has the branch checked out, or `nil`.
    package func worktreeHolding(branch: String) throws(GitError) -> String? {
        nil
    }
}
