import Postgres
package import Services

/// The tables of a PostgreSQL store.
package struct PostgresSchemaDriver: SchemaDriver {
    private static let hasJournal = "SELECT to_regclass('schema_migrations') IS NOT NULL"
    private static let applied = "SELECT number::int8, applied_at FROM schema_migrations ORDER BY number"
    private static let record =
        "INSERT INTO schema_migrations (number, name) VALUES ($1::int8::int4, $2) RETURNING applied_at"

    private let store: PostgresStore

    package init(store: PostgresStore) {
        self.store = store
    }

    package func status() async throws(ServicesError) -> SchemaStatus {
        let hasJournal = try await store.query(Self.hasJournal, isRepeatable: true) { (rows) throws(PostgresError) in
            try rows.first?.bool(0) ?? false
        }
        let applied = hasJournal ? try await store.query(Self.applied, isRepeatable: true, Self.read) : [:]
        return SchemaStatus(
            store: store.place,
            migrations: PostgresSchema.migrations.map { step in
                SchemaMigration(number: step.number, name: step.name, appliedAt: applied[step.number])
            },
            unknown: Self.unknown(applied)
        )
    }

    /// Applies what is missing in one transaction, so that nobody sees tables of a version between.
    package func migrate() async throws(ServicesError) -> [SchemaMigration] {
        do {
            return try await store.pool.transaction { transaction in
                // Held to the end of the transaction: other processes wait, then see what was done.
                try await transaction.query(
                    "SELECT pg_advisory_xact_lock($1)",
                    [.int(PostgresSchema.advisoryLock)],
                    timeout: .seconds(120)
                )
                try await transaction.query(PostgresSchema.journal)
                let applied = try Self.read(try await transaction.query(Self.applied))
                if let newest = Self.unknown(applied).last {
                    throw ServicesError.postgresSchemaNewer(
                        store.place,
                        found: newest,
                        known: PostgresSchema.migrations.count
                    )
                }
                var done: [SchemaMigration] = []
                for step in PostgresSchema.migrations where applied[step.number] == nil {
                    done.append(try await apply(step, in: transaction))
                }
                return done
            }
        } catch let error as ServicesError {
            throw error
        } catch let error as PostgresError {
            throw .postgres(error, store: store.place, isRepeatable: true)
        } catch {
            throw .cancelled
        }
    }

    private func apply(
        _ step: PostgresSchema.Step,
        in transaction: PostgresTransaction
    ) async throws -> SchemaMigration {
        try await transaction.batch(
            step.statements.map { PostgresStatement($0, isKept: false) },
            timeout: .seconds(600)
        )
        let rows = try await transaction.query(Self.record, [.int(Int64(step.number)), .text(step.name)])
        return SchemaMigration(number: step.number, name: step.name, appliedAt: try rows.first?.time(0))
    }

    private static func read(_ rows: PostgresRows) throws(PostgresError) -> [Int: StoreTime] {
        var applied: [Int: StoreTime] = [:]
        for row in rows { applied[Int(try row.int(0))] = try row.time(1) }
        return applied
    }

    private static func unknown(_ applied: [Int: StoreTime]) -> [Int] {
        applied.keys.filter { $0 > PostgresSchema.migrations.count || $0 < 1 }.sorted()
    }
}
