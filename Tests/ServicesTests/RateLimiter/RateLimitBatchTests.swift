import Services
import TestSupport
import Testing

@Suite("Several rate limits at once")
struct RateLimitBatchTests {
    private let now = StoreTime(microseconds: 1_000_000)
    private let perSecond = RateLimit(policy: .gcra, limit: 5, per: .seconds(1))
    private let perHour = RateLimit(policy: .fixedWindow, limit: 8, per: .seconds(3_600))

    private func slot(_ request: RateLimitRequest) -> RateLimitBatch.Slot {
        RateLimitBatch.Slot(key: request.key, slot: RateLimitTerms(request.limit).slot)
    }

    @Test("All are charged when all are allowed")
    func allCharged() {
        let requests = [
            RateLimitRequest(key: "a", limit: perSecond), RateLimitRequest(key: "a", limit: perHour, cost: 3),
        ]
        let batch = RateLimitBatch(requests, states: [:], now: now)
        #expect(batch.isCharged)
        #expect(batch.decisions.map(\.remaining) == [4, 5])
        #expect(Set(batch.writes.keys) == Set(requests.map(slot)))
    }

    @Test("None is charged when one is refused, and the answers say which")
    func noneCharged() {
        let requests = [
            RateLimitRequest(key: "a", limit: perSecond, cost: 2), RateLimitRequest(key: "a", limit: perHour, cost: 9),
        ]
        let batch = RateLimitBatch(requests, states: [:], now: now)
        #expect(!batch.isCharged && batch.writes.isEmpty)
        #expect(batch.decisions.map(\.isAllowed) == [true, false])
        #expect(batch.decisions.map(\.remaining) == [5, 8])
        #expect(batch.decisions.map(\.resetAfter) == [.zero, .zero])
    }

    @Test("The same limit twice counts both costs")
    func sameSlotTwice() {
        let request = RateLimitRequest(key: "a", limit: perSecond, cost: 3)
        let batch = RateLimitBatch([request, request], states: [:], now: now)
        #expect(batch.decisions.map(\.isAllowed) == [true, false])
        #expect(batch.decisions[1].retryAfter == .milliseconds(200))
        let small = RateLimitRequest(key: "a", limit: perSecond, cost: 2)
        let both = RateLimitBatch([small, small], states: [:], now: now)
        #expect(both.isCharged && both.decisions.map(\.remaining) == [3, 1])
        #expect(both.writes.count == 1)
    }

    @Test("Only looking charges nothing and shows what is left without the request")
    func looking() {
        let request = RateLimitRequest(key: "a", limit: perHour, cost: 3)
        let first = RateLimitBatch([request], states: [:], now: now)
        let states = first.writes.mapValues(\.state)
        let look = RateLimitBatch([request], states: states, now: now, isCharging: false)
        #expect(!look.isCharged && look.writes.isEmpty)
        #expect(look.decisions.map(\.isAllowed) == [true] && look.decisions.map(\.remaining) == [5])
    }
}
