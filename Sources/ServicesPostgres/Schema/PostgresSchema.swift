/// The tables and functions of the store: numbered steps, each applied once and in order.
enum PostgresSchema {
    struct Step: Sendable {
        let number: Int
        let name: String
        /// One command each.
        let statements: [String]
    }

    /// Never change a table of a step that was released: add a step.
    ///
    /// Functions are kept in their newest wording only; a step that changed some creates all of them again.
    static let migrations: [Step] = [
        Step(number: 1, name: "locks", statements: locks),
        Step(number: 2, name: "work queue", statements: workQueue + queueFunctions),
        Step(number: 3, name: "cache, rate limits and messages", statements: lossy),
        Step(number: 4, name: "idempotency, job history and alerts", statements: records),
        Step(number: 5, name: "full keys hold nobody up", statements: queueFunctions),
    ]

    /// Serialises migrations of all processes; any number that no other program uses.
    static let advisoryLock: Int64 = 7_815_162_342_001

    static let journal = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number integer PRIMARY KEY,
            name text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """

    /// Microseconds of an interval, as a whole number.
    static func microseconds(_ interval: String) -> String { "(extract(epoch FROM \(interval)) * 1000000)::int8" }

    /// An interval of that many microseconds.
    static func interval(_ number: String) -> String { "(\(number)) * interval '1 microsecond'" }
}
