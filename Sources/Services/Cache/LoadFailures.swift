/// Remembers which keys lately failed to load, so that a stale value is served for a while before the next try.
struct LoadFailures: Sendable {
    private struct Failure: Sendable {
        var count: Int
        var retryAt: Int64
    }

    private var failures: [CacheKey: Failure] = [:]
    private let backoff: Backoff
    private let limit: Int

    /// - Parameters:
    ///   - backoff: time between tries.
    ///   - limit: keys remembered; at the limit all are forgotten, which costs one try each.
    init(backoff: Backoff, limit: Int = 10_000) {
        self.backoff = backoff
        self.limit = limit
    }

    /// Whether a background renewal may be tried.
    func mayTry(_ key: CacheKey, at now: Int64) -> Bool {
        failures[key].map { now >= $0.retryAt } ?? true
    }

    mutating func fail(_ key: CacheKey, at now: Int64) {
        if failures.count >= limit, failures[key] == nil { failures.removeAll(keepingCapacity: true) }
        let count = (failures[key]?.count ?? 0) + 1
        let wait = backoff.longest(after: count)?.wholeMicroseconds ?? 0
        failures[key] = Failure(count: count, retryAt: now + wait)
    }

    mutating func succeed(_ key: CacheKey) {
        if !failures.isEmpty { failures[key] = nil }
    }
}
