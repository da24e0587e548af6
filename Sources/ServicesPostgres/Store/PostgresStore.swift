package import EventLoop
package import Postgres
import Services

/// One PostgreSQL database that holds the services: its connections and its listener.
///
/// Nothing is opened before the first use. ``shutdown(within:)`` is the graceful stop.
package final class PostgresStore: Sendable {
    package struct Options: Sendable {
        package var pool = PostgresPool.Options()
        package var listener = PostgresListener.Options()
        /// How often a request is repeated that the server rolled back in favour of others.
        ///
        /// Default 8.
        package var conflictRetries = 8
        /// The shortest time between two rounds of wake-up notifications of this process.
        ///
        /// Default 5 milliseconds.
        package var announcementInterval: Duration = .milliseconds(5)
        /// How many names may wait to be announced; more are dropped, and found by polling.
        ///
        /// Default 10,000.
        package var announcementLimit = 10_000

        package init() {}
    }

    package let pool: PostgresPool
    package let listener: PostgresListener
    let options: Options
    let signals: PostgresSignals

    /// - Parameters:
    ///   - url: the database.
    ///   - reactor: drives all connections.
    ///   - helpers: threads for name look-up.
    ///   - options: limits of time and number.
    package init(url: PostgresURL, reactor: Reactor, helpers: HelperThreads, options: Options = Options()) {
        self.options = options
        pool = PostgresPool(url: url, reactor: reactor, helpers: helpers, options: options.pool)
        listener = PostgresListener(url: url, reactor: reactor, helpers: helpers, options: options.listener)
        signals = PostgresSignals(pool: pool, listener: listener, options: options)
    }

    /// Where the database is, without credentials.
    package var place: String { pool.url.description }

    /// Ends the listening, then the connections once they are given back.
    package func shutdown(within limit: Duration = .seconds(5)) async {
        await listener.close()
        await pool.shutdown(within: limit)
    }

    // MARK: Requests

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - sql: one command.
    ///   - values: bound to its parameters.
    ///   - isRepeatable: whether running it twice does no harm.
    ///   - read: turns the rows into the answer.
    /// - Returns: the answer.
    /// - Throws: `ServicesError` in the words of the services.
    func query<Answer>(
        _ sql: String,
        _ values: [PostgresValue] = [],
        isRepeatable: Bool,
        _ read: (PostgresRows) throws(PostgresError) -> Answer
    ) async throws(ServicesError) -> Answer {
        try await translated(isRepeatable: isRepeatable) { () async throws(PostgresError) in
            try read(try await pool.query(sql, values))
        }
    }

    /// Runs statements in one round trip and one transaction.
    func batch<Answer>(
        _ statements: [PostgresStatement],
        isRepeatable: Bool,
        _ read: ([PostgresRows]) throws(PostgresError) -> Answer
    ) async throws(ServicesError) -> Answer {
        try await translated(isRepeatable: isRepeatable) { () async throws(PostgresError) in
            try read(try await pool.batch(statements))
        }
    }

    /// Repeats what was rolled back in favour of others, and translates what else goes wrong.
    func translated<Answer>(
        isRepeatable: Bool,
        _ body: () async throws(PostgresError) -> Answer
    ) async throws(ServicesError) -> Answer {
        var attempt = 1
        while true {
            do throws(PostgresError) {
                return try await body()
            } catch {
                guard error.isConflict, attempt <= options.conflictRetries, !Task.isCancelled else {
                    throw .postgres(error, store: place, isRepeatable: isRepeatable)
                }
                // Cancelled or not, the next attempt decides.
                try? await Task.sleep(for: options.pool.transactions.backoff.delay(afterFailures: attempt))
                attempt += 1
            }
        }
    }
}
