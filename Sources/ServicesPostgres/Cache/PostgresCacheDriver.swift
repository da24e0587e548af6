import Postgres
package import Services

/// Cached values in the table `cache_entries`, which a crash of the server may empty.
package struct PostgresCacheDriver: CacheDriver {
    private static let find = """
        SELECT value, \(PostgresSchema.microseconds("fresh_until - clock_timestamp()")),
            \(PostgresSchema.microseconds("usable_until - clock_timestamp()")), load_microseconds, version
        FROM cache_entries WHERE namespace = $1 AND key = $2 AND usable_until > clock_timestamp()
        """
    private static let store = """
        SELECT switchyard_cache_store(
            $1, $2, $3::bytea, \(PostgresSchema.interval("$4::int8")), \(PostgresSchema.interval("$5::int8")), $6, $7,
            $8::int8
        )
        """
    private static let begin = """
        INSERT INTO cache_loads AS load (namespace, key, holder, version, lease_until)
        VALUES ($1, $2, $3, nextval('cache_version'), clock_timestamp() + \(PostgresSchema.interval("$4::int8")))
        ON CONFLICT (namespace, key) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
        WHERE load.lease_until <= clock_timestamp() RETURNING version
        """
    private static let end = "DELETE FROM cache_loads WHERE namespace = $1 AND key = $2 AND holder = $3"
    private static let usage = """
        SELECT namespace, count(*), sum(octet_length(key) + coalesce(octet_length(value), 0))::int8
        FROM cache_entries WHERE usable_until > clock_timestamp() GROUP BY namespace ORDER BY namespace
        """
    private static let prune = """
        DELETE FROM cache_entries WHERE (namespace, key) IN (
            SELECT namespace, key FROM cache_entries WHERE usable_until <= clock_timestamp()
            ORDER BY usable_until LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        """
    private static let pruneLoads = """
        DELETE FROM cache_loads WHERE (namespace, key) IN (
            SELECT namespace, key FROM cache_loads
            WHERE lease_until <= clock_timestamp()
                - \(PostgresSchema.interval("\(CacheTimes.loadGrace.wholeMicroseconds)"))
            LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        """

    private let store: PostgresStore

    package init(store: PostgresStore) {
        self.store = store
    }

    package func entry(_ key: CacheKey) async throws(ServicesError) -> CacheEntry? {
        try await store.query(Self.find, Self.values(key), isRepeatable: true) { (rows) throws(PostgresError) in
            guard let row = rows.first else { return nil }
            return CacheEntry(
                value: try row.optionalBytes(0),
                freshFor: try row.duration(1),
                usableFor: try row.duration(2),
                loadTime: try row.duration(3),
                version: try row.int(4)
            )
        }
    }

    package func store(_ write: CacheWrite, ifVersion version: Int64?) async throws(ServicesError) -> Int64? {
        let values: [PostgresValue] = [
            .optional(write.value), .microseconds(write.freshFor), .microseconds(write.usableFor),
            .microseconds(write.loadTime), .names(write.tags), .optional(version),
        ]
        let all = Self.values(write.key) + values
        return try await store.query(Self.store, all, isRepeatable: version == nil) { (rows) throws(PostgresError) in
            try rows.first?.optionalInt(0)
        }
    }

    package func invalidate(_ selector: CacheSelector) async throws(ServicesError) -> Int {
        let (entries, loads, values) = Self.condition(selector)
        // Loads first: whoever stores under one holds its row, and the second statement sees what was stored.
        let statements = [
            PostgresStatement("DELETE FROM cache_loads WHERE \(loads.sql)", loads.values),
            PostgresStatement(
                """
                WITH gone AS (DELETE FROM cache_entries WHERE \(entries) RETURNING usable_until)
                SELECT count(*) FROM gone WHERE usable_until > clock_timestamp()
                """,
                values
            ),
        ]
        return try await store.batch(statements, isRepeatable: true) { (results) throws(PostgresError) in
            Int(try results[1].first?.int(0) ?? 0)
        }
    }

    package func beginLoad(_ key: CacheKey, holder: String, lease: Duration) async throws(ServicesError) -> Int64? {
        let values = Self.values(key) + [.name(holder), .microseconds(lease)]
        return try await store.query(Self.begin, values, isRepeatable: false) { (rows) throws(PostgresError) in
            try rows.first?.int(0)
        }
    }

    package func endLoad(_ key: CacheKey, holder: String) async throws(ServicesError) {
        try await store.query(Self.end, Self.values(key) + [.name(holder)], isRepeatable: true) { _ in }
    }

    package func usage() async throws(ServicesError) -> [CacheUsage] {
        try await store.query(Self.usage, isRepeatable: true) { (rows) throws(PostgresError) in
            var usage: [CacheUsage] = []
            for row in rows {
                usage.append(
                    CacheUsage(
                        namespace: try row.name(0),
                        entries: Int(try row.int(1)),
                        sizeInBytes: Int(try row.int(2))
                    )
                )
            }
            return usage
        }
    }

    package func prune(limit: Int) async throws(ServicesError) -> Int {
        let statements = [Self.prune, Self.pruneLoads].map { PostgresStatement($0, [.count(limit)]) }
        return try await store.batch(statements, isRepeatable: true) { $0[0].affected }
    }

    private static func values(_ key: CacheKey) -> [PostgresValue] { [.name(key.namespace), .name(key.key)] }

    private static func condition(
        _ selector: CacheSelector
    ) -> (entries: String, loads: (sql: String, values: [PostgresValue]), values: [PostgresValue]) {
        let namespace = PostgresValue.name(selector.namespace)
        switch selector {
        case .key(let key):
            let sql = "namespace = $1 AND key = $2"
            return (sql, (sql, values(key)), values(key))
        case .prefix(let key):
            let sql = "namespace = $1 AND key >= $2 AND starts_with(key, $2)"
            return (sql, (sql, values(key)), values(key))
        // The tags of what is still computed are not known: it may carry this one.
        case .tag(_, let tag):
            return ("namespace = $1 AND tags @> $2", ("namespace = $1", [namespace]), [namespace, .names([tag])])
        case .namespace:
            return ("namespace = $1", ("namespace = $1", [namespace]), [namespace])
        }
    }
}
