import Locking
package import Services

/// Rate limits in the table `rate_limits`; the arithmetic is `RateLimitState`'s.
package final class SQLiteRateLimiterDriver: RateLimiterDriver {
    private static let find = SQL("SELECT anchor, current, previous FROM rate_limits WHERE key = ?1 AND slot = ?2")
    private static let keep = SQL(
        """
        INSERT INTO rate_limits (key, slot, anchor, current, previous, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (key, slot) DO UPDATE SET anchor = excluded.anchor, current = excluded.current,
            previous = excluded.previous, expires_at = excluded.expires_at
        """
    )
    private static let reset = SQL("DELETE FROM rate_limits WHERE key = ?")
    private static let forget = SQL(
        """
        DELETE FROM rate_limits WHERE (key, slot) IN (
            SELECT key, slot FROM rate_limits INDEXED BY rate_limits_expires
            WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2
        )
        """
    )
    /// States that one charge in `forgetEvery` removes once they are over: more than can have been added since.
    private static let forgetLimit = 512
    private static let forgetEvery = 256

    private let store: SQLiteStore
    private let charges = Lock(0)

    package init(store: SQLiteStore) {
        self.store = store
    }

    package func hit(_ requests: [RateLimitRequest]) async throws(ServicesError) -> [RateLimitDecision] {
        guard !requests.isEmpty else { return [] }
        let isForgetting = charges.withLock { charges in
            let before = charges / Self.forgetEvery
            charges += requests.count
            return charges / Self.forgetEvery != before
        }
        return try await store.write { tx throws(ServicesError) in
            let batch = RateLimitBatch(requests, states: try Self.states(of: requests, tx), now: tx.now)
            for (slot, outcome) in batch.writes {
                try tx.run(
                    Self.keep,
                    .text(slot.key),
                    .text(slot.slot),
                    .integer(outcome.state.anchor),
                    .integer(outcome.state.current),
                    .integer(outcome.state.previous),
                    .integer(outcome.expiresAt.microseconds)
                )
            }
            if isForgetting {
                let limit = max(Self.forgetLimit, 2 * requests.count)
                try tx.run(Self.forget, .integer(tx.now.microseconds), .integer(limit))
            }
            return batch.decisions
        }
    }

    package func peek(_ request: RateLimitRequest) async throws(ServicesError) -> RateLimitDecision {
        try await store.read { tx throws(ServicesError) in
            let states = try Self.states(of: [request], tx)
            return RateLimitBatch([request], states: states, now: tx.now, isCharging: false).decisions[0]
        }
    }

    package func reset(_ key: String) async throws(ServicesError) {
        _ = try await store.write { tx throws(ServicesError) in try tx.run(Self.reset, .text(key)) }
    }

    private static func states(
        of requests: [RateLimitRequest],
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> [RateLimitBatch.Slot: RateLimitState] {
        var states: [RateLimitBatch.Slot: RateLimitState] = [:]
        for request in requests {
            let slot = RateLimitBatch.Slot(key: request.key, slot: RateLimitTerms(request.limit).slot)
            guard states[slot] == nil else { continue }
            // Numbers that no state has were written by another program: the key starts anew.
            states[slot] =
                try tx.first(find, .text(slot.key), .text(slot.slot)) { row in
                    RateLimitState(numbers: (0..<3).map { row.integer($0) })
                } ?? nil
        }
        return states
    }
}
