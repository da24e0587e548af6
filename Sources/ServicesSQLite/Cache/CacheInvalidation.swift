import Services

/// Removes entries and voids loads, within a transaction.
enum CacheInvalidation {
    /// The statements for one sort of selector.
    private struct Statements {
        let count: SQL
        let tags: SQL
        let entries: SQL
        let loads: SQL

        /// - Parameters:
        ///   - condition: what is removed, of entries and loads alike.
        ///   - values: how many values it has.
        init(where condition: String, values: Int) {
            count = SQL("SELECT count(*) FROM cache_entries WHERE \(condition) AND usable_until > ?\(values + 1)")
            tags = SQL("DELETE FROM cache_tags WHERE entry IN (SELECT id FROM cache_entries WHERE \(condition))")
            entries = SQL("DELETE FROM cache_entries WHERE \(condition)")
            loads = SQL("DELETE FROM cache_loads WHERE \(condition)")
        }
    }

    private static let key = Statements(where: "namespace = ?1 AND key = ?2", values: 2)
    private static let prefix = Statements(
        where: "namespace = ?1 AND key >= ?2 AND key < CAST(?3 AS TEXT)",
        values: 3
    )
    private static let namespace = Statements(where: "namespace = ?1", values: 1)
    private static let taggedIDs = SQL("SELECT entry FROM cache_tags WHERE namespace = ?1 AND tag = ?2")
    private static let countTagged = SQL(
        "SELECT count(*) FROM cache_entries WHERE id IN (SELECT value FROM json_each(?1)) AND usable_until > ?2"
    )
    private static let dropTags = SQL("DELETE FROM cache_tags WHERE entry IN (SELECT value FROM json_each(?))")
    private static let dropEntries = SQL("DELETE FROM cache_entries WHERE id IN (SELECT value FROM json_each(?))")
    private static let voidFirstLoads = SQL("DELETE FROM cache_loads WHERE namespace = ? AND is_first = 1")

    /// - Returns: how many usable entries were removed.
    static func perform(_ selector: CacheSelector, _ tx: SQLiteTransaction) throws(ServicesError) -> Int {
        switch selector {
        case .key(let name): try remove(key, [.text(name.namespace), .text(name.key)], tx)
        case .prefix(let name):
            try remove(prefix, [.text(name.namespace), .text(name.key), .bytes(name.key.endOfPrefix)], tx)
        case .namespace(let name): try remove(namespace, [.text(name)], tx)
        case .tag(let namespace, let tag): try removeTagged(namespace, tag, tx)
        }
    }

    private static func remove(
        _ statements: Statements,
        _ values: [SQLiteValue],
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> Int {
        let now = SQLiteValue.integer(tx.now.microseconds)
        let count = try tx.first(statements.count, values: values + [now]) { Int($0.integer(0)) }
        for statement in [statements.tags, statements.entries, statements.loads] {
            try tx.run(statement, values: values)
        }
        return count ?? 0
    }

    private static func removeTagged(
        _ namespace: String,
        _ tag: String,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> Int {
        // The tags of a value that is still computed are not known: any tag of the namespace may be its.
        try tx.run(voidFirstLoads, .text(namespace))
        let ids = try tx.rows(taggedIDs, .text(namespace), .text(tag)) { $0.integer(0) }
        guard !ids.isEmpty else { return 0 }
        let count = try tx.first(countTagged, .list(ids), .integer(tx.now.microseconds)) { Int($0.integer(0)) }
        try tx.run(dropTags, .list(ids))
        try tx.run(dropEntries, .list(ids))
        return count ?? 0
    }
}
