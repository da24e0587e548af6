/// What keeps Postgres from working.
package struct PostgresError: Error, Hashable, Sendable {
    package let message: String
}
