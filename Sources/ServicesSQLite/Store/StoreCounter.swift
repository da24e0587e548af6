import Services

/// Numbers that rise for ever in a store.
enum StoreCounter: String {
    case cacheVersion = "cache_version"
    case idempotencyGeneration = "idempotency_generation"

    private static let load = SQL("SELECT value FROM store_counters WHERE name = ?")
    private static let store = SQL(
        """
        INSERT INTO store_counters (name, value) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)
        """
    )

    func load(_ tx: SQLiteTransaction) throws(ServicesError) -> Int64 {
        try tx.first(Self.load, .text(rawValue)) { $0.integer(0) } ?? 0
    }

    func store(_ value: Int64, _ tx: SQLiteTransaction) throws(ServicesError) {
        try tx.run(Self.store, .text(rawValue), .integer(value))
    }
}
