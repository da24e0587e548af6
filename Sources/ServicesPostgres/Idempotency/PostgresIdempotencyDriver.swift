import Postgres
package import Services

/// Executed requests in the table `processed_events`.
package struct PostgresIdempotencyDriver: IdempotencyDriver {
    /// How long after its lease an unfinished claim is pruned.
    private static let abandoned = "interval '1 day'"

    /// How often a claim is repeated whose key was forgotten at that moment.
    private static let rounds = 16

    private static let claim = """
        INSERT INTO processed_events AS known (scope, key, digest, owner, generation, expires_at)
        SELECT scope, key, digest, $4, nextval('idempotency_generation'),
            clock_timestamp() + \(PostgresSchema.interval("$5::int8"))
        FROM unnest($1::text[], $2::text[], $3::bytea[]) AS given (scope, key, digest) ORDER BY scope, key
        ON CONFLICT (scope, key) DO UPDATE SET digest = excluded.digest, owner = excluded.owner,
            generation = excluded.generation, expires_at = excluded.expires_at, has_failed = NULL, answer = NULL
        WHERE known.expires_at <= clock_timestamp()
        RETURNING generation
        """
    private static let look = """
        SELECT place, known.digest, known.generation, known.has_failed, known.answer,
            \(PostgresSchema.microseconds("known.expires_at - clock_timestamp()"))
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS given (scope, key, place)
        JOIN processed_events AS known ON known.scope = given.scope AND known.key = given.key
        """
    private static let own = """
        WHERE scope = $1 AND key = $2 AND owner = $3 AND generation = $4 AND has_failed IS NULL
        """
    private static let renew = """
        UPDATE processed_events SET expires_at = clock_timestamp() + \(PostgresSchema.interval("$5::int8")) \(own)
        """
    private static let finish = """
        UPDATE processed_events SET expires_at = clock_timestamp() + \(PostgresSchema.interval("$5::int8")),
            has_failed = $6, answer = $7 \(own)
        """
    private static let forget = "DELETE FROM processed_events \(own)"
    private static let prune = """
        DELETE FROM processed_events WHERE (scope, key) IN (
            SELECT scope, key FROM processed_events
            WHERE expires_at <= clock_timestamp()
                AND (has_failed IS NOT NULL OR expires_at <= clock_timestamp() - \(abandoned))
            ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        """

    private let store: PostgresStore

    package init(store: PostgresStore) {
        self.store = store
    }

    private struct Found {
        var digest: [UInt8]
        var generation: Int64
        var answer: StoredAnswer?
        var remaining: Duration
    }

    package func begin(
        _ requests: [(key: IdempotencyKey, digest: [UInt8])],
        owner: String,
        lease: Duration
    ) async throws(ServicesError) -> [IdempotencyAnswer] {
        if requests.isEmpty { return [] }
        // A key that comes twice is claimed once: the first one executes.
        var firsts: [String: Int] = [:]
        for (index, request) in requests.enumerated() {
            let name = Self.identity(request.key)
            if firsts[name] == nil { firsts[name] = index }
        }
        let claimed = firsts.values.sorted().map { requests[$0] }
        let claim: [PostgresValue] = [
            .names(claimed.map(\.key.scope)), .names(claimed.map(\.key.key)), .byteArrays(claimed.map(\.digest)),
            .name(owner), .microseconds(lease),
        ]
        let look: [PostgresValue] = [.names(requests.map(\.key.scope)), .names(requests.map(\.key.key))]
        for _ in 0..<Self.rounds {
            let statements = [PostgresStatement(Self.claim, claim), PostgresStatement(Self.look, look)]
            let (started, found) = try await store.batch(statements, isRepeatable: false, Self.read)
            var answers: [IdempotencyAnswer] = []
            for (index, request) in requests.enumerated() {
                guard let entry = found[index + 1] else { break }
                let isFirst = firsts[Self.identity(request.key)] == index
                answers.append(
                    Self.answer(request, entry, isStarted: isFirst && started.contains(entry.generation), owner)
                )
            }
            // One that was there at the claim and was forgotten before the look is claimed in another round; those
            // claimed in this round are then found in progress and must be given back first.
            if answers.count == requests.count { return answers }
            for case .started(let claim) in answers { try await forget(claim) }
        }
        throw .unavailable(store.place, why: "keys are forgotten faster than they can be claimed")
    }

    private static func answer(
        _ request: (key: IdempotencyKey, digest: [UInt8]),
        _ entry: Found,
        isStarted: Bool,
        _ owner: String
    ) -> IdempotencyAnswer {
        if isStarted {
            return .started(IdempotencyClaim(key: request.key, owner: owner, generation: entry.generation))
        }
        guard request.digest.isEmpty || entry.digest.isEmpty || request.digest == entry.digest else { return .conflict }
        return entry.answer.map { .stored($0) } ?? .inProgress(remaining: entry.remaining)
    }

    /// Strings that differ in bytes only are equal in Swift: the bytes decide.
    private static func identity(_ key: IdempotencyKey) -> String {
        let bytes = Array(key.scope.utf8) + [0xff] + Array(key.key.utf8)
        return String(
            decoding: bytes.flatMap { [UInt8(ascii: "a") + $0 >> 4, UInt8(ascii: "a") + $0 & 15] },
            as: UTF8.self
        )
    }

    private static func read(_ results: [PostgresRows]) throws(PostgresError) -> (Set<Int64>, [Int: Found]) {
        var started: Set<Int64> = []
        for row in results[0] { started.insert(try row.int(0)) }
        var found: [Int: Found] = [:]
        for row in results[1] {
            let answer: StoredAnswer? =
                if let hasFailed = try row.optionalBool(3) {
                    hasFailed ? .failed(try row.bytes(4)) : .succeeded(try row.bytes(4))
                } else { nil }
            found[Int(try row.int(0))] = Found(
                digest: try row.bytes(1),
                generation: try row.int(2),
                answer: answer,
                remaining: max(.zero, try row.duration(5))
            )
        }
        return (started, found)
    }

    package func renew(_ claim: IdempotencyClaim, lease: Duration) async throws(ServicesError) -> Bool {
        try await store.query(Self.renew, Self.values(claim) + [.microseconds(lease)], isRepeatable: true) {
            $0.affected > 0
        }
    }

    package func finish(
        _ claim: IdempotencyClaim,
        with answer: StoredAnswer,
        keepFor: Duration
    ) async throws(ServicesError) -> Bool {
        let outcome: [PostgresValue] =
            switch answer {
            case .succeeded(let bytes): [false, .bytes(bytes)]
            case .failed(let bytes): [true, .bytes(bytes)]
            }
        let values = Self.values(claim) + [.microseconds(keepFor)] + outcome
        return try await store.query(Self.finish, values, isRepeatable: false) { $0.affected > 0 }
    }

    package func forget(_ claim: IdempotencyClaim) async throws(ServicesError) {
        try await store.query(Self.forget, Self.values(claim), isRepeatable: true) { _ in }
    }

    package func prune(limit: Int) async throws(ServicesError) -> Int {
        try await store.query(Self.prune, [.count(limit)], isRepeatable: true) { $0.affected }
    }

    private static func values(_ claim: IdempotencyClaim) -> [PostgresValue] {
        [.name(claim.key.scope), .name(claim.key.key), .name(claim.owner), .int(claim.generation)]
    }
}
