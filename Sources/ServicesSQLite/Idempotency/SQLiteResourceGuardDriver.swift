package import Services

/// Provisioned resources in the table `guarded_resources`.
package final class SQLiteResourceGuardDriver: ResourceGuardDriver {
    private static let find = SQL(
        "SELECT description, token, created_at FROM guarded_resources WHERE owner = ?1 AND kind = ?2"
    )
    private static let add = SQL(
        """
        INSERT INTO guarded_resources (owner, kind, description, token, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (owner, kind) DO NOTHING
        """
    )
    private static let remove = SQL("DELETE FROM guarded_resources WHERE owner = ?1 AND kind = ?2")

    private let store: SQLiteStore

    package init(store: SQLiteStore) {
        self.store = store
    }

    package func resource(of owner: String, kind: String) async throws(ServicesError) -> ResourceRecord? {
        try await store.read { tx throws(ServicesError) in try Self.find(owner, kind, tx) }
    }

    package func record(
        _ description: [UInt8],
        of owner: String,
        kind: String,
        token: FencingToken
    ) async throws(ServicesError) -> ResourceRecord {
        try await store.write { tx throws(ServicesError) in
            let now = tx.now
            let stored = Int64(bitPattern: token.rawValue)
            let isNew =
                try tx.run(
                    Self.add,
                    .text(owner),
                    .text(kind),
                    .bytes(description),
                    .integer(stored),
                    .integer(now.microseconds)
                ) > 0
            if !isNew, let known = try Self.find(owner, kind, tx) { return known }
            return ResourceRecord(owner: owner, kind: kind, description: description, token: token, createdAt: now)
        }
    }

    package func remove(owner: String, kind: String) async throws(ServicesError) -> Bool {
        try await store.write { tx throws(ServicesError) in
            try tx.run(Self.remove, .text(owner), .text(kind)) > 0
        }
    }

    private static func find(
        _ owner: String,
        _ kind: String,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> ResourceRecord? {
        try tx.first(find, .text(owner), .text(kind)) { row in
            ResourceRecord(
                owner: owner,
                kind: kind,
                description: row.bytes(0),
                token: FencingToken(UInt64(bitPattern: row.integer(1))),
                createdAt: StoreTime(microseconds: row.integer(2))
            )
        }
    }
}
