import Locking
import Services
import TestSupport
import Testing

@Suite("Retry", .timeLimit(.minutes(10)))
struct RetryTests {
    struct Broken: Error {}

    private let clock = ManualClock()
    private let again: @Sendable (any Error) -> RetryPolicy.Verdict = { _ in .again(retryAfter: nil) }

    private func retrier(_ policy: RetryPolicy, budget: RetryBudget = RetryBudget()) -> Retrier {
        Retrier(name: "test", policy: policy, budget: budget, clock: clock, random: { $0 })
    }

    @Test("Waits double up to the cap, and are random below it")
    func exponential() {
        let backoff = Backoff.exponential(base: .milliseconds(100), cap: .seconds(1))
        let longest = (1...6).map { backoff.longest(after: $0) }
        #expect(longest == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
        #expect(backoff.longest(after: 1_000_000) == .seconds(1))
        #expect(backoff.delay(after: 2, random: { $0 / 4 }) == .milliseconds(50))
        #expect(Backoff.never.delay(after: 1) == nil)
        #expect(Backoff.immediate.delay(after: 9) == .zero)
        #expect(Backoff.constant(.seconds(2)).delay(after: 9) == .seconds(2))
    }

    @Test("Jitter spreads over the whole range", arguments: SeededRandom.seeds(5))
    func jitter(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let backoff = Backoff.exponential(base: .seconds(1), cap: .seconds(1))
        let delays = (0..<1_000).compactMap { _ in
            backoff.delay(after: 1) { Int64.random(in: 0...$0, using: &random) }?.wholeMicroseconds
        }
        #expect(delays.allSatisfy { (0...1_000_000).contains($0) })
        for quarter in 0..<4 {
            #expect((190...310).contains(delays.count { $0 / 250_001 == quarter }), "seed \(seed)")
        }
    }

    @Test("What the other side asks for is waited for, with jitter on top, unless it is too long")
    func retryAfter() {
        let policy = RetryPolicy(attempts: 3, backoff: .constant(.seconds(1)), longestRetryAfter: .seconds(10))
        #expect(policy.delay(after: 1, .again(retryAfter: .seconds(5))) == .seconds(6))
        #expect(policy.delay(after: 1, .again(retryAfter: .seconds(11))) == nil)
        #expect(policy.delay(after: 3, .again(retryAfter: nil)) == nil)
        #expect(policy.delay(after: 1, .final) == nil)
    }

    @Test("It tries until it succeeds")
    func succeeds() async throws {
        let retrier = retrier(RetryPolicy(attempts: 5, backoff: .exponential(base: .seconds(1))))
        let attempts = Lock<[Int]>([])
        let call = Task {
            try await retrier.run(verdict: again) { attempt in
                attempts.withLock { $0.append(attempt) }
                if attempt < 4 { throw Broken() }
                return attempt
            }
        }
        for seconds in [1, 2, 4] {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(seconds))
        }
        #expect(try await call.value == 4)
        #expect(attempts.withLock { $0 } == [1, 2, 3, 4])
    }

    @Test("It gives up after its tries, with the last error")
    func exhausted() async {
        let retrier = retrier(RetryPolicy(attempts: 3, backoff: .immediate))
        let attempts = Lock(0)
        await #expect(throws: Broken.self) {
            try await retrier.run(verdict: again) { _ in
                attempts.withLock { $0 += 1 }
                throw Broken()
            }
        }
        #expect(attempts.withLock { $0 } == 3)
    }

    @Test("By default only transient errors are tried again")
    func verdicts() async {
        let retrier = retrier(RetryPolicy(attempts: 3, backoff: .immediate))
        for code in ServicesError.Code.allCases {
            let attempts = Lock(0)
            let error = ServicesError(code: code, message: "x")
            await #expect(throws: error) {
                try await retrier.run { _ in
                    attempts.withLock { $0 += 1 }
                    throw error
                }
            }
            let isAgain = [.storeUnavailable, .storeTimedOut, .overloaded].contains(code)
            #expect(attempts.withLock { $0 } == (isAgain ? 3 : 1), "\(code)")
        }
    }

    @Test("Nothing is tried again once the caller is cancelled, and its wait ends")
    func cancelled() async {
        let retrier = retrier(RetryPolicy(attempts: 5, backoff: .constant(.seconds(1_000))))
        let attempts = Lock(0)
        let call = Task {
            try await retrier.run(verdict: again) { _ in
                attempts.withLock { $0 += 1 }
                throw Broken()
            }
        }
        await clock.waitForSleepers()
        call.cancel()
        await #expect(throws: Broken.self) { try await call.value }
        #expect(attempts.withLock { $0 } == 1)
    }

    @Test("All retries together stay within a fifth of the first tries, beyond what was saved")
    func budget() async {
        let budget = RetryBudget()
        let retrier = retrier(RetryPolicy(attempts: 4, backoff: .immediate), budget: budget)
        let attempts = Lock(0)
        for _ in 0..<1_000 {
            await #expect(throws: Broken.self) {
                try await retrier.run(verdict: again) { _ in
                    attempts.withLock { $0 += 1 }
                    throw Broken()
                }
            }
        }
        let extra = attempts.withLock { $0 } - 1_000
        #expect((200...210).contains(extra))
    }
}
