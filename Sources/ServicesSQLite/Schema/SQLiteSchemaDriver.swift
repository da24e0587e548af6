package import Services

/// The tables of a SQLite store.
package struct SQLiteSchemaDriver: SchemaDriver {
    private static let makeJournal = SQL(SQLiteSchema.journal)
    private static let hasJournal = SQL("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'")
    private static let applied = SQL("SELECT number, applied_at FROM schema_migrations ORDER BY number")
    private static let record = SQL("INSERT INTO schema_migrations (number, name, applied_at) VALUES (?, ?, ?)")

    private let store: SQLiteStore

    package init(store: SQLiteStore) {
        self.store = store
    }

    package func status() async throws(ServicesError) -> SchemaStatus {
        let path = store.path
        let applied = try await store.read { tx throws(ServicesError) in try Self.applied(tx) }
        return SchemaStatus(
            store: path,
            migrations: SQLiteSchema.migrations.map { step in
                SchemaMigration(number: step.number, name: step.name, appliedAt: applied[step.number])
            },
            unknown: Self.unknown(applied)
        )
    }

    package func migrate() async throws(ServicesError) -> [SchemaMigration] {
        var done: [SchemaMigration] = []
        // The write lock of the file is the lock all processes respect; each step sees what others did before it.
        for step in SQLiteSchema.migrations {
            let migration = try await store.write { tx throws(ServicesError) -> SchemaMigration? in
                try tx.run(Self.makeJournal)
                let applied = try Self.applied(tx)
                if let newest = Self.unknown(applied).last {
                    throw .sqliteSchemaNewer(tx.path, found: newest, known: SQLiteSchema.migrations.count)
                }
                guard applied[step.number] == nil else { return nil }
                try tx.runScript(step.script)
                try tx.run(Self.record, .integer(step.number), .text(step.name), .integer(tx.now.microseconds))
                return SchemaMigration(number: step.number, name: step.name, appliedAt: tx.now)
            }
            if let migration { done.append(migration) }
        }
        return done
    }

    private static func applied(_ tx: SQLiteTransaction) throws(ServicesError) -> [Int: StoreTime] {
        let hasJournal = try tx.first(Self.hasJournal) { $0.flag(0) } ?? false
        guard hasJournal else { return [:] }
        let rows = try tx.rows(Self.applied) { row in
            (Int(row.integer(0)), StoreTime(microseconds: row.integer(1)))
        }
        return Dictionary(rows) { $1 }
    }

    private static func unknown(_ applied: [Int: StoreTime]) -> [Int] {
        applied.keys.filter { $0 > SQLiteSchema.migrations.count || $0 < 1 }.sorted()
    }
}
