import Locking

/// Rate limits of this process alone: for tests, single processes, and while the shared store is away.
package final class MemoryRateLimiterDriver: RateLimiterDriver {
    package struct Options: Sendable {
        /// Keys remembered over all shards.
        ///
        /// Default 1,000,000, about 200 bytes each.
        package var keyLimit = 1_000_000
        /// Parts that are locked on their own; rounded up to a power of two.
        ///
        /// Default 16.
        package var shards = 16

        package init() {}
    }

    private let shards: [Lock<RateLimitTable>]
    private let mask: Int
    private let clock: StoreClock

    package init(options: Options = Options(), clock: StoreClock = .system) {
        var count = 1
        while count < options.shards { count *= 2 }
        shards = (0..<count).map { _ in Lock(RateLimitTable(keyLimit: options.keyLimit / count)) }
        mask = count - 1
        self.clock = clock
    }

    /// Charges one request if it is allowed; never waits.
    package func hit(_ request: RateLimitRequest) -> RateLimitDecision {
        let now = clock.now
        let hash = NameHash.hash(request.key)
        return shards[Int(truncatingIfNeeded: hash >> 56) & mask].withLock { $0.hit(request, hash, at: now) }
    }

    package func hit(_ requests: [RateLimitRequest]) -> [RateLimitDecision] {
        if requests.count == 1 { return [hit(requests[0])] }
        let places = Set(requests.map { shard(of: $0.key) }).sorted()
        return decide(requests, over: places[...], [:], at: clock.now).decisions
    }

    package func peek(_ request: RateLimitRequest) -> RateLimitDecision {
        let now = clock.now
        return shards[shard(of: request.key)].withLock { table in
            let batch = RateLimitBatch(
                [request],
                states: Self.states([request], in: table),
                now: now,
                isCharging: false
            )
            return batch.decisions[0]
        }
    }

    package func reset(_ key: String) {
        shards[shard(of: key)].withLock { $0.reset(key) }
    }

    /// Keys remembered now.
    package var count: Int { shards.reduce(0) { $0 + $1.withLock { $0.count } } }

    /// Decides with the states of all places, of which the first ones are locked already.
    ///
    /// Shards are always locked in ascending order, so two calls over the same ones cannot wait for each other.
    private func decide(
        _ requests: [RateLimitRequest],
        over places: ArraySlice<Int>,
        _ states: [RateLimitBatch.Slot: RateLimitState],
        at now: StoreTime
    ) -> RateLimitBatch {
        guard let place = places.first else { return RateLimitBatch(requests, states: states, now: now) }
        let mine = requests.filter { shard(of: $0.key) == place }
        return shards[place].withLock { table in
            let states = states.merging(Self.states(mine, in: table)) { $1 }
            let batch = decide(requests, over: places.dropFirst(), states, at: now)
            for request in mine {
                if let outcome = batch.writes[Self.slot(request)] { table.store(outcome, for: request, at: now) }
            }
            return batch
        }
    }

    private static func slot(_ request: RateLimitRequest) -> RateLimitBatch.Slot {
        RateLimitBatch.Slot(key: request.key, slot: RateLimitTerms(request.limit).slot)
    }

    private static func states(
        _ requests: [RateLimitRequest],
        in table: RateLimitTable
    ) -> [RateLimitBatch.Slot: RateLimitState] {
        var states: [RateLimitBatch.Slot: RateLimitState] = [:]
        for request in requests { states[slot(request)] = table.state(of: request) }
        return states
    }

    private func shard(of key: String) -> Int { Int(truncatingIfNeeded: NameHash.hash(key) >> 56) & mask }
}
