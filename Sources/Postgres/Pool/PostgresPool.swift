package import EventLoop
import Locking

/// Connections shared by many tasks: some are kept open, more are opened on demand, and a bounded number of callers
/// waits in order for one to become free.
///
/// Nothing is opened before the first use. Cancelling a caller takes it out of the line. ``shutdown(within:)`` is the
/// graceful stop; without it connections end with the process.
package final class PostgresPool: Sendable {
    package struct Options: Sendable {
        /// How many connections are kept open once the pool is in use.
        ///
        /// Default 5.
        package var minimum = 5
        /// How many connections there are at most.
        ///
        /// Default 50.
        package var maximum = 50
        /// How many callers may wait for a connection; more are refused.
        ///
        /// Default 1,000.
        package var waitingLimit = 1_000
        /// How long a caller waits for a connection.
        ///
        /// Default 5 seconds.
        package var acquireTimeout: Duration = .seconds(5)
        /// After how long without use a connection above the minimum is closed.
        ///
        /// Default 5 minutes.
        package var idleTime: Duration = .seconds(300)
        /// After how long a connection is replaced, up to a tenth earlier to spread the work.
        ///
        /// Default 1 hour.
        package var lifetime: Duration = .seconds(3_600)
        /// After how long without use a connection is asked whether it still answers.
        ///
        /// Default 30 seconds.
        package var checkAfter: Duration = .seconds(30)
        /// Time between two rounds of housekeeping.
        ///
        /// Default 1 second.
        package var maintenanceInterval: Duration = .seconds(1)
        /// Waiting times after failures to connect.
        ///
        /// Default: 50 milliseconds doubled up to 5 seconds, with full jitter.
        package var reconnect = Backoff(base: .milliseconds(50), limit: .seconds(5))
        /// The share of the maximum in use above which a warning is given.
        ///
        /// Default 0.8.
        package var warningShare = 0.8
        /// The shortest time between two such warnings.
        ///
        /// Default 1 minute.
        package var warningInterval: Duration = .seconds(60)
        /// How transactions are repeated.
        package var transactions = TransactionRetries()
        /// Of each connection; its `onEvent` hears the pool's events too.
        package var connection = PostgresConnection.Options()

        package init() {}
    }

    /// The pool in numbers.
    package struct Statistics: Hashable, Sendable {
        package var inUse = 0
        package var idle = 0
        package var opening = 0
        package var waiting = 0
        /// Failures to connect since the last success.
        package var failures = 0
        package var lastFailure: PostgresError?
    }

    typealias State = PoolState<ObjectIdentifier, ContinuousClock.Instant>
    typealias Waiter = CheckedContinuation<Result<PostgresConnection, PostgresError>, Never>

    struct Shared {
        var state: State
        var connections: [ObjectIdentifier: PostgresConnection] = [:]
        var waiters: [State.WaiterID: Waiter] = [:]
        /// Answers to waiters whose continuation is not there yet.
        var early: [State.WaiterID: Result<PostgresConnection, PostgresError>] = [:]
        var lastFailure: PostgresError?
        var lastWarning: ContinuousClock.Instant?
        var isMaintained = false
        var isExpiryScheduled = false
        var closeWaiters: [CheckedContinuation<Void, Never>] = []
    }

    package let url: PostgresURL
    package let reactor: Reactor
    package let helpers: HelperThreads
    package let options: Options
    let shared: Lock<Shared>

    /// - Parameters:
    ///   - url: where to connect.
    ///   - reactor: drives all connections; callers that prefer it as their executor save a change of thread.
    ///   - helpers: threads for name look-up.
    ///   - options: limits of time and number.
    package init(url: PostgresURL, reactor: Reactor, helpers: HelperThreads, options: Options = Options()) {
        self.url = url
        self.reactor = reactor
        self.helpers = helpers
        self.options = options
        var limits = State.Limits()
        limits.minimum = min(options.minimum, options.maximum)
        limits.maximum = max(1, options.maximum)
        limits.waiting = options.waitingLimit
        limits.acquireTimeout = options.acquireTimeout
        limits.idleTime = options.idleTime
        limits.lifetime = options.lifetime
        limits.checkAfter = options.checkAfter
        shared = Lock(Shared(state: State(limits: limits)))
    }

    package var statistics: Statistics {
        shared.withLock { shared in
            Statistics(
                inUse: shared.state.leasedCount,
                idle: shared.state.idleCount,
                opening: shared.state.opening,
                waiting: shared.state.waitingCount,
                failures: shared.state.failures,
                lastFailure: shared.lastFailure
            )
        }
    }

    // MARK: Use

    /// Lends a connection to the body; a transaction that the body leaves open is thrown away with its connection.
    ///
    /// - Parameter body: runs with a connection of its own.
    /// - Returns: what the body returns.
    /// - Throws: `PostgresError` when there is no connection; else what the body throws.
    package func withConnection<Result>(
        _ body: (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let connection = try await lease()
        defer { release(connection) }
        return try await body(connection)
    }

    /// Runs one statement on any connection; see ``PostgresConnection/query(_:_:timeout:)``.
    @discardableResult
    package func query(
        _ sql: String,
        _ values: [PostgresValue] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresRows {
        let connection = try await lease()
        defer { release(connection) }
        return try await connection.query(PostgresStatement(sql, values), timeout: timeout)
    }

    /// Runs statements in one round trip, all or nothing; see ``PostgresConnection/batch(_:timeout:)``.
    @discardableResult
    package func batch(
        _ statements: [PostgresStatement],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> [PostgresRows] {
        let connection = try await lease()
        defer { release(connection) }
        return try await connection.batch(statements, timeout: timeout)
    }

    /// Opens connections up to the minimum without waiting for them.
    package func warmUp() {
        scheduleMaintenance()
        perform { state, now in state.maintain(now: now) }
    }
}
