import TestSupport
import Testing

/// The stores the tool can be pointed at by nothing but settings.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
    /// A file, as without any setting.
    case embedded
    /// PostgreSQL for all there is.
    case postgres
    /// PostgreSQL, and Redis for what it serves.
    case postgresAndRedis

    var testDescription: String {
        switch self {
        case .embedded: "a file"
        case .postgres: "PostgreSQL"
        case .postgresAndRedis: "PostgreSQL and Redis"
        }
    }
}

/// Runs the body with the tool pointed at a fresh store of that kind, and a folder to work in.
func withStore<Result>(
    _ kind: StoreKind,
    body: (StoreScenario, TemporaryFolder) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { folder in
        switch kind {
        case .embedded:
            return try await body(StoreScenario(in: folder), folder)
        case .postgres:
            let database = try await PostgresServer.shared().makeDatabase()
            return try await body(StoreScenario(in: folder, variables: ["SWITCHYARD_DATABASE_URL": database]), folder)
        case .postgresAndRedis:
            let database = try await PostgresServer.shared().makeDatabase()
            // A server of its own: the tests use the same names, and Redis has no databases to make and drop.
            return try await withRedisServer { redis in
                let variables = ["SWITCHYARD_DATABASE_URL": database, "REDIS_URL": redis.url]
                return try await body(StoreScenario(in: folder, variables: variables), folder)
            }
        }
    }
}
