import Crypto

/// Executes each key once, and replays the first result to everybody else.
///
/// Exactly once is not to be had: an executor that dies, or is cut off from the store for longer than its lease, may have
/// had its effect and is executed again by the next caller. What is promised: never two executors with a live lease, and
/// one stored answer per key, that of the newest claim.
package struct IdempotencyLedger: Sendable {
    package struct Options: Sendable {
        /// How long a claim lasts when its owner dies; it is renewed at a third of that.
        ///
        /// Default 30 seconds.
        package var lease: Duration = .seconds(30)
        /// Share of the lease that the body has to stop in when its claim cannot be renewed.
        ///
        /// Default 0.1.
        package var safety = 0.1
        /// Time between two looks at a claim somebody else holds, give or take a quarter.
        ///
        /// Default 200 milliseconds.
        package var pollInterval: Duration = .milliseconds(200)
        package var limits = SizeLimits()

        package init() {}
    }

    /// What becomes of a failure.
    package enum FailurePolicy: Sendable, Hashable {
        /// Stored and replayed, as a success is.
        case keep
        /// The claim is given up: the next caller executes.
        case forget
    }

    /// What a caller got.
    package enum Outcome: Hashable, Sendable {
        /// This caller executed.
        case executed(StoredAnswer)
        /// Somebody had executed before.
        case replayed(StoredAnswer)
        /// Somebody executes, and the waiting time is over.
        case inProgress(remaining: Duration)
        /// The key was used for another request.
        case conflict
    }

    private let driver: any IdempotencyDriver
    private let owner: String
    private let options: Options
    private let clock: any Clock<Duration>

    /// Makes the ledger of an instance; `owner` names it in the store.
    package init(
        driver: any IdempotencyDriver,
        owner: String,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.driver = driver
        self.owner = owner
        self.options = options
        self.clock = clock
    }

    /// Executes the body, or gives the answer of whoever did.
    ///
    /// A body that throws gives its claim up, whatever the policy. A body whose claim cannot be renewed in time, or was
    /// taken over, is cancelled before another caller may begin, and its own answer is not stored.
    ///
    /// - Parameters:
    ///   - key: what happens once.
    ///   - request: the request's bytes; the same key with other bytes is a conflict. Empty: every request is the same.
    ///   - keepFor: how long the answer is replayed.
    ///   - wait: how long to wait for somebody else who executes.
    ///   - failures: what becomes of an answer that is a failure.
    ///   - body: does the work.
    /// - Returns: the answer and where it came from.
    /// - Throws: what the body throws; `ServicesError` when the store is away, or with the code `leaseLost` when the
    ///   claim ended before the body did.
    package func once(
        _ key: IdempotencyKey,
        request: [UInt8] = [],
        keepFor: Duration,
        wait: Duration = .zero,
        failures: FailurePolicy = .forget,
        body: @escaping @Sendable () async throws -> StoredAnswer
    ) async throws -> Outcome {
        try options.limits.check(name: key.scope, what: "idempotency scope")
        try options.limits.check(name: key.key, what: "idempotency key")
        let digest = request.isEmpty ? [] : Array(SHA256.hash(data: request))
        let stopwatch = Stopwatch(clock)
        let (answer, requestedAt) = try await claim((key, digest), wait: wait, stopwatch)
        switch answer {
        case .stored(let answer): return .replayed(answer)
        case .inProgress(let remaining): return .inProgress(remaining: remaining)
        case .conflict: return .conflict
        case .started(let claim):
            let keeper = LeaseKeeper(
                stopwatch: stopwatch,
                tenure: LeaseTenure(timeToLive: options.lease, safety: options.safety, grantedAt: requestedAt)
            ) { [driver, options] () throws(ServicesError) in try await driver.renew(claim, lease: options.lease) }
            return .executed(
                try await execute(claim, under: keeper, keepFor: keepFor, failures: failures, body: body)
            )
        }
    }

    // MARK: Claiming

    private typealias Request = (key: IdempotencyKey, digest: [UInt8])

    /// Asks until there is an answer other than "in progress", or the waiting time is over.
    ///
    /// The answer comes with the time at which it was asked for.
    private func claim(
        _ request: Request,
        wait: Duration,
        _ stopwatch: Stopwatch
    ) async throws -> (IdempotencyAnswer, requestedAt: Duration) {
        var waited = Duration.zero
        while true {
            let requestedAt = stopwatch.elapsed
            let answer = try await begin(request)
            guard case .inProgress = answer, waited < wait else { return (answer, requestedAt) }
            // Jittered, so that many waiters do not ask in step; never past the end of the waiting time.
            let pause = min(options.pollInterval * Double.random(in: 0.75...1.25), wait - waited)
            try await clock.sleep(for: pause)
            waited += pause
        }
    }

    private func begin(_ request: Request) async throws -> IdempotencyAnswer {
        let answers = try await driver.begin([request], owner: owner, lease: options.lease)
        guard let answer = answers.first else { throw ServicesError.missingAnswer("idempotency ledger") }
        return answer
    }

    // MARK: Executing

    private func execute(
        _ claim: IdempotencyClaim,
        under keeper: LeaseKeeper,
        keepFor: Duration,
        failures: FailurePolicy,
        body: @escaping @Sendable () async throws -> StoredAnswer
    ) async throws -> StoredAnswer {
        let answer: StoredAnswer
        do {
            guard let result = await keeper.run(body) else { throw ServicesError.claimLost(claim.key) }
            answer = try result.get()
        } catch {
            await giveUp(claim)
            throw error
        }
        if case .failed = answer, failures == .forget {
            await giveUp(claim)
            return answer
        }
        guard try await store(answer, of: claim, keepFor: keepFor) else { throw ServicesError.claimLost(claim.key) }
        return answer
    }

    /// Frees the key, also for a caller that was cancelled.
    ///
    /// Bounded by the driver's own time-out; when it fails the lease ends by itself.
    private func giveUp(_ claim: IdempotencyClaim) async {
        // Not a child, as told above.
        await Task { [driver] in try? await driver.forget(claim) }.value
    }

    /// Stores what the body has done, which nothing can undo: shielded as well, and repeated while the claim lasts.
    ///
    /// - Returns: `false` when the claim is somebody else's by now.
    private func store(
        _ answer: StoredAnswer,
        of claim: IdempotencyClaim,
        keepFor: Duration
    ) async throws -> Bool {
        let (driver, clock, limit) = (driver, clock, options.lease / 2)
        // Not a child, as told above.
        return try await Task {
            let stopwatch = Stopwatch(clock)
            var pause = Duration.milliseconds(50)
            var isUncertain = false
            while true {
                do throws(ServicesError) {
                    let isStored = try await driver.finish(claim, with: answer, keepFor: keepFor)
                    // A finished claim cannot be finished again: then it was an earlier try that stored the answer.
                    return isStored || isUncertain
                } catch {
                    let isPassing = [.storeUnavailable, .storeTimedOut, .outcomeUnknown].contains(error.code)
                    guard isPassing, stopwatch.elapsed + pause < limit else { throw error }
                    isUncertain = isUncertain || error.code == .outcomeUnknown
                    try await clock.sleep(for: pause)
                    pause = min(pause * 2, .seconds(1))
                }
            }
        }.value
    }
}
