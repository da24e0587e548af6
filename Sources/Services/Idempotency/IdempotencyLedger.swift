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
    /// A body that throws gives its claim up, whatever the policy; a body that was overtaken, because its lease ended and
    /// another caller began, is cancelled, and its own answer is not stored.
    ///
    /// - Parameters:
    ///   - key: what happens once.
    ///   - request: the request's bytes; the same key with other bytes is a conflict. Empty: every request is the same.
    ///   - keepFor: how long the answer is replayed.
    ///   - wait: how long to wait for somebody else who executes.
    ///   - failures: what becomes of an answer that is a failure.
    ///   - body: does the work.
    /// - Returns: the answer and where it came from.
    /// - Throws: what the body throws; `ServicesError` when the store is away, or with the code `leaseLost` when another
    ///   caller took over.
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
        switch try await claim((key, digest), wait: wait) {
        case .stored(let answer): return .replayed(answer)
        case .inProgress(let remaining): return .inProgress(remaining: remaining)
        case .conflict: return .conflict
        case .started(let claim):
            return .executed(try await execute(claim, keepFor: keepFor, failures: failures, body: body))
        }
    }

    // MARK: Claiming

    private typealias Request = (key: IdempotencyKey, digest: [UInt8])

    /// Asks until there is an answer other than "in progress", or the waiting time is over.
    private func claim(_ request: Request, wait: Duration) async throws -> IdempotencyAnswer {
        var waited = Duration.zero
        while true {
            let answer = try await begin(request)
            guard case .inProgress = answer, waited < wait else { return answer }
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
        keepFor: Duration,
        failures: FailurePolicy,
        body: @escaping @Sendable () async throws -> StoredAnswer
    ) async throws -> StoredAnswer {
        do {
            let answer = try await renewing(claim, body: body)
            if case .failed = answer, failures == .forget {
                try await driver.forget(claim)
                return answer
            }
            guard try await driver.finish(claim, with: answer, keepFor: keepFor) else {
                throw ServicesError.claimLost(claim.key)
            }
            return answer
        } catch {
            // Shielded: a cancelled caller must not leave the key blocked until its lease ends. Bounded by the driver's
            // own time-out; when it fails the lease ends by itself.
            await Task.detached { [driver] in try? await driver.forget(claim) }.value
            throw error
        }
    }

    /// Runs the body; renews the claim beside it, and cancels the body when the claim is gone.
    private func renewing(
        _ claim: IdempotencyClaim,
        body: @escaping @Sendable () async throws -> StoredAnswer
    ) async throws -> StoredAnswer {
        try await withThrowingTaskGroup(of: StoredAnswer?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while true {
                    try await clock.sleep(for: options.lease / 3)
                    // A store that is away is no proof that the claim is lost; finishing decides.
                    if let isHeld = try? await driver.renew(claim, lease: options.lease), !isHeld { return nil }
                }
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else { throw ServicesError.claimLost(claim.key) }
            return answer
        }
    }
}
