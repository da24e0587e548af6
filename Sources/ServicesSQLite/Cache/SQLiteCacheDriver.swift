package import Services

/// Cached values in the table `cache_entries`, shared by the processes of one host.
package final class SQLiteCacheDriver: CacheDriver {
    private static let find = SQL(
        """
        SELECT value, fresh_until, usable_until, load_microseconds, version FROM cache_entries
        WHERE namespace = ?1 AND key = ?2 AND usable_until > ?3
        """
    )
    private static let version = SQL(
        "SELECT version FROM cache_entries WHERE namespace = ?1 AND key = ?2 AND usable_until > ?3"
    )
    private static let put = SQL(
        """
        INSERT INTO cache_entries (
            namespace, key, version, fresh_until, usable_until, load_microseconds, size_in_bytes, value
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (namespace, key) DO UPDATE SET
            version = excluded.version, fresh_until = excluded.fresh_until, usable_until = excluded.usable_until,
            load_microseconds = excluded.load_microseconds, size_in_bytes = excluded.size_in_bytes,
            value = excluded.value
        RETURNING id
        """
    )
    private static let dropTags = SQL("DELETE FROM cache_tags WHERE entry = ?")
    private static let tag = SQL("INSERT OR IGNORE INTO cache_tags (namespace, tag, entry) VALUES (?1, ?2, ?3)")
    private static let usage = SQL(
        """
        SELECT namespace, count(*), sum(size_in_bytes) FROM cache_entries
        WHERE usable_until > ? GROUP BY namespace ORDER BY namespace
        """
    )
    private static let unusable = SQL(
        "SELECT id FROM cache_entries WHERE usable_until <= ?1 ORDER BY usable_until LIMIT ?2"
    )
    private static let deleteTags = SQL("DELETE FROM cache_tags WHERE entry IN (SELECT value FROM json_each(?))")
    private static let delete = SQL("DELETE FROM cache_entries WHERE id IN (SELECT value FROM json_each(?))")

    private let store: SQLiteStore

    package init(store: SQLiteStore) {
        self.store = store
    }

    package func entry(_ key: CacheKey) async throws(ServicesError) -> CacheEntry? {
        try await store.read { tx throws(ServicesError) in
            try tx.first(Self.find, .text(key.namespace), .text(key.key), .integer(tx.now.microseconds)) { row in
                CacheEntry(
                    value: row.optionalBytes(0),
                    freshFor: StoreTime(microseconds: row.integer(1)) - tx.now,
                    usableFor: StoreTime(microseconds: row.integer(2)) - tx.now,
                    loadTime: .microseconds(row.integer(3)),
                    version: row.integer(4)
                )
            }
        }
    }

    package func store(_ write: CacheWrite, ifVersion version: Int64?) async throws(ServicesError) -> Int64? {
        try await store.write { tx throws(ServicesError) -> Int64? in
            if let version, try !Self.isCurrent(version, of: write.key, tx) { return nil }
            let stored = try tx.next(.cacheVersion)
            let key = write.key
            let id = try tx.first(
                Self.put,
                .text(key.namespace),
                .text(key.key),
                .integer(stored),
                .integer((tx.now + write.freshFor).microseconds),
                .integer((tx.now + write.usableFor).microseconds),
                .integer(write.loadTime.wholeMicroseconds),
                .integer(key.namespace.utf8.count + key.key.utf8.count + (write.value?.count ?? 0)),
                .optional(write.value)
            ) { $0.integer(0) }
            guard let id else { return nil }
            try tx.run(Self.dropTags, .integer(id))
            for tag in write.tags { try tx.run(Self.tag, .text(key.namespace), .text(tag), .integer(id)) }
            try CacheLoads.markStored(key, tx)
            return stored
        }
    }

    /// Whether nothing was stored or invalidated since the version was given out.
    private static func isCurrent(
        _ wanted: Int64,
        of key: CacheKey,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> Bool {
        if let present = try presentVersion(of: key, tx) { return wanted == present }
        if wanted == 0 { return true }
        return try CacheLoads.isFirst(key, version: wanted, tx)
    }

    private static func presentVersion(of key: CacheKey, _ tx: SQLiteTransaction) throws(ServicesError) -> Int64? {
        try tx.first(version, .text(key.namespace), .text(key.key), .integer(tx.now.microseconds)) { $0.integer(0) }
    }

    package func invalidate(_ selector: CacheSelector) async throws(ServicesError) -> Int {
        try await store.write { tx throws(ServicesError) in try CacheInvalidation.perform(selector, tx) }
    }

    package func beginLoad(
        _ key: CacheKey,
        holder: String,
        lease: Duration
    ) async throws(ServicesError) -> Int64? {
        try await store.write { tx throws(ServicesError) -> Int64? in
            guard try !CacheLoads.isRunning(key, tx) else { return nil }
            let present = try Self.presentVersion(of: key, tx)
            let known = if let present { present } else { try CacheLoads.firstVersion(key, tx) }
            let version = if let known { known } else { try tx.next(.cacheVersion) }
            try CacheLoads.begin(key, holder, version: version, isFirst: present == nil, until: tx.now + lease, tx)
            return version
        }
    }

    package func endLoad(_ key: CacheKey, holder: String) async throws(ServicesError) {
        try await store.write { tx throws(ServicesError) in try CacheLoads.end(key, holder, tx) }
    }

    package func usage() async throws(ServicesError) -> [CacheUsage] {
        try await store.read { tx throws(ServicesError) in
            try tx.rows(Self.usage, .integer(tx.now.microseconds)) { row in
                CacheUsage(
                    namespace: row.text(0),
                    entries: Int(row.integer(1)),
                    sizeInBytes: Int(row.integer(2))
                )
            }
        }
    }

    package func prune(limit: Int) async throws(ServicesError) -> Int {
        try await store.write { tx throws(ServicesError) in
            let limit = SQLiteValue.integer(max(0, limit))
            try CacheLoads.prune(limit, tx)
            let ids = try tx.rows(Self.unusable, .integer(tx.now.microseconds), limit) { $0.integer(0) }
            guard !ids.isEmpty else { return 0 }
            try tx.run(Self.deleteTags, .list(ids))
            return try tx.run(Self.delete, .list(ids))
        }
    }
}
