package import Services
import Testing

/// A store's rate-limit arithmetic with the time given, as its tests can reach it.
package protocol TimedRateLimits: Sendable {
    /// Decides as ``RateLimiterDriver/hit(_:)`` would if the store's clock stood at that time.
    func hit(_ requests: [RateLimitRequest], at now: StoreTime) async throws -> [RateLimitDecision]

    /// Decides as ``RateLimiterDriver/peek(_:)`` would if the store's clock stood at that time.
    func peek(_ request: RateLimitRequest, at now: StoreTime) async throws -> RateLimitDecision
}

/// That a store computes exactly what ``RateLimitBatch`` does, to the microsecond.
///
/// For stores whose arithmetic is written in another language.
package enum RateLimitArithmeticContract {
    package typealias Check = ContractCheck<any TimedRateLimits>

    package static var checks: [Check] {
        RateLimit.Policy.allCases.map { policy in
            Check("A store's \(policy) limits are exactly those of the reference") { store in
                for seed in SeededRandom.seeds(6) {
                    var random = SeededRandom(seed: seed)
                    try await compare(on: try await store.open(), key: "key \(seed)", policies: [policy], &random)
                }
            }
        } + [
            Check("A store's mixed limits in one call are exactly those of the reference") { store in
                for seed in SeededRandom.seeds(6) {
                    var random = SeededRandom(seed: seed)
                    let driver = try await store.open()
                    try await compare(on: driver, key: "mixed \(seed)", policies: RateLimit.Policy.allCases, &random)
                }
            }
        ]
    }

    private static func limits(_ policies: [RateLimit.Policy], _ random: inout SeededRandom) -> [RateLimit] {
        (0..<(policies.count == 1 ? 1 : 3)).map { _ in
            let limit = random.pick([1, 2, 3, 7, 60, 1_000, 999_983, 50_000_000, 1 << 40, Int.max])
            let period = random.pick([1, 3, 1_000, 999_999, 60_000_000, 86_400_000_000, 31_622_400_000_000])
            return RateLimit(
                policy: random.pick(policies),
                limit: limit,
                per: .microseconds(period),
                burst: random.oneIn(2) ? limit : random.pick([1, 5, 1_000, 1 << 33])
            )
        }
    }

    private static func compare(
        on store: any TimedRateLimits,
        key: String,
        policies: [RateLimit.Policy],
        _ random: inout SeededRandom
    ) async throws {
        var states: [RateLimitBatch.Slot: RateLimitState] = [:]
        let limits = limits(policies, &random)
        // A store's own clock may forget states early when the given time runs behind it: begin in the far future.
        var now = StoreTime(microseconds: Int64.random(in: (1 << 51)...(1 << 51) + (1 << 45), using: &random))
        for step in 0..<60 {
            let requests = (0..<(limits.count == 1 ? 1 : random.int(in: 1...4))).map { _ in
                let limit = random.pick(limits)
                let cost = random.oneIn(3) ? random.pick([2, limit.limit / 3, limit.burst, limit.burst / 2 + 1]) : 1
                return RateLimitRequest(key: key, limit: limit, cost: max(1, cost))
            }
            if random.oneIn(5) {
                let expected = RateLimitBatch([requests[0]], states: states, now: now, isCharging: false)
                let look = try await store.peek(requests[0], at: now)
                #expect(look == expected.decisions[0], "seed \(random.seed) step \(step) \(requests[0])")
            }
            let expected = RateLimitBatch(requests, states: states, now: now)
            let decisions = try await store.hit(requests, at: now)
            #expect(decisions == expected.decisions, "seed \(random.seed) step \(step) at \(now) \(requests)")
            for (slot, outcome) in expected.writes { states[slot] = outcome.state }
            let period = RateLimitTerms(random.pick(limits)).period
            let wait = decisions.compactMap(\.retryAfter).max() ?? .zero
            switch random.int(in: 0...4) {
            case 0: break
            case 1: now = now + .microseconds(Int64.random(in: 0...period, using: &random))
            case 2: now = now + wait
            case 3: now = now + max(.zero, wait - .microseconds(1))
            default: now = now + .microseconds(Int64.random(in: 0...100, using: &random))
            }
            now = min(now, StoreTime(microseconds: (1 << 52) - 1))
        }
    }
}
