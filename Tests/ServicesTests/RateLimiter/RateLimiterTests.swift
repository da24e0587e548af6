import Locking
import Services
import TestSupport
import Testing

@Suite("Rate limiter", .timeLimit(.minutes(10)))
struct RateLimiterTests {
    /// A store whose answers a test chooses.
    private final class FaultyDriver: RateLimiterDriver {
        enum Fault: Sendable {
            case none
            case error(ServicesError)
            case hang(Gate)
        }

        let memory: MemoryRateLimiterDriver
        private let fault = Lock(Fault.none)
        private let requests = Lock(0)

        init(_ memory: MemoryRateLimiterDriver) {
            self.memory = memory
        }

        func set(_ new: Fault) { fault.withLock { $0 = new } }
        var requestCount: Int { requests.withLock { $0 } }

        private func suffer() async throws(ServicesError) {
            requests.withLock { $0 += 1 }
            switch fault.withLock({ $0 }) {
            case .none: return
            case .error(let error): throw error
            case .hang(let gate): await gate.pass()
            }
        }

        func hit(_ requests: [RateLimitRequest]) async throws(ServicesError) -> [RateLimitDecision] {
            try await suffer()
            return memory.hit(requests)
        }

        func peek(_ request: RateLimitRequest) async throws(ServicesError) -> RateLimitDecision {
            try await suffer()
            return memory.peek(request)
        }

        func reset(_ key: String) async throws(ServicesError) {
            try await suffer()
            memory.reset(key)
        }
    }

    private let time = ManualStoreClock()
    private let clock = ManualClock()
    private let driver: FaultyDriver
    private let metrics = PrometheusMetrics()
    private let away = ServicesError.unavailable("redis", why: "test")

    init() {
        driver = FaultyDriver(MemoryRateLimiterDriver(clock: time.clock))
    }

    private func make(
        instances: Int = 1,
        _ configure: (inout RateLimiter.Options) -> Void = { _ in }
    ) -> RateLimiter {
        var options = RateLimiter.Options()
        configure(&options)
        return RateLimiter(
            driver: driver,
            options: options,
            liveInstances: { instances },
            storeClock: time.clock,
            clock: clock,
            telemetry: Telemetry(factory: metrics)
        )
    }

    private func request(_ key: String = "a", limit: Int = 3, cost: Int = 1) -> RateLimitRequest {
        RateLimitRequest(key: key, limit: RateLimit(policy: .gcra, limit: limit, per: .seconds(30)), cost: cost)
    }

    @Test("The store decides while it answers")
    func store() async throws {
        let limiter = make()
        var decisions: [RateLimitDecision] = []
        for _ in 0..<4 { decisions.append(try await limiter.hit(request())) }
        #expect(decisions.map(\.isAllowed) == [true, true, true, false])
        #expect(decisions.allSatisfy { !$0.isLocal })
        #expect(limiter.health == .ready)
    }

    @Test("A refused key does not ask the store again before its time")
    func denyCache() async throws {
        let limiter = make { $0.longestDenial = .seconds(100) }
        for _ in 0..<4 { _ = try await limiter.hit(request()) }
        let asked = driver.requestCount
        time.advance(by: .seconds(4))
        for _ in 0..<50 {
            let refused = try await limiter.hit(request())
            #expect(!refused.isAllowed && refused.retryAfter == .seconds(6) && refused.resetAfter == .seconds(26))
        }
        #expect(driver.requestCount == asked)
        time.advance(by: .seconds(6))
        #expect(try await limiter.hit(request()).isAllowed)
    }

    @Test("A refusal of one cost says nothing of another, nor of another key")
    func denyCacheIsExact() async throws {
        let limiter = make()
        _ = try await limiter.hit(request(cost: 2))
        #expect(!(try await limiter.hit(request(cost: 2)).isAllowed))
        #expect(try await limiter.hit(request(cost: 1)).isAllowed)
        #expect(try await limiter.hit(request("b", cost: 2)).isAllowed)
    }

    @Test("A refusal is looked up again after a while, and a reset is seen at once here")
    func resets() async throws {
        let limiter = make { $0.longestDenial = .seconds(2) }
        for _ in 0..<4 { _ = try await limiter.hit(request()) }
        driver.memory.reset("a")
        #expect(!(try await limiter.hit(request()).isAllowed))
        time.advance(by: .seconds(2))
        #expect(try await limiter.hit(request()).isAllowed)
        for _ in 0..<4 { _ = try await limiter.hit(request()) }
        try await limiter.reset("a")
        #expect(try await limiter.hit(request()).isAllowed)
    }

