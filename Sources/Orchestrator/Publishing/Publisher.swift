package import Git
package import RunModel

/// Sends a landed commit to a remote branch, forward only, with the git command.
///
/// Every answer of the remote is a value: rejected by a hook, moved, not reachable.
package struct Publisher: Sendable {
    package struct Options: Sendable {
        /// Pushes in all; 4 by default: the first, and three after a moved remote.
        package var attempts: Int
        /// Pause before the first repetition, doubled each time; 1 second by default.
        package var backoff: Duration

        package init(attempts: Int = 4, backoff: Duration = .seconds(1)) {
            self.attempts = attempts
            self.backoff = backoff
        }
    }

    private let command: GitCommand
    private let repository: String
    private let lane: GitLane
    private let options: Options
    private let clock: any Clock<Duration>

    package init(
        command: GitCommand,
        repository: String,
        lane: GitLane,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.command = command
        self.repository = repository
        self.lane = lane
        self.options = options
        self.clock = clock
    }

    /// Fetches the remote branch and returns its head; `nil` when the remote has no such branch.
    package func fetchHead(of target: PushTarget) async throws(GitError) -> OID? {
        let name = "refs/heads/\(target.branch)"
        let references = try await command.remoteReferences(target.remote, patterns: [name], in: repository)
        guard references[name] != nil else { return nil }
        let tracking = "refs/remotes/\(target.remote)/\(target.branch)"
        try await command.fetch(target.remote, refspecs: ["+\(name):\(tracking)"], in: repository)
        return try await lane.run(at: repository) { (repository: borrowing Repository) throws(GitError) -> OID? in
            try repository.reference(tracking)
        }
    }

    /// Pushes once.
    ///
    /// A remote that moved is fetched, so that the train can be joined with its new head.
    package func push(_ commit: OID, to target: PushTarget) async -> PublishStep {
        func step(_ result: PushFinished.Result, _ message: String?, upstream: OID? = nil) -> PublishStep {
            let finished = PushFinished(
                remote: target.remote,
                branch: target.branch,
                commit: commit.hex,
                result: result,
                message: message
            )
            return PublishStep(finished: finished, upstream: upstream)
        }
        do {
            let outcome = try await command.push(
                commit,
                to: "refs/heads/\(target.branch)",
                remote: target.remote,
                in: repository
            )
            switch outcome {
            case .pushed(let summary): return step(.pushed, summary)
            case .upToDate: return step(.upToDate, nil)
            case .rejected(let reason): return step(.rejected, reason)
            case .failed(let message): return step(.failed, message)
            case .remoteMoved(let reason): return step(.remoteMoved, reason, upstream: try await fetchHead(of: target))
            }
        } catch {
            return step(.failed, error.description)
        }
    }

    /// Pushes until the remote has the commit, says no, or has moved too often.
    ///
    /// `emit` journals each attempt before it begins and after it ended. `catchUp` joins the landed work with the
    /// remote's new head, verifies and lands it, and returns the new commit; with `nil` that cannot be done and the work
    /// stays local. The answer is the last attempt. Throws `CancellationError` and what the closures throw.
    package func publish(
        _ commit: OID,
        to target: PushTarget,
        emit: (RunFact) async throws -> Void,
        catchUp: (_ upstream: OID) async throws -> OID?
    ) async throws -> PushFinished {
        var commit = commit
        var pause = options.backoff
        var attempt = 1
        while true {
            try await emit(
                .pushStarted(PushAttempt(remote: target.remote, branch: target.branch, commit: commit.hex))
            )
            let step = await push(commit, to: target)
            try await emit(.pushFinished(step.finished))
            guard step.finished.result == .remoteMoved, let upstream = step.upstream, attempt < options.attempts else {
                return step.finished
            }
            try await clock.sleep(for: pause)
            guard let next = try await catchUp(upstream) else { return step.finished }
            commit = next
            pause *= 2
            attempt += 1
        }
    }
}
