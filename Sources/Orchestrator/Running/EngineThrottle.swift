package import Services

/// Keeps the attempts of all runs that share a store within what an engine's servers allow.
///
/// Two means: a rate limit per engine from the settings, and a pause for everybody when a server told one attempt to
/// wait. A store that is away holds nobody up: the servers still refuse what is too much.
package struct EngineThrottle: Sendable {
    private let rateLimiter: any RateLimiterDriver
    private let lock: LeaseLock
    private let limits: [String: RateLimit]
    private let clock: any Clock<Duration>

    /// Longest time between two looks at a limit or a pause.
    private static let longestLook = Duration.seconds(30)

    /// - Parameters:
    ///   - rateLimiter: counts the starts.
    ///   - lock: holds the pauses, as leases that nobody renews.
    ///   - limits: starts per engine name; engines without one are only paused.
    ///   - clock: for tests.
    package init(
        rateLimiter: any RateLimiterDriver,
        lock: LeaseLock,
        limits: [String: RateLimit],
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.rateLimiter = rateLimiter
        self.lock = lock
        self.limits = limits
        self.clock = clock
    }

    /// Returns when an attempt of the engine may start.
    ///
    /// `waiting` is told each time how long the wait is expected to be.
    ///
    /// Throws: `CancellationError`.
    package func admit(_ engine: String, waiting: @Sendable (Duration) -> Void) async throws {
        while let pause = await remaining(engine) {
            waiting(pause)
            try await clock.sleep(for: min(max(pause, .milliseconds(10)), Self.longestLook))
        }
    }

    /// Holds every start of the engine back for that time, in all runs.
    ///
    /// A pause under way is not shortened; the longer one of the two is not taken over, because the first attempt after
    /// it is told anew.
    package func pause(_ engine: String, for time: Duration) async {
        guard time > .zero else { return }
        // The lease itself is the pause: it ends by the store's clock, and nobody gives it back.
        _ = try? await lock.acquire([pauseName(engine)], holder: "engine-throttle", timeToLive: time, wait: .zero)
    }

    /// How long to wait before looking again; `nil`: start now.
    private func remaining(_ engine: String) async -> Duration? {
        let name = pauseName(engine)
        // A store that is away is no reason to wait: see above.
        let records = try? await lock.records(prefix: name, limit: 1)
        if let record = records?.first, record.name == name, record.holder != nil, let pause = record.remaining {
            return pause
        }
        guard let limit = limits[engine] else { return nil }
        let request = RateLimitRequest(key: "engine:\(engine)", limit: limit)
        guard let decision = try? await rateLimiter.hit([request]).first, !decision.isAllowed else { return nil }
        return decision.retryAfter ?? Self.longestLook
    }

    private func pauseName(_ engine: String) -> String { "engine-pause:\(engine)" }
}
