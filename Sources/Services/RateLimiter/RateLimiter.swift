import Locking

/// Allows so many requests per key and time, over all processes that share a store.
///
/// When the store does not answer, the process decides by itself at once, says so in every decision, and returns to the
/// store when it answers again.
package final class RateLimiter: Sendable {
    /// What decides while the store is away.
    package enum AwayPolicy: String, Hashable, Sendable, CaseIterable {
        /// This process alone, with its share of the limit.
        case local
        /// Everything is allowed.
        case open
        /// Nothing is allowed.
        case closed
    }

    package struct Options: Sendable {
        /// Longest wait for the store.
        ///
        /// Default 50 milliseconds.
        package var storeTimeLimit: Duration = .milliseconds(50)
        /// What decides while the store is away.
        ///
        /// Default `local`.
        package var whenAway = AwayPolicy.local
        /// Refusals remembered in this process; 0 asks the store each time.
        ///
        /// Default 10,000.
        package var denyCacheLimit = 10_000
        /// Longest time a refusal is believed without asking the store, which may have been reset.
        ///
        /// Default 2 seconds.
        package var longestDenial: Duration = .seconds(2)
        /// Limits in one call.
        ///
        /// Default 100.
        package var requestLimit = 100
        package var limits = SizeLimits()
        /// Opens with the first failure, so that no second request waits for a store that is away.
        package var breaker: CircuitBreaker.Options
        /// Keys remembered while this process decides.
        package var local = MemoryRateLimiterDriver.Options()

        package init() {
            breaker = CircuitBreaker.Options()
            breaker.failureCount = 1
            breaker.openDuration = .seconds(1)
            breaker.longestOpenDuration = .seconds(10)
        }
    }

    package let breaker: CircuitBreaker
    let options: Options
    let driver: any RateLimiterDriver
    let local: MemoryRateLimiterDriver
    let denials: Lock<DenyCache>
    private let liveInstances: @Sendable () -> Int
    private let storeClock: StoreClock
    private let clock: any Clock<Duration>
    private let telemetry: Telemetry
    private let counters: DecisionCounters

    /// - Parameters:
    ///   - driver: the shared store.
    ///   - options: bounds and what to do while it is away.
    ///   - liveInstances: how many processes share the limits now; each takes its part while the store is away.
    ///   - storeClock: the local limiter's and the breaker's time.
    ///   - clock: measures the wait for the store.
    ///   - telemetry: hears of decisions and failures.
    package init(
        driver: any RateLimiterDriver,
        options: Options = Options(),
        liveInstances: @escaping @Sendable () -> Int = { 1 },
        storeClock: StoreClock = .system,
        clock: any Clock<Duration> = ContinuousClock(),
        telemetry: Telemetry = .none
    ) {
        self.driver = driver
        self.options = options
        self.liveInstances = liveInstances
        self.storeClock = storeClock
        self.clock = clock
        self.telemetry = telemetry
        counters = DecisionCounters(telemetry: telemetry)
        local = MemoryRateLimiterDriver(options: options.local, clock: storeClock)
        denials = Lock(DenyCache(limit: options.denyCacheLimit, longest: options.longestDenial))
        breaker = CircuitBreaker(
            name: "rate_limit_store",
            options: options.breaker,
            clock: storeClock,
            telemetry: telemetry
        )
    }

    /// Charges one request when it is allowed.
    ///
    /// - Throws: `ServicesError` with the code `invalidRequest`; a store that is away is no error.
    package func hit(_ request: RateLimitRequest) async throws -> RateLimitDecision {
        try check(request)
        let slot = RateLimitBatch.Slot(key: request.key, slot: RateLimitTerms(request.limit).slot)
        let now = storeClock.now.microseconds
        if let known = denials.withLock({ $0.decision(request, slot, at: now) }) {
            counters.count(known, from: .denyCache)
            return known
        }
        let decision = try await decide([request])[0]
        if !decision.isLocal {
            let now = storeClock.now.microseconds
            denials.withLock { $0.remember(decision, of: request, slot, at: now) }
        }
        return decision
    }

    /// Charges all requests when every one is allowed, else none; one decision each, in order.
    ///
    /// - Throws: `ServicesError` with the code `invalidRequest`; a store that is away is no error.
    package func hit(_ requests: [RateLimitRequest]) async throws -> [RateLimitDecision] {
        guard requests.count <= options.requestLimit else {
            throw ServicesError.outOfRange("number of limits", requests.count, allowed: "0 to \(options.requestLimit)")
        }
        for request in requests { try check(request) }
        return requests.isEmpty ? [] : try await decide(requests)
    }

    /// The decision a hit would get now, charging nothing.
    package func peek(_ request: RateLimitRequest) async throws -> RateLimitDecision {
        try check(request)
        let driver = driver
        if let decision = try await ask({ try await driver.peek(request) }) { return decision }
        switch options.whenAway {
        case .local: return labelled(local.peek(share(of: request)), request)
        case .open, .closed: return fixed(request)
        }
    }

    /// Forgets the key's state for all its limits.
    ///
    /// - Throws: `ServicesError` when the store cannot do it; the state in this process is forgotten all the same.
    package func reset(_ key: String) async throws {
        try options.limits.check(name: key, what: "rate-limit key")
        local.reset(key)
        denials.withLock { $0.forget(key) }
        try await driver.reset(key)
        denials.withLock { $0.forget(key) }
    }

    private func decide(_ requests: [RateLimitRequest]) async throws -> [RateLimitDecision] {
        let driver = driver
        let decisions: [RateLimitDecision]
        let source: DecisionCounters.Source
        if let answer = try await ask({ try await driver.hit(requests) }), answer.count == requests.count {
            decisions = answer
            source = .store
        } else {
            switch options.whenAway {
            case .local:
                decisions = zip(local.hit(requests.map(share)), requests).map(labelled)
                source = .local
            case .open, .closed:
                decisions = requests.map(fixed)
                source = .policy
            }
        }
        for decision in decisions {
            counters.count(decision, from: source)
        }
        return decisions
    }

    /// Asks the store, within the time limit and if the breaker lets it.
    ///
    /// - Returns: `nil` when it did not answer.
    private func ask<Answer: Sendable>(
        _ question: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer? {
        guard let permit = breaker.admit() else { return nil }
        let wasAway = breaker.state != .closed
        do {
            guard let answer = try await TimeLimit.run(options.storeTimeLimit, clock: clock, question) else {
                fail(permit, .failed, "store_timed_out")
                return nil
            }
            breaker.record(permit, .succeeded)
            if wasAway, breaker.state == .closed { telemetry.log(TelemetryEvent.limiterStoreBack) }
            return answer
        } catch {
            let result = CircuitBreaker.result(of: error)
            fail(permit, result, (error as? ServicesError)?.code.rawValue ?? "unknown")
            if result == .ignored { throw error }
            return nil
        }
    }

    private func fail(_ permit: BreakerPermit, _ result: BreakerResult, _ code: String) {
        let before = breaker.state
        breaker.record(permit, result)
        guard result == .failed else { return }
        telemetry.count(Metric.limiterStoreFailures, code)
        guard before == .closed, breaker.state == .open else { return }
        telemetry.log(TelemetryEvent.limiterStoreAway, ["code": code, "policy": options.whenAway.rawValue])
    }

    /// This process's part of a limit.
    private func share(of request: RateLimitRequest) -> RateLimitRequest {
        let parts = max(1, liveInstances())
        let limit = RateLimit(
            policy: request.limit.policy,
            limit: max(1, request.limit.limit / parts),
            per: request.limit.period,
            burst: max(1, request.limit.burst / parts)
        )
        return RateLimitRequest(key: request.key, limit: limit, cost: request.cost)
    }

    private func labelled(_ decision: RateLimitDecision, _ request: RateLimitRequest) -> RateLimitDecision {
        var decision = RateLimitDecision(
            isAllowed: decision.isAllowed,
            limit: request.limit.limit,
            remaining: decision.remaining,
            resetAfter: decision.resetAfter,
            retryAfter: decision.retryAfter
        )
        decision.isLocal = true
        return decision
    }

    /// What the policy says to everything.
    private func fixed(_ request: RateLimitRequest) -> RateLimitDecision {
        let isAllowed = options.whenAway == .open
        let decision = RateLimitDecision(
            isAllowed: isAllowed,
            limit: request.limit.limit,
            remaining: isAllowed ? request.limit.burst : 0,
            resetAfter: .zero,
            retryAfter: isAllowed ? nil : max(.milliseconds(1), breaker.retryAfter ?? .seconds(1))
        )
        return labelled(decision, request)
    }
}
