import Services

/// B1: what the parts around a call cost when all is well.
struct CallContest {
    let scale: Double

    func rows(rounds: Int) async throws -> [ServiceRow] {
        let count = max(10_000, Int(2_000_000 * scale))
        var (closed, pipeline): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            closed.append(breaker(count))
            pipeline.append(try await policies(count / 20))
        }
        return [
            Gauge(
                number: "B1",
                title: "processor time of a call around nothing",
                how: "circuit breaker, closed",
                bound: .atMost(60),
                format: Self.nanoseconds
            ).row(closed),
            Gauge(
                number: "",
                title: "",
                how: "limiter, breaker, retry, time limit, cache",
                bound: .atMost(1_000),
                format: Self.nanoseconds
            ).row(pipeline),
        ]
    }

    private static func nanoseconds(_ value: Double) -> String { "\(Int(value.rounded())) ns" }

    private func breaker(_ count: Int) -> Double {
        let breaker = CircuitBreaker(name: "bench")
        let start = ProcessorMeter.ownSeconds
        for _ in 0..<count {
            if let permit = breaker.admit() { breaker.record(permit, .succeeded) }
        }
        return (ProcessorMeter.ownSeconds - start) * 1e9 / Double(count)
    }

    private func policies(_ count: Int) async throws -> Double {
        let breaker = CircuitBreaker(name: "bench")
        let retrier = Retrier(name: "bench")
        let limiter = MemoryRateLimiterDriver()
        let limit = RateLimit(policy: .gcra, limit: 1_000_000_000, per: .seconds(60))
        let request = RateLimitRequest(key: "bench", limit: limit)
        let memory = MemoryCache()
        let key = CacheKey("bench", "key")
        let never = StoreClock.coarse.now + .seconds(3_600)
        memory.insert(MemoryCacheItem(value: [1], freshUntil: never, usableUntil: never), for: key)
        let start = ProcessorMeter.ownSeconds
        for _ in 0..<count {
            guard limiter.hit(request).isAllowed else { throw BenchmarkFailure("denied") }
            let value = try await retrier.run { _ in
                try await breaker.run {
                    try await TimeLimit.run(.seconds(1)) { memory.item(key)?.value?.count }
                }
            }
            guard value == 1 else { throw BenchmarkFailure("The call did not do its work.") }
        }
        return (ProcessorMeter.ownSeconds - start) * 1e9 / Double(count)
    }
}
