import Services
import TestSupport
import Testing

/// The arithmetic against a log of everything that was allowed.
@Suite("Rate limits against a brute-force log")
struct RateLimitOracleTests {
    private struct Allowed {
        var time: Int64
        var cost: Int64
    }

    /// Requests at random times: bursts, pauses, waits until the very moment of retry-after and the one before it.
    private static func play(
        _ random: inout SeededRandom,
        _ terms: RateLimitTerms,
        steps: Int,
        each check: (Int64, Int64, RateLimitOutcome, [Allowed]) -> Void
    ) -> [Allowed] {
        var log: [Allowed] = []
        var state: RateLimitState?
        var now = Int64.random(in: 0...(1 << 50), using: &random)
        for _ in 0..<steps {
            let cost = random.oneIn(6) ? Int64.random(in: 1...(terms.burst + 1), using: &random) : 1
            let outcome = RateLimitState.decide(state, terms, cost: Int(cost), now: StoreTime(microseconds: now))
            check(now, cost, outcome, log)
            if outcome.decision.isAllowed {
                state = outcome.state
                log.append(Allowed(time: now, cost: cost))
            }
            switch random.int(in: 0...5) {
            case 0, 1: break
            case 2: now += Int64.random(in: 0...max(1, terms.period / terms.limit), using: &random)
            case 3: now += Int64.random(in: 0...(2 * terms.period), using: &random)
            case 4: now += max(0, (outcome.decision.retryAfter?.wholeMicroseconds ?? 1) - 1)
            default: now += outcome.decision.retryAfter?.wholeMicroseconds ?? 0
            }
        }
        return log
    }

    private static func terms(_ policy: RateLimit.Policy, _ random: inout SeededRandom) -> RateLimitTerms {
        let limit = random.pick([1, 2, 3, 7, 10, 60, 100, 9_973])
        let period = random.pick([1, 2, 3, 10, 999, 1_000, 1_000_003, 60_000_000, 86_400_000_000])
        let burst = random.oneIn(2) ? limit : random.int(in: 1...(2 * limit))
        return RateLimitTerms(RateLimit(policy: policy, limit: limit, per: .microseconds(period), burst: burst))
    }

    @Test("A fixed window decides as the log of its window does", arguments: SeededRandom.seeds(60))
    func fixedWindow(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let terms = Self.terms(.fixedWindow, &random)
        _ = Self.play(&random, terms, steps: 300) { now, cost, outcome, log in
            let window = now - now % terms.period
            let used = log.filter { $0.time >= window }.reduce(0) { $0 + $1.cost }
            #expect(outcome.decision.isAllowed == (used + cost <= terms.limit), "seed \(seed)")
            let after = used + (outcome.decision.isAllowed ? cost : 0)
            #expect(outcome.decision.remaining == Int(terms.limit - after), "seed \(seed)")
        }
    }

    @Test("A sliding window decides as its formula does over the log", arguments: SeededRandom.seeds(60))
    func slidingWindow(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let terms = Self.terms(.slidingWindow, &random)
        let log = Self.play(&random, terms, steps: 300) { now, cost, outcome, log in
            let window = now - now % terms.period
            let current = log.filter { $0.time >= window }.reduce(0) { $0 + $1.cost }
            let previous = log.filter { $0.time < window && $0.time >= window - terms.period }.reduce(0) {
                $0 + $1.cost
            }
            let share = ((terms.period - (now - window)) * 256 + terms.period - 1) / terms.period
            let used = current + (previous * share + 255) / 256
            #expect(outcome.decision.isAllowed == (used + cost <= terms.limit), "seed \(seed)")
            // The promise: never more than the exact weight of the last window would allow.
            let weight = Double(previous) * Double(terms.period - (now - window)) / Double(terms.period)
            let isWithin = Double(current + cost) + weight <= Double(terms.limit) + 1e-6
            #expect(!outcome.decision.isAllowed || isWithin, "seed \(seed)")
        }
        for entry in log {
            let span = log.filter { $0.time > entry.time - terms.period && $0.time <= entry.time }
            #expect(span.reduce(0) { $0 + $1.cost } <= 2 * terms.limit, "seed \(seed)")
        }
    }

    @Test("GCRA decides as a bucket of exact fractions does", arguments: SeededRandom.seeds(60))
    func gcra(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let terms = Self.terms(.gcra, &random)
        // In units of 1/limit microsecond, by the definition and without reduction: one cost is a period, a microsecond
        // drains the limit.
        let (period, limit, burst) = (Int128(terms.period), Int128(terms.limit), Int128(terms.burst))
        var debt: Int128 = 0
        var last: Int64 = 0
        let log = Self.play(&random, terms, steps: 300) { now, cost, outcome, _ in
            debt = max(0, debt - Int128(now - last) * limit)
            last = now
            let isAllowed = debt + Int128(cost) * period <= burst * period
            #expect(outcome.decision.isAllowed == isAllowed, "seed \(seed)")
            if isAllowed { debt += Int128(cost) * period }
            #expect(outcome.decision.remaining == Int((burst * period - debt) / period), "seed \(seed)")
            #expect(outcome.decision.resetAfter.wholeMicroseconds == Int64((debt + limit - 1) / limit), "seed \(seed)")
        }
        // No span of any length holds more than the burst and what drains within it.
        for (index, first) in log.enumerated() {
            var sum: Int128 = 0
            for entry in log[index...] {
                sum += Int128(entry.cost)
                #expect(sum * period <= burst * period + Int128(entry.time - first.time) * limit, "seed \(seed)")
            }
        }
    }

