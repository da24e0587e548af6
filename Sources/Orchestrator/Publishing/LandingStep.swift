package import Git
import Services

/// Moves a branch from the commit the train was built on to the tested one, and never elsewhere.
package struct LandingStep: Sendable {
    /// Absolute path of the repository.
    package let repository: String
    package let lane: GitLane
    /// Moves the working tree where files pass external filters.
    package let command: GitCommand?

    private let options: Options
    private let clock: any Clock<Duration>

    package struct Options: Sendable {
        /// Tries while another git process holds the ref or the index; 20 by default.
        package var attempts: Int
        /// Pause between two tries; 100 milliseconds by default.
        package var pause: Duration

        package init(attempts: Int = 20, pause: Duration = .milliseconds(100)) {
            self.attempts = attempts
            self.pause = pause
        }
    }

    package init(
        repository: String,
        lane: GitLane,
        command: GitCommand? = nil,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.repository = repository
        self.lane = lane
        self.command = command
        self.options = options
        self.clock = clock
    }

    /// Lands by compare-and-set; the working tree that has the branch checked out moves along when that is safe.
    ///
    /// - Parameters:
    ///   - branch: Full ref name.
    ///   - old: The head the train was built on.
    ///   - new: The commit that was verified; a descendant of `old`.
    ///   - message: For the branch's reflog.
    ///   - fence: The lease to land under; it is checked again while the branch is locked.
    /// - Returns: What became of it; that somebody else moved the branch is an answer, not an error.
    /// - Throws: `GitError` when the repository cannot be used or its lock files stay held, `CancellationError`.
    package func land(
        branch: String,
        from old: OID,
        to new: OID,
        message: String,
        fence: LandingFence
    ) async throws -> LandingOutcome {
        var attempt = 1
        while true {
            guard await fence.isHeld() else { return .fenced(by: nil) }
            do throws(GitError) {
                return try await lane.run(at: repository) { [command] repository throws(GitError) -> LandingOutcome in
                    let move = (branch: branch, old: old, new: new, message: message)
                    return try Self.perform(move, command: command, fence: fence, in: repository)
                }
            } catch {
                guard error.code == .locked, attempt < options.attempts else { throw error }
            }
            try await clock.sleep(for: options.pause)
            attempt += 1
        }
    }

    private static func perform(
        _ move: (branch: String, old: OID, new: OID, message: String),
        command: GitCommand?,
        fence: LandingFence,
        in repository: borrowing Repository
    ) throws(GitError) -> LandingOutcome {
        let (branch, old, new, message) = move
        // A landing that was cut off after the move is recognised instead of being called a foreign change.
        if try repository.reference(branch) == new { return .landed(wasThere: true) }
        var later: FencingToken?
        do throws(GitError) {
            let result = try repository.landFastForward(
                branch: branch,
                from: old,
                to: new,
                message: message,
                command: command
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
            // Another process holds a lock file and has not moved the branch: worth another try.
            if current == old { throw error }
            return .branchMoved(current: current)
        }
    }
}
