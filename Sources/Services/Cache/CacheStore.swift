/// The shared store as the cache sees it: it answers in time, or not at all, and never fails a read.
struct CacheStore: Sendable {
    let driver: any CacheDriver
    let breaker: CircuitBreaker
    let timeLimit: Duration
    let clock: any Clock<Duration>
    let telemetry: Telemetry

    /// What a request came to.
    enum Answer<Value: Sendable>: Sendable {
        case value(Value)
        /// The store is away: time-out, error or open breaker.
        case away
    }

    func entry(_ key: CacheKey) async throws -> Answer<CacheEntry?> {
        let driver = driver
        return try await ask { try await driver.entry(key) }
    }

    func store(_ write: CacheWrite, ifVersion version: Int64?) async throws -> Answer<Int64?> {
        let driver = driver
        return try await ask { try await driver.store(write, ifVersion: version) }
    }

    func beginLoad(_ key: CacheKey, holder: String, lease: Duration) async throws -> Answer<Int64?> {
        let driver = driver
        return try await ask { try await driver.beginLoad(key, holder: holder, lease: lease) }
    }

    func endLoad(_ key: CacheKey, holder: String) async {
        let driver = driver
        // A gate that is not freed here is freed by its lease.
        _ = try? await ask { try await driver.endLoad(key, holder: holder) }
    }

    /// - Throws: only `CancellationError`, when the caller is not waiting any more.
    private func ask<Value: Sendable>(
        _ request: @escaping @Sendable () async throws -> Value
    ) async throws -> Answer<Value> {
        guard let permit = breaker.admit() else { return .away }
        do {
            guard let value = try await TimeLimit.run(timeLimit, clock: clock, request) else {
                fail(permit, "store_timed_out")
                return .away
            }
            breaker.record(permit, .succeeded)
            return .value(value)
        } catch is CancellationError {
            breaker.record(permit, .ignored)
            throw CancellationError()
        } catch {
            let code = (error as? ServicesError)?.code
            if code == .cancelled || code == .invalidRequest {
                breaker.record(permit, .ignored)
                telemetry.count(Metric.cacheStoreFailures, code?.rawValue ?? "unknown")
            } else {
                fail(permit, code?.rawValue ?? "unknown")
            }
            return .away
        }
    }

    private func fail(_ permit: BreakerPermit, _ code: String) {
        let before = breaker.state
        breaker.record(permit, .failed)
        telemetry.count(Metric.cacheStoreFailures, code)
        if before == .closed, breaker.state == .open { telemetry.log(TelemetryEvent.cacheStoreAway, ["code": code]) }
    }
}
