import TestSupport
import Testing

@testable import Postgres

@Suite("Statement cache")
struct StatementCacheTests {
    private func key(_ sql: String) -> StatementCache.Key { StatementCache.Key(sql: sql, types: []) }

    @Test("A statement is prepared once per text and types, and the least recently used one leaves")
    func leastRecentlyUsedLeaves() {
        var cache = StatementCache(capacity: 2)
        let first = cache.use(key("a"))
        #expect(first.isNew)
        #expect(cache.use(key("a")) == StatementCache.Use(name: first.name, isNew: false))
        #expect(cache.use(StatementCache.Key(sql: "a", types: [20])).isNew)
        _ = cache.use(key("a"))
        #expect(cache.use(key("b")).isNew)
        #expect(cache.use(key("a")).isNew == false)
        #expect(cache.count == 2)
        #expect(cache.takeEvicted(10).count == 1)
        #expect(cache.takeEvicted(10) == [])
    }

    @Test("A removed statement is prepared anew under another name, and its old name is given up")
    func removedOnesArePreparedAnew() {
        var cache = StatementCache(capacity: 2)
        let first = cache.use(key("a"))
        cache.remove(key("a"))
        let second = cache.use(key("a"))
        #expect(second.isNew && second.name != first.name)
        #expect(cache.takeEvicted(10) == [first.name])
    }

    @Test("Pauses grow up to their limit and lie between zero and their ceiling", arguments: SeededRandom.seeds(10))
    func pausesGrow(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let backoff = Backoff(base: .milliseconds(10), limit: .milliseconds(100))
        #expect(
            (1...6).map { backoff.ceiling(afterFailures: $0) } == [10, 20, 40, 80, 100, 100].map { .milliseconds($0) }
        )
        for failures in [1, 3, 50, 1_000_000] {
            let delay = backoff.delay(afterFailures: failures, using: &random)
            #expect(delay >= .zero && delay <= backoff.ceiling(afterFailures: failures), "seed \(seed)")
        }
    }
}
