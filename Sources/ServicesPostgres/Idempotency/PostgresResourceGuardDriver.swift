import Postgres
package import Services

/// Provisioned resources in the table `guarded_resources`.
package struct PostgresResourceGuardDriver: ResourceGuardDriver {
    private static let columns = "owner, kind, description, token, created_at"
    private static let find = "SELECT \(columns) FROM guarded_resources WHERE owner = $1 AND kind = $2"
    private static let record = """
        INSERT INTO guarded_resources (owner, kind, description, token) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
        """
    private static let remove = "DELETE FROM guarded_resources WHERE owner = $1 AND kind = $2"

    private let store: PostgresStore

    package init(store: PostgresStore) {
        self.store = store
    }

    package func resource(of owner: String, kind: String) async throws(ServicesError) -> ResourceRecord? {
        try await store.query(Self.find, [.name(owner), .name(kind)], isRepeatable: true, Self.read)
    }

    package func record(
        _ description: [UInt8],
        of owner: String,
        kind: String,
        token: FencingToken
    ) async throws(ServicesError) -> ResourceRecord {
        let names: [PostgresValue] = [.name(owner), .name(kind)]
        let values = names + [.bytes(description), .int(Int64(clamping: token.rawValue))]
        // The look comes in the same transaction and after the insert, which waits for another one under way.
        let statements = [PostgresStatement(Self.record, values), PostgresStatement(Self.find, names)]
        let record = try await store.batch(statements, isRepeatable: true) { (results) throws(PostgresError) in
            try Self.read(results[1])
        }
        guard let record else { throw .unavailable(store.place, why: "a resource was removed while it was recorded") }
        return record
    }

    package func remove(owner: String, kind: String) async throws(ServicesError) -> Bool {
        try await store.query(Self.remove, [.name(owner), .name(kind)], isRepeatable: false) { $0.affected > 0 }
    }

    private static func read(_ rows: PostgresRows) throws(PostgresError) -> ResourceRecord? {
        guard let row = rows.first else { return nil }
        return ResourceRecord(
            owner: try row.name(0),
            kind: try row.name(1),
            description: try row.bytes(2),
            token: FencingToken(UInt64(clamping: try row.int(3))),
            createdAt: try row.time(4)
        )
    }
}
