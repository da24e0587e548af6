import Postgres
package import Services

/// Leases in the table `distributed_locks`, which the SQL functions `acquire_distributed_lock()` and others use too.
package struct PostgresLockDriver: LockDriver, LockReleaseSignals {
    private static let lease = PostgresSchema.interval("$4::int8")
    private static let takeOne = PostgresSchema.takeLock(name: "$1", holder: "$2", request: "$3", lease: lease)
    private static let takeSeveral = "SELECT * FROM switchyard_acquire_locks($1, $2, $3, \(lease))"
    private static let holder = """
        SELECT holder, \(PostgresSchema.microseconds("expires_at - clock_timestamp()"))
        FROM distributed_locks WHERE name = $1 AND expires_at > clock_timestamp()
        """
    private static let renewOne = """
        UPDATE distributed_locks SET expires_at = clock_timestamp() + \(PostgresSchema.interval("$4::int8"))
        WHERE name = $1 AND holder = $2 AND token = $3 AND expires_at > clock_timestamp() RETURNING true
        """
    private static let renewSeveral = """
        WITH locked AS (
            SELECT held.name FROM distributed_locks AS held
            JOIN unnest($1::text[], $2::text[], $3::int8[]) AS given (name, holder, token)
                ON held.name = given.name AND held.holder = given.holder AND held.token = given.token
            WHERE held.expires_at > clock_timestamp() ORDER BY held.name FOR UPDATE OF held
        )
        UPDATE distributed_locks AS held
        SET expires_at = clock_timestamp() + \(PostgresSchema.interval("$4::int8")) FROM locked
        WHERE held.name = locked.name AND (SELECT count(*) FROM locked) = cardinality($1::text[]) RETURNING true
        """
    /// On its own: a join with a table of unknown size may read all of it.
    private static let releaseOne = """
        UPDATE distributed_locks SET expires_at = NULL
        WHERE name = $1 AND holder = $2 AND token = $3 AND expires_at > clock_timestamp() RETURNING name
        """
    private static let releaseSeveral = """
        UPDATE distributed_locks AS held SET expires_at = NULL
        FROM unnest($1::text[], $2::text[], $3::int8[]) AS given (name, holder, token)
        WHERE held.name = given.name AND held.holder = given.holder AND held.token = given.token
            AND held.expires_at > clock_timestamp()
        RETURNING held.name
        """
    private static let isCurrent = """
        SELECT true FROM distributed_locks
        WHERE name = $1 AND holder = $2 AND token = $3 AND expires_at > clock_timestamp()
        """
    private static let list = """
        SELECT name, CASE WHEN expires_at > clock_timestamp() THEN holder END, token,
            CASE WHEN expires_at > clock_timestamp() THEN acquired_at END,
            CASE WHEN expires_at > clock_timestamp()
                THEN \(PostgresSchema.microseconds("expires_at - clock_timestamp()")) END
        FROM distributed_locks
        WHERE name >= $1 AND starts_with(name, $1) AND ($2::text IS NULL OR name > $2) ORDER BY name LIMIT $3
        """

    private let store: PostgresStore

    package init(store: PostgresStore) {
        self.store = store
    }

    package func acquire(_ request: LeaseRequest) async throws(ServicesError) -> LeaseAnswer {
        guard let name = request.names.first else { return .granted([]) }
        let values: [PostgresValue] = [
            .name(request.holder), .name(request.requestID), .microseconds(request.timeToLive),
        ]
        guard request.names.count == 1 else { return try await acquireSeveral(request, values) }
        // A grant whose answer was lost is asked for again under its id, which the lock must be told: not repeatable here.
        let token = try await store.query(Self.takeOne, [.name(name)] + values, isRepeatable: false) {
            (rows) throws(PostgresError) in try rows.first?.int(0)
        }
        if let token { return .granted([Self.lease(name, request, token)]) }
        return try await store.query(Self.holder, [.name(name)], isRepeatable: true) { (rows) throws(PostgresError) in
            let row = rows.first
            return .held(
                LeaseHolder(name: name, holder: try row?.optionalName(0), remaining: try row?.optionalDuration(1))
            )
        }
    }

    private func acquireSeveral(
        _ request: LeaseRequest,
        _ values: [PostgresValue]
    ) async throws(ServicesError) -> LeaseAnswer {
        try await store.query(Self.takeSeveral, [.names(request.names)] + values, isRepeatable: false) {
            (rows) throws(PostgresError) in
            var leases: [Lease] = []
            for (row, name) in zip(rows, request.names) {
                guard let token = try row.optionalInt(0) else {
                    return .held(
                        LeaseHolder(
                            name: try row.name(1),
                            holder: try row.optionalName(2),
                            remaining: try row.duration(3)
                        )
                    )
                }
                leases.append(Self.lease(name, request, token))
            }
            // No row at all: it became free between the refusal and the look at who has it.
            guard leases.count == request.names.count else {
                return .held(LeaseHolder(name: request.names[0], holder: nil, remaining: nil))
            }
            return .granted(leases)
        }
    }

    private static func lease(_ name: String, _ request: LeaseRequest, _ token: Int64) -> Lease {
        Lease(
            name: name,
            holder: request.holder,
            token: FencingToken(UInt64(clamping: token)),
            timeToLive: request.timeToLive
        )
    }

    package func renew(_ leases: [Lease], timeToLive: Duration) async throws(ServicesError) -> Bool {
        if leases.isEmpty { return true }
        let ttl = PostgresValue.microseconds(timeToLive)
        if leases.count == 1 {
            return try await store.query(Self.renewOne, Self.values(leases[0]) + [ttl], isRepeatable: true) {
                !$0.isEmpty
            }
        }
        return try await store.query(Self.renewSeveral, Self.values(leases) + [ttl], isRepeatable: true) { !$0.isEmpty }
    }

    package func release(_ leases: [Lease]) async throws(ServicesError) -> Int {
        if leases.isEmpty { return 0 }
        let (sql, values) =
            leases.count == 1
            ? (Self.releaseOne, Self.values(leases[0])) : (Self.releaseSeveral, Self.values(leases))
        let names = try await store.query(sql, values, isRepeatable: true) {
            (rows) throws(PostgresError) in
            var names: [String] = []
            for row in rows { names.append("lock:" + (try row.name(0))) }
            return names
        }
        store.signals.announce(names)
        return names.count
    }

    package func isCurrent(_ lease: Lease) async throws(ServicesError) -> Bool {
        try await store.query(Self.isCurrent, Self.values(lease), isRepeatable: true) { !$0.isEmpty }
    }

    package func records(
        prefix: String,
        after name: String?,
        limit: Int
    ) async throws(ServicesError) -> [LockRecord] {
        try await store.query(Self.list, [.name(prefix), .name(name), .count(limit)], isRepeatable: true) {
            (rows) throws(PostgresError) in
            var records: [LockRecord] = []
            for row in rows {
                records.append(
                    LockRecord(
                        name: try row.name(0),
                        holder: try row.optionalName(1),
                        token: FencingToken(UInt64(clamping: try row.int(2))),
                        acquiredAt: try row.optionalTime(3),
                        remaining: try row.optionalDuration(4)
                    )
                )
            }
            return records
        }
    }

    package func releases(of names: [String]) async throws(ServicesError) -> AsyncStream<Void> {
        try await store.signals.listen(to: names.map { "lock:" + $0 })
    }

    private static func values(_ lease: Lease) -> [PostgresValue] {
        [.name(lease.name), .name(lease.holder), .int(Int64(clamping: lease.token.rawValue))]
    }

    private static func values(_ leases: [Lease]) -> [PostgresValue] {
        [
            .names(leases.map(\.name)), .names(leases.map(\.holder)),
            .ints(leases.map { Int64(clamping: $0.token.rawValue) }),
        ]
    }
}