    @Test(
        "Retry-after is the first moment the same request is allowed",
        arguments: RateLimit.Policy.allCases,
        SeededRandom.seeds(40)
    )
    func retryAfter(policy: RateLimit.Policy, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let terms = Self.terms(policy, &random)
        _ = Self.play(&random, terms, steps: 200) { now, cost, outcome, _ in
            guard !outcome.decision.isAllowed else { return }
            guard let wait = outcome.decision.retryAfter?.wholeMicroseconds else {
                #expect(cost > terms.burst, "seed \(seed)")
                return
            }
            func isAllowed(after: Int64) -> Bool {
                let time = StoreTime(microseconds: now + after)
                return RateLimitState.decide(outcome.state, terms, cost: Int(cost), now: time, isCharging: false)
                    .decision.isAllowed
            }
            #expect(isAllowed(after: wait), "seed \(seed)")
            #expect(!isAllowed(after: wait - 1), "seed \(seed)")
        }
    }

    @Test(
        "After reset-after a key is as if it had never been used, and not before",
        arguments: RateLimit.Policy.allCases,
        SeededRandom.seeds(40)
    )
    func resetAfter(policy: RateLimit.Policy, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let terms = Self.terms(policy, &random)
        _ = Self.play(&random, terms, steps: 200) { now, _, outcome, _ in
            #expect(outcome.expiresAt == StoreTime(microseconds: now) + outcome.decision.resetAfter, "seed \(seed)")
            let kept = RateLimitState.decide(outcome.state, terms, cost: 1, now: outcome.expiresAt)
            let fresh = RateLimitState.decide(nil, terms, cost: 1, now: outcome.expiresAt)
            #expect(kept == fresh, "seed \(seed)")
            guard outcome.decision.resetAfter > .zero else { return }
            let before = StoreTime(microseconds: outcome.expiresAt.microseconds - 1)
            let early = RateLimitState.decide(outcome.state, terms, cost: 0, now: before, isCharging: false)
            #expect(early.decision.resetAfter == .microseconds(1), "seed \(seed)")
        }
    }

    @Test("Extreme limits neither overflow nor allow more than they say", arguments: SeededRandom.seeds(200))
    func extremes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let numbers = [Int.min, -1, 0, 1, 2, 999_983, 1 << 31, 1 << 40, (1 << 53) - 111, Int.max]
        let durations: [Duration] = [
            .seconds(Int64.min), .zero, .nanoseconds(1), .microseconds(1), .milliseconds(7), .seconds(86_399),
            .seconds(31_622_400), .seconds(Int64.max),
        ]
        let policy = random.pick(RateLimit.Policy.allCases)
        let limit = RateLimit(
            policy: policy,
            limit: random.pick(numbers),
            per: random.pick(durations),
            burst: random.pick(numbers)
        )
        let terms = RateLimitTerms(limit)
        let (debt, overflow) = terms.burst.multipliedReportingOverflow(by: terms.costUnits)
        #expect(!overflow && debt <= 1 << 52, "seed \(seed)")
        if policy == .gcra {
            // A coarser pair of units never drains faster than the limit says, nor much slower.
            let ratio =
                Double(terms.drainUnits) / Double(terms.costUnits) * Double(terms.period) / Double(terms.limit)
            #expect(ratio <= 1 + 1e-12 && ratio >= 1 - 1.0 / 2048, "seed \(seed)")
        }
        var state: RateLimitState?
        for _ in 0..<50 {
            let cost = random.pick(numbers)
            let time = StoreTime(microseconds: random.pick([.min, -1, 0, 1, 1 << 50, 1 << 52, .max]))
            let outcome = RateLimitState.decide(state, terms, cost: cost, now: time)
            #expect((0...Int(terms.burst)).contains(outcome.decision.remaining), "seed \(seed)")
            #expect(outcome.decision.resetAfter >= .zero, "seed \(seed)")
            #expect(
                outcome.decision.isAllowed == (outcome.decision.retryAfter == nil && cost <= Int(terms.burst)),
                "seed \(seed)"
            )
            #expect(RateLimitState(numbers: outcome.state.numbers) == outcome.state, "seed \(seed)")
            state = outcome.state
        }
    }
}
