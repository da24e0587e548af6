import Services
import TestSupport
import Testing

@Suite("Rate limits in memory")
struct MemoryRateLimiterDriverTests {
    @Test("Rate limits in memory keep the contract", .timeLimit(.minutes(10)), arguments: RateLimiterContract.checks)
    func contract(_ check: RateLimiterContract.Check) async throws {
        try await check.run(on: .manual { MemoryRateLimiterDriver(clock: $0) })
    }

    /// Moves the manual clock to the time asked for.
    private struct Timed: TimedRateLimits {
        let clock = ManualStoreClock()
        let driver: MemoryRateLimiterDriver

        init() {
            driver = MemoryRateLimiterDriver(clock: clock.clock)
        }

        func hit(_ requests: [RateLimitRequest], at now: StoreTime) -> [RateLimitDecision] {
            clock.advance(by: now - clock.now)
            return driver.hit(requests)
        }

        func peek(_ request: RateLimitRequest, at now: StoreTime) -> RateLimitDecision {
            clock.advance(by: now - clock.now)
            return driver.peek(request)
        }
    }

    @Test("Rate limits in memory compute exactly as the reference", arguments: RateLimitArithmeticContract.checks)
    func arithmetic(_ check: RateLimitArithmeticContract.Check) async throws {
        let store = Timed()
        try await check.run(on: StoreUnderTest<any TimedRateLimits>(open: { store }, advance: { _ in }))
    }

    private func request(_ key: String, limit: Int = 5, per period: Duration = .seconds(10)) -> RateLimitRequest {
        RateLimitRequest(key: key, limit: RateLimit(policy: .gcra, limit: limit, per: period))
    }

    @Test("Keys beyond the bound are dropped, and those that still owe most are kept")
    func bound() {
        let clock = ManualStoreClock()
        var table = RateLimitTable(keyLimit: 10)
        let debtor = request("debtor", limit: 1, per: .seconds(86_400))
        #expect(table.hit(debtor, at: clock.now).isAllowed)
        for index in 0..<1_000 {
            #expect(table.hit(request("k\(index)"), at: clock.now).isAllowed)
            #expect(table.count <= 10)
        }
        #expect(!table.hit(debtor, at: clock.now).isAllowed)
    }

    @Test("Keys that are as if never used leave as new ones come")
    func forgetting() {
        let clock = ManualStoreClock()
        var table = RateLimitTable(keyLimit: 1_000)
        for index in 0..<500 { _ = table.hit(request("old\(index)"), at: clock.now) }
        clock.advance(by: .seconds(100))
        for index in 0..<500 { _ = table.hit(request("new\(index)"), at: clock.now) }
        #expect(table.count <= 500)
    }

    @Test("A refused request of a new key is not remembered")
    func refusedIsNotKept() {
        let clock = ManualStoreClock()
        var table = RateLimitTable(keyLimit: 10)
        let refused = RateLimitRequest(key: "a", limit: request("a").limit, cost: 6)
        #expect(!table.hit(refused, at: clock.now).isAllowed)
        #expect(table.count == 0)
    }

    @Test("A key with ever new limits stays bounded")
    func limitsPerKey() {
        let clock = ManualStoreClock()
        var table = RateLimitTable(keyLimit: 10)
        for number in 1...500 { _ = table.hit(request("a", limit: number), at: clock.now) }
        #expect(table.count == 1)
        #expect(table.state(of: request("a", limit: 1)) != nil, "the limit that owes longest is kept")
        #expect((1...500).count { table.state(of: request("a", limit: $0)) != nil } <= 32)
    }
}
