import Services
import TestSupport
import Testing

@Suite("Rate limit arithmetic")
struct RateLimitStateTests {
    private static func limit(
        _ policy: RateLimit.Policy,
        _ limit: Int,
        _ period: Duration,
        burst: Int? = nil
    ) -> RateLimit {
        RateLimit(policy: policy, limit: limit, per: period, burst: burst)
    }

    /// A key's life under one limit: state and time move, requests are decided.
    private struct Key {
        let terms: RateLimitTerms
        var state: RateLimitState?
        var now: Int64

        init(_ limit: RateLimit, now: Int64 = 0) {
            terms = RateLimitTerms(limit)
            self.now = now
        }

        mutating func hit(_ cost: Int = 1) -> RateLimitDecision {
            let outcome = RateLimitState.decide(state, terms, cost: cost, now: StoreTime(microseconds: now))
            if outcome.decision.isAllowed { state = outcome.state }
            return outcome.decision
        }

        func peek(_ cost: Int = 1, after: Int64 = 0) -> RateLimitDecision {
            let time = StoreTime(microseconds: now + after)
            return RateLimitState.decide(state, terms, cost: cost, now: time, isCharging: false).decision
        }
    }

    @Test("A fixed window allows the limit, then nothing until the window ends")
    func fixedWindow() {
        var key = Key(Self.limit(.fixedWindow, 3, .seconds(10)), now: 12_000_000)
        #expect((0..<4).map { _ in key.hit().isAllowed } == [true, true, true, false])
        #expect(key.hit().retryAfter == .seconds(8))
        #expect(key.peek(0).resetAfter == .seconds(8))
        key.now = 20_000_000
        #expect(
            key.hit()
                == RateLimitDecision(isAllowed: true, limit: 3, remaining: 2, resetAfter: .seconds(10), retryAfter: nil)
        )
    }

    @Test("A sliding window lets the last window's cost fade")
    func slidingWindow() {
        var key = Key(Self.limit(.slidingWindow, 8, .seconds(16)), now: 0)
        #expect((0..<9).map { _ in key.hit().isAllowed }.filter { $0 }.count == 8)
        #expect(key.hit().retryAfter == .seconds(18))
        key.now = 16_000_000
        #expect(key.hit().isAllowed == false)
        key.now = 18_000_000
        #expect(
            key.hit()
                == RateLimitDecision(isAllowed: true, limit: 8, remaining: 0, resetAfter: .seconds(30), retryAfter: nil)
        )
        key.now = 24_000_000
        #expect(key.peek().remaining == 3)
    }

    @Test("GCRA allows the burst, then one cost per emission interval")
    func gcra() {
        var key = Key(Self.limit(.gcra, 10, .seconds(1), burst: 3), now: 5)
        #expect((0..<4).map { _ in key.hit().isAllowed } == [true, true, true, false])
        #expect(key.hit().retryAfter == .milliseconds(100))
        key.now += 99_999
        #expect(key.hit().retryAfter == .microseconds(1))
        key.now += 1
        #expect(
            key.hit()
                == RateLimitDecision(
                    isAllowed: true,
                    limit: 10,
                    remaining: 0,
                    resetAfter: .milliseconds(300),
                    retryAfter: nil
                )
        )
    }

    @Test("A rate that no microsecond divides keeps its exact average", arguments: [3, 7, 999_983, 7_000_001])
    func exactAverage(limit: Int) {
        var key = Key(Self.limit(.gcra, limit, .seconds(1), burst: 1))
        // Ten periods, each hit as soon as it is allowed again; the last may land on the very end.
        var hits = 0
        let rounds = min(limit, 50_000) * 10
        for _ in 0..<rounds {
            #expect(key.hit().isAllowed)
            hits += 1
            guard let wait = key.peek().retryAfter else { continue }
            key.now += wait.wholeMicroseconds
        }
        let exact = Double(rounds) * 1_000_000 / Double(limit)
        #expect(Double(key.now) >= exact.rounded(.down) - 1)
        // Whole microseconds: each wait is rounded up, so above one cost per microsecond the rate cannot be kept by waiting.
        #expect(Double(key.now) <= exact + Double(rounds))
    }

    @Test("A cost above the burst is never allowed and has no time to retry", arguments: RateLimit.Policy.allCases)
    func costAboveBurst(policy: RateLimit.Policy) {
        var key = Key(Self.limit(policy, 5, .seconds(1)))
        let refused = key.hit(6)
        #expect(
            !refused.isAllowed && refused.retryAfter == nil && refused.remaining == 5 && refused.resetAfter == .zero
        )
        #expect(key.hit(5).isAllowed)
    }

    @Test("Peeking charges nothing", arguments: RateLimit.Policy.allCases)
    func peekCharges(policy: RateLimit.Policy) {
        var key = Key(Self.limit(policy, 5, .seconds(1)))
        _ = key.hit(2)
        let peeks = (0..<10).map { _ in key.peek(3) }
        #expect(peeks.allSatisfy { $0.isAllowed && $0.remaining == 3 })
        #expect(key.hit(3).remaining == 0)
    }

    @Test("A clock that is set back a little does not free a key", arguments: RateLimit.Policy.allCases)
    func clockSetBack(policy: RateLimit.Policy) {
        var key = Key(Self.limit(policy, 5, .seconds(10)), now: 1_000_000_000_000)
        _ = key.hit(5)
        key.now -= 4_000_000
        #expect(!key.hit().isAllowed)
        #expect(key.peek().remaining == 0)
    }

    @Test("A clock that is set back far blocks no key until it has caught up", arguments: RateLimit.Policy.allCases)
    func clockSetBackFar(policy: RateLimit.Policy) {
        var key = Key(Self.limit(policy, 5, .seconds(10)), now: 1_000_000_000_000)
        _ = key.hit(5)
        key.now -= 86_400_000_000
        #expect(key.hit().isAllowed)
    }

    @Test("Stored numbers are the state again, and damaged ones are none")
    func encoding() {
        let state = RateLimitState(anchor: -5, current: 7, previous: 9)
        #expect(RateLimitState(numbers: state.numbers) == state)
        let damaged: [[Int64]] = [[], [1, 2], [1, 2, 3, 4], [0, -1, 0], [0, 0, -1], [.min, 0, 0], [0, .max, 0]]
        #expect(damaged.allSatisfy { RateLimitState(numbers: $0) == nil })
    }

    @Test("A changed limit has another slot")
    func slots() {
        let limits = RateLimit.Policy.allCases.flatMap { policy in
            [(5, 1), (6, 1), (5, 2)].map { Self.limit(policy, $0.0, .seconds($0.1)) }
        }
        #expect(Set(limits.map { RateLimitTerms($0).slot }).count == 9)
        #expect(RateLimitTerms(Self.limit(.gcra, 5, .seconds(1), burst: 2)).slot == "gcra:5:1000000:2")
    }
}
