import Locking
import Postgres
package import Services

/// Rate limits in the table `rate_limits`; the arithmetic is `RateLimitState`'s.
///
/// A hit is two round trips: it locks the keys, reads their states and the server's time, decides, and stores the new
/// states with the commit.
package final class PostgresRateLimiterDriver: RateLimiterDriver {
    /// Keys are locked by number, not by row, because most rows do not exist yet; in order of the numbers, so that two
    /// calls never wait for each other in a circle.
    private static let lock = """
        SELECT pg_advisory_xact_lock(number) FROM (
            SELECT DISTINCT hashtextextended(key || chr(31) || slot, 1) AS number
            FROM unnest($1::text[], $2::text[]) AS given (key, slot) ORDER BY number OFFSET 0
        ) AS numbers
        """
    private static let read = """
        SELECT place, known.anchor, known.current, known.previous,
            (extract(epoch FROM clock_timestamp()) * 1000000)::int8
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS given (key, slot, place)
        LEFT JOIN rate_limits AS known ON known.key = given.key AND known.slot = given.slot
        """
    private static let keep = """
        INSERT INTO rate_limits (key, slot, anchor, current, previous, expires_at)
        SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
        ON CONFLICT (key, slot) DO UPDATE SET anchor = excluded.anchor, current = excluded.current,
            previous = excluded.previous, expires_at = excluded.expires_at
        """
    private static let forget = """
        DELETE FROM rate_limits WHERE (key, slot) IN (
            SELECT key, slot FROM rate_limits
            WHERE expires_at <= (extract(epoch FROM clock_timestamp()) * 1000000)::int8
            ORDER BY expires_at LIMIT 512 FOR UPDATE SKIP LOCKED
        )
        """
    private static let reset = "DELETE FROM rate_limits WHERE key = $1"
    /// Of every so many hits one removes states that are over, more than can have been added since.
    private static let forgetEvery = 256

    private let store: PostgresStore
    private let hits = Lock(0)

    package init(store: PostgresStore) {
        self.store = store
    }

    package func hit(_ requests: [RateLimitRequest]) async throws(ServicesError) -> [RateLimitDecision] {
        if requests.isEmpty { return [] }
        let isForgetting = hits.withLock { hits in
            let before = hits / Self.forgetEvery
            hits += requests.count
            return hits / Self.forgetEvery != before
        }
        let names = Self.names(of: requests)
        do {
            return try await store.pool.transaction { transaction in
                let results = try await transaction.batch([
                    PostgresStatement(Self.lock, names), PostgresStatement(Self.read, names),
                ])
                let (states, now) = try Self.states(of: requests, results[1])
                let batch = RateLimitBatch(requests, states: states, now: now)
                if !batch.writes.isEmpty { transaction.atCommit([Self.keeping(batch.writes)]) }
                if isForgetting { transaction.atCommit([PostgresStatement(Self.forget)]) }
                return batch.decisions
            }
        } catch let error as PostgresError {
            throw .postgres(error, store: store.place, isRepeatable: false)
        } catch {
            throw .cancelled
        }
    }

    package func peek(_ request: RateLimitRequest) async throws(ServicesError) -> RateLimitDecision {
        try await store.query(Self.read, Self.names(of: [request]), isRepeatable: true) {
            (rows) throws(PostgresError) in
            let (states, now) = try Self.states(of: [request], rows)
            return RateLimitBatch([request], states: states, now: now, isCharging: false).decisions[0]
        }
    }

    package func reset(_ key: String) async throws(ServicesError) {
        try await store.query(Self.reset, [.name(key)], isRepeatable: true) { _ in }
    }

    private static func names(of requests: [RateLimitRequest]) -> [PostgresValue] {
        [.names(requests.map(\.key)), .texts(requests.map { RateLimitTerms($0.limit).slot })]
    }

    private static func states(
        of requests: [RateLimitRequest],
        _ rows: PostgresRows
    ) throws(PostgresError) -> ([RateLimitBatch.Slot: RateLimitState], StoreTime) {
        var states: [RateLimitBatch.Slot: RateLimitState] = [:]
        var now: Int64 = 0
        for row in rows {
            now = max(now, try row.int(4))
            guard let anchor = try row.optionalInt(1) else { continue }
            let request = requests[Int(try row.int(0)) - 1]
            let slot = RateLimitBatch.Slot(key: request.key, slot: RateLimitTerms(request.limit).slot)
            states[slot] = RateLimitState(numbers: [anchor, try row.int(2), try row.int(3)])
        }
        return (states, StoreTime(microseconds: now))
    }

    private static func keeping(_ writes: [RateLimitBatch.Slot: RateLimitOutcome]) -> PostgresStatement {
        let (slots, outcomes) = (Array(writes.keys), Array(writes.values))
        return PostgresStatement(
            keep,
            [
                .names(slots.map(\.key)), .texts(slots.map(\.slot)), .ints(outcomes.map(\.state.anchor)),
                .ints(outcomes.map(\.state.current)), .ints(outcomes.map(\.state.previous)),
                .ints(outcomes.map(\.expiresAt.microseconds)),
            ]
        )
    }
}
