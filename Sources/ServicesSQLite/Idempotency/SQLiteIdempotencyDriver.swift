package import Services

/// What has been executed, in the table `processed_events`.
package final class SQLiteIdempotencyDriver: IdempotencyDriver {
    /// How long after its lease an unfinished claim is pruned.
    private static let abandonedAfter = Duration.seconds(86_400)

    private static let claim = SQL(
        """
        INSERT INTO processed_events (scope, key, digest, owner, generation, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (scope, key) DO UPDATE SET
            digest = excluded.digest, owner = excluded.owner, generation = excluded.generation,
            expires_at = excluded.expires_at, has_failed = NULL, answer = NULL
        WHERE expires_at <= ?7
        """
    )
    private static let find = SQL(
        "SELECT digest, has_failed, answer, expires_at FROM processed_events WHERE scope = ?1 AND key = ?2"
    )
    private static let renew = SQL(
        """
        UPDATE processed_events SET expires_at = ?5
        WHERE scope = ?1 AND key = ?2 AND owner = ?3 AND generation = ?4 AND has_failed IS NULL
        """
    )
    private static let finish = SQL(
        """
        UPDATE processed_events SET expires_at = ?5, has_failed = ?6, answer = ?7
        WHERE scope = ?1 AND key = ?2 AND owner = ?3 AND generation = ?4 AND has_failed IS NULL
        """
    )
    private static let forget = SQL(
        """
        DELETE FROM processed_events
        WHERE scope = ?1 AND key = ?2 AND owner = ?3 AND generation = ?4 AND has_failed IS NULL
        """
    )
    private static let prune = SQL(
        """
        DELETE FROM processed_events WHERE (scope, key) IN (
            SELECT scope, key FROM processed_events INDEXED BY processed_events_expires
            WHERE expires_at <= ?1 AND (has_failed IS NOT NULL OR expires_at <= ?2) ORDER BY expires_at LIMIT ?3
        )
        """
    )

    private let store: SQLiteStore

    package init(store: SQLiteStore) {
        self.store = store
    }

    package func begin(
        _ requests: [(key: IdempotencyKey, digest: [UInt8])],
        owner: String,
        lease: Duration
    ) async throws(ServicesError) -> [IdempotencyAnswer] {
        guard !requests.isEmpty else { return [] }
        return try await store.write { tx throws(ServicesError) in
            // One count for all keys: a claim from before its key was forgotten is never mistaken for a later one.
            let last = try tx.next(.idempotencyGeneration, count: requests.count)
            var generation = last - Int64(requests.count)
            var answers: [IdempotencyAnswer] = []
            answers.reserveCapacity(requests.count)
            for request in requests {
                generation += 1
                let claim = IdempotencyClaim(key: request.key, owner: owner, generation: generation)
                answers.append(try Self.begin(claim, request.digest, until: tx.now + lease, tx))
            }
            return answers
        }
    }

    private static func begin(
        _ wanted: IdempotencyClaim,
        _ digest: [UInt8],
        until: StoreTime,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> IdempotencyAnswer {
        let isClaimed =
            try tx.run(
                claim,
                .text(wanted.key.scope),
                .text(wanted.key.key),
                .bytes(digest),
                .text(wanted.owner),
                .integer(wanted.generation),
                .integer(until.microseconds),
                .integer(tx.now.microseconds)
            ) > 0
        if isClaimed { return .started(wanted) }
        return try tx.first(find, .text(wanted.key.scope), .text(wanted.key.key)) { row in
            let known = row.bytes(0)
            guard digest.isEmpty || known.isEmpty || digest == known else { return .conflict }
            guard !row.isNull(1) else {
                return .inProgress(remaining: StoreTime(microseconds: row.integer(3)) - tx.now)
            }
            return .stored(row.flag(1) ? .failed(row.bytes(2)) : .succeeded(row.bytes(2)))
        } ?? .inProgress(remaining: .zero)
    }

    package func renew(_ claim: IdempotencyClaim, lease: Duration) async throws(ServicesError) -> Bool {
        try await store.write { tx throws(ServicesError) in
            try tx.run(
                Self.renew,
                .text(claim.key.scope),
                .text(claim.key.key),
                .text(claim.owner),
                .integer(claim.generation),
                .integer((tx.now + lease).microseconds)
            ) > 0
        }
    }

    package func finish(
        _ claim: IdempotencyClaim,
        with answer: StoredAnswer,
        keepFor: Duration
    ) async throws(ServicesError) -> Bool {
        let (hasFailed, bytes) =
            switch answer {
            case .succeeded(let bytes): (false, bytes)
            case .failed(let bytes): (true, bytes)
            }
        return try await store.write { tx throws(ServicesError) in
            try tx.run(
                Self.finish,
                .text(claim.key.scope),
                .text(claim.key.key),
                .text(claim.owner),
                .integer(claim.generation),
                .integer((tx.now + keepFor).microseconds),
                .flag(hasFailed),
                .bytes(bytes)
            ) > 0
        }
    }

    package func forget(_ claim: IdempotencyClaim) async throws(ServicesError) {
        _ = try await store.write { tx throws(ServicesError) in
            try tx.run(
                Self.forget,
                .text(claim.key.scope),
                .text(claim.key.key),
                .text(claim.owner),
                .integer(claim.generation)
            )
        }
    }

    package func prune(limit: Int) async throws(ServicesError) -> Int {
        try await store.write { tx throws(ServicesError) in
            let now = tx.now
            let abandoned = now + (.zero - Self.abandonedAfter)
            return try tx.run(
                Self.prune,
                .integer(now.microseconds),
                .integer(abandoned.microseconds),
                .integer(max(0, limit))
            )
        }
    }
}
