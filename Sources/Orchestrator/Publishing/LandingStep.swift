package import Git
import Services

/// Moves a branch from the commit the train was built on to the tested one, and never elsewhere.
package struct LandingStep: Sendable {
    /// Absolute path of the repository.
    package let repository: String
    package let lane: GitLane

    package init(repository: String, lane: GitLane) {
        self.repository = repository
        self.lane = lane
    }

    /// Lands by compare-and-set; the working tree that has the branch checked out moves along when that is safe.
    ///
    /// - Parameters:
    ///   - branch: Full ref name.
    ///   - old: The head the train was built on.
    ///   - new: The commit that was verified; a descendant of `old`.
    ///   - message: For the branch's reflog.
    ///   - fence: The lease to land under; it is checked again while the branch is locked.
    /// - Throws: `GitError` other than "moved", `ServicesError` when the fence cannot be used.
    package func land(
        branch: String,
        from old: OID,
        to new: OID,
        message: String,
        fence: LandingFence
    ) async throws -> LandingOutcome {
        guard await fence.isHeld() else { return .fenced(by: nil) }
        let outcome = try await lane.run(at: repository) { repository throws(GitError) -> LandingOutcome in
            try Self.move(branch, from: old, to: new, message: message, fence: fence, in: repository)
        }
        return outcome
    }

    private static func move(
        _ branch: String,
        from old: OID,
        to new: OID,
        message: String,
        fence: LandingFence,
        in repository: borrowing Repository
    ) throws(GitError) -> LandingOutcome {
        // A landing that was cut off after the move is recognised instead of being called a foreign change.
        if try repository.reference(branch) == new { return .landed(wasThere: true) }
        var later: FencingToken?
        do throws(GitError) {
            let result = try repository.landFastForward(
                branch: branch,
                from: old,
                to: new,
                message: message
            ) { () throws(GitError) in
                let stored = fence.storedToken()
                guard stored > fence.lease.token else { return }
                later = stored
                throw GitError(code: .refused, message: "a later holder may land on '\(branch)'", subject: branch)
            }
            return result.isMoved ? .landed(wasThere: false) : .blocked(result.blockedPaths)
        } catch {
            if let later { return .fenced(by: later) }
            guard error.isRetryable || error.code == .notFound else { throw error }
            let current = try repository.reference(branch)
            // Another process holds the ref's lock file and has not moved it: trying again is for the caller.
            if current == old { throw error }
            return .branchMoved(current: current)
        }
    }
}
