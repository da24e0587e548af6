import Services

/// Numbers that rise for ever in a store.
enum StoreCounter: String {
    case cacheVersion = "cache_version"
    case idempotencyGeneration = "idempotency_generation"

    private static let advance = SQL(
        "UPDATE store_counters SET value = value + ?2 WHERE name = ?1 RETURNING value"
    )

    /// Takes numbers that nobody else gets.
    ///
    /// - Parameters:
    ///   - tx: the transaction they belong to.
    ///   - count: how many, at least 1.
    /// - Returns: the last of them.
    /// - Throws: `ServicesError` when the store cannot do it.
    func next(_ tx: SQLiteTransaction, count: Int = 1) throws(ServicesError) -> Int64 {
        guard let value = try tx.first(Self.advance, .text(rawValue), .integer(count), make: { $0.integer(0) }) else {
            throw .sqliteSchemaMissing(tx.path)
        }
        return value
    }
}