    @Test("When the store fails this process decides at once, with the same limit, and says so")
    func fallsToLocal() async throws {
        let limiter = make()
        driver.set(.error(away))
        var decisions: [RateLimitDecision] = []
        for _ in 0..<4 { decisions.append(try await limiter.hit(request())) }
        #expect(decisions.map(\.isAllowed) == [true, true, true, false])
        #expect(decisions.allSatisfy { $0.isLocal && $0.limit == 3 })
        #expect(driver.requestCount == 1, "nobody waits for a store twice that is away")
        #expect(limiter.health.status == .degraded)
        #expect(metrics.text().contains("decisions_total{result=\"denied\",source=\"local\"} 1\n"))
        #expect(metrics.text().contains("store_failures_total{code=\"store_unavailable\"} 1\n"))
    }

    @Test("A store that hangs is waited for once, no longer than the time limit")
    func hangs() async throws {
        let gate = Gate()
        defer { gate.open() }
        driver.set(.hang(gate))
        let limiter = make()
        let first = Task { try await limiter.hit(request()) }
        await gate.arrivals()
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(50))
        #expect(try await first.value.isLocal)
        for _ in 0..<10 { #expect(try await limiter.hit(request("b")).isLocal) }
        #expect(driver.requestCount == 1)
    }

    @Test("When the store is back it decides again, by itself")
    func returns() async throws {
        let limiter = make()
        driver.set(.error(away))
        #expect(try await limiter.hit(request()).isLocal)
        driver.set(.none)
        #expect(try await limiter.hit(request()).isLocal)
        time.advance(by: .seconds(1))
        #expect(!(try await limiter.hit(request()).isLocal))
        #expect(!(try await limiter.hit(request()).isLocal))
        #expect(limiter.health == .ready)
    }

    @Test("While the store is away each process allows its part of the limit, and one at least")
    func share() async throws {
        let limiter = make(instances: 4)
        driver.set(.error(away))
        var allowed = 0
        for _ in 0..<100 where try await limiter.hit(request(limit: 40)).isAllowed { allowed += 1 }
        #expect(allowed == 10)
        #expect(try await limiter.hit(request("small", limit: 2)).isAllowed)
        #expect(!(try await limiter.hit(request("small", limit: 2)).isAllowed))
    }

    @Test("The policy for a store that is away allows everything or nothing", arguments: [true, false])
    func policies(isOpen: Bool) async throws {
        let limiter = make { $0.whenAway = isOpen ? .open : .closed }
        driver.set(.error(away))
        for _ in 0..<10 {
            let decision = try await limiter.hit(request())
            #expect(decision.isAllowed == isOpen && decision.isLocal)
            #expect((decision.retryAfter == nil) == isOpen)
            #expect(try await limiter.peek(request()).isAllowed == isOpen)
        }
        #expect(driver.requestCount == 1)
    }

    @Test("Several limits are all or nothing also while the store is away")
    func severalLocal() async throws {
        let limiter = make()
        driver.set(.error(away))
        let decisions = try await limiter.hit([request("a", cost: 2), request("b", cost: 4)])
        #expect(decisions.map(\.isAllowed) == [true, false] && decisions.allSatisfy(\.isLocal))
        #expect(try await limiter.peek(request("a")).remaining == 3)
    }

    @Test("A wrong request is refused before any store sees it")
    func validation() async throws {
        let limiter = make { $0.requestLimit = 2 }
        let limit = RateLimit(policy: .gcra, limit: 5, per: .seconds(1))
        let wrong = [
            RateLimitRequest(key: "", limit: limit),
            RateLimitRequest(key: String(repeating: "x", count: 513), limit: limit),
            RateLimitRequest(key: "a", limit: limit, cost: 0), RateLimitRequest(key: "a", limit: limit, cost: -1),
            RateLimitRequest(key: "a", limit: RateLimit(policy: .gcra, limit: 0, per: .seconds(1))),
            RateLimitRequest(key: "a", limit: RateLimit(policy: .gcra, limit: 1, per: .seconds(1), burst: 0)),
            RateLimitRequest(key: "a", limit: RateLimit(policy: .fixedWindow, limit: 1, per: .zero)),
        ]
        for request in wrong {
            let error = await #expect(throws: ServicesError.self) { try await limiter.hit(request) }
            #expect(error?.code == .invalidRequest)
            _ = await #expect(throws: ServicesError.self) { try await limiter.peek(request) }
            _ = await #expect(throws: ServicesError.self) { try await limiter.hit([request]) }
        }
        _ = await #expect(throws: ServicesError.self) { try await limiter.hit([request(), request(), request()]) }
        #expect(try await limiter.hit([]) == [])
        #expect(driver.requestCount == 0)
    }

    @Test("An error that is the request's fault does not count against the store")
    func requestFaults() async throws {
        let limiter = make()
        driver.set(.error(ServicesError(code: .invalidRequest, message: "no")))
        _ = await #expect(throws: ServicesError.self) { try await limiter.hit(request()) }
        #expect(limiter.health == .ready)
    }
}
