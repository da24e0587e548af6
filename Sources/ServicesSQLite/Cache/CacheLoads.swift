import Services

/// Who computes which value now, within a transaction.
enum CacheLoads {
    private static let running = SQL(
        "SELECT 1 FROM cache_loads WHERE namespace = ?1 AND key = ?2 AND lease_until > ?3"
    )
    private static let first = SQL(
        "SELECT 1 FROM cache_loads WHERE namespace = ?1 AND key = ?2 AND version = ?3 AND is_first = 1"
    )
    private static let firstVersion = SQL(
        "SELECT version FROM cache_loads WHERE namespace = ?1 AND key = ?2 AND is_first = 1"
    )
    private static let begin = SQL(
        """
        INSERT INTO cache_loads (namespace, key, holder, version, is_first, lease_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (namespace, key) DO UPDATE SET holder = excluded.holder, version = excluded.version,
            is_first = excluded.is_first, lease_until = excluded.lease_until
        """
    )
    private static let stored = SQL("UPDATE cache_loads SET is_first = 0 WHERE namespace = ?1 AND key = ?2")
    private static let end = SQL("DELETE FROM cache_loads WHERE namespace = ?1 AND key = ?2 AND holder = ?3")
    private static let prune = SQL(
        """
        DELETE FROM cache_loads WHERE (namespace, key) IN (
            SELECT namespace, key FROM cache_loads WHERE lease_until <= ?1 LIMIT ?2
        )
        """
    )

    static func isRunning(_ key: CacheKey, _ tx: SQLiteTransaction) throws(ServicesError) -> Bool {
        let now = SQLiteValue.integer(tx.now.microseconds)
        return try tx.first(running, .text(key.namespace), .text(key.key), now) { _ in true } ?? false
    }

    /// Whether the version is that of a load that began without an entry and has not been voided.
    static func isFirst(_ key: CacheKey, version: Int64, _ tx: SQLiteTransaction) throws(ServicesError) -> Bool {
        try tx.first(first, .text(key.namespace), .text(key.key), .integer(version)) { _ in true } ?? false
    }

    /// The version of a load without an entry that nobody has ended or voided, however old.
    static func firstVersion(_ key: CacheKey, _ tx: SQLiteTransaction) throws(ServicesError) -> Int64? {
        try tx.first(firstVersion, .text(key.namespace), .text(key.key)) { $0.integer(0) }
    }

    static func begin(
        _ key: CacheKey,
        _ holder: String,
        version: Int64,
        isFirst: Bool,
        until: StoreTime,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) {
        try tx.run(
            begin,
            .text(key.namespace),
            .text(key.key),
            .text(holder),
            .integer(version),
            .flag(isFirst),
            .integer(until.microseconds)
        )
    }

    /// From here on the entry's version decides, not the load's.
    static func markStored(_ key: CacheKey, _ tx: SQLiteTransaction) throws(ServicesError) {
        try tx.run(stored, .text(key.namespace), .text(key.key))
    }

    static func end(_ key: CacheKey, _ holder: String, _ tx: SQLiteTransaction) throws(ServicesError) {
        try tx.run(end, .text(key.namespace), .text(key.key), .text(holder))
    }

    /// Forgets loaders that died.
    static func prune(_ limit: SQLiteValue, _ tx: SQLiteTransaction) throws(ServicesError) {
        try tx.run(prune, .integer(tx.now.microseconds - CacheTimes.loadGrace.wholeMicroseconds), limit)
    }
}
