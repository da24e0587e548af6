import CLibPQ
package import EventLoop
import Locking

/// One connection to a PostgreSQL server, driven by a reactor without blocking any thread.
///
/// Requests of several tasks are sent one after the other; each is one pipeline with one answer for all its statements,
/// which is also one transaction unless the statements say otherwise. So a cancel request can only ever meet the
/// request it was meant for: the next one is not sent before the server has passed the signal on.
///
/// Cancelling the calling task cancels on the server; the caller waits until the server confirms, at the latest for the
/// grace time, after which the connection is dropped. ``close()`` is the graceful stop.
package actor PostgresConnection {
    package struct Options: Sendable {
        /// How long connecting may take, name look-up and log-in included.
        ///
        /// Default 10 seconds.
        package var connectTimeout: Duration = .seconds(10)
        /// How long a request may take unless it says otherwise.
        ///
        /// Default 30 seconds.
        package var requestTimeout: Duration = .seconds(30)
        /// How long a cancelled request may take to end before the connection is dropped.
        ///
        /// Default 2 seconds.
        package var cancelGrace: Duration = .seconds(2)
        /// The server's own limit for one statement, for clients that vanish.
        ///
        /// Default 5 minutes; nil sets none.
        package var statementTimeout: Duration? = .seconds(300)
        /// The server's limit for a transaction that does nothing, for clients that vanish.
        ///
        /// Default 5 minutes; nil sets none.
        package var idleInTransactionTimeout: Duration? = .seconds(300)
        /// How many prepared statements one connection keeps.
        ///
        /// Default 256.
        package var preparedStatements = 256
        /// How many requests may wait for their turn on one connection.
        ///
        /// Default 64.
        package var waitingLimit = 64
        /// From how long on a request is reported as slow.
        ///
        /// Default 100 milliseconds.
        package var slowQuery: Duration = .milliseconds(100)
        /// What the server shows as the program's name.
        ///
        /// Default "switchyard".
        package var applicationName = "switchyard"
        /// Called with everything worth a log line; on the reactor, so it must be quick.
        ///
        /// Default does nothing.
        package var onEvent: @Sendable (PostgresEvent) -> Void = { _ in }

        package init() {}
    }

    /// What others may know without entering the actor.
    struct Status {
        var isOpen = false
        /// Whether a transaction was left open or failed.
        var isInTransaction = false
        var isBusy = false
    }

    package let url: PostgresURL
    package nonisolated let reactor: Reactor
    let helpers: HelperThreads
    let options: Options
    nonisolated let status = Lock(Status())

    var connection: OpaquePointer?
    var cancelHandle: CancelHandle?
    var descriptor: Int32 = -1
    var isWatchingWrites = false
    var cache: StatementCache
    var current: PostgresRequest?
    var waiting: [PostgresRequest] = []
    var lastID: UInt64 = 0
    /// Cancel calls whose signal may still be on its way: nothing new is sent meanwhile.
    var cancelsUnderWay = 0
    var opening: CheckedContinuation<PostgresError?, Never>?
    var openingTimer: Reactor.TimerID?
    var loss: PostgresError?
    var onClose: (@Sendable (PostgresError?) -> Void)?
    var onNotification: (@Sendable (PostgresNotification) -> Void)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    init(url: PostgresURL, reactor: Reactor, helpers: HelperThreads, options: Options) {
        self.url = url
        self.reactor = reactor
        self.helpers = helpers
        self.options = options
        cache = StatementCache(capacity: options.preparedStatements)
    }

    isolated deinit {
        if let connection {
            if descriptor >= 0 { reactor.unwatch(descriptor) }
            PQfinish(connection)
        }
    }

    /// Opens a connection and prepares its session.
    ///
    /// - Parameters:
    ///   - url: where to connect.
    ///   - reactor: the thread that drives the connection.
    ///   - helpers: threads for name look-up.
    ///   - options: limits of time and number.
    /// - Returns: an open connection with an idle session.
    /// - Throws: `PostgresError` with code `connection_failed`, or `cancelled`.
    package static func connect(
        to url: PostgresURL,
        on reactor: Reactor,
        helpers: HelperThreads,
        options: Options = Options()
    ) async throws(PostgresError) -> PostgresConnection {
        let connection = PostgresConnection(url: url, reactor: reactor, helpers: helpers, options: options)
        try await connection.open()
        return connection
    }

    /// Whether the connection can still be used.
    package nonisolated var isOpen: Bool { status.withLock { $0.isOpen } }

    /// The server's process of this connection, as `pg_stat_activity` shows it; 0 when closed.
    package var serverProcess: Int32 { connection.map { PQbackendPID($0) } ?? 0 }

    /// The TLS version in use, such as `TLSv1.3`; nil without TLS.
    package var encryption: String? {
        guard let connection, PQsslInUse(connection) == 1 else { return nil }
        return PQsslAttribute(connection, "protocol").map { String(cString: $0) }
    }

    /// How many statements are prepared.
    package var preparedCount: Int { cache.count }

    // MARK: Requests

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - sql: one command, with `$1`, `$2` and so on for the values.
    ///   - values: bound to the parameters.
    ///   - timeout: nil takes the one of the options.
    /// - Returns: its rows.
    /// - Throws: `PostgresError`; when its `isOutcomeUnknown` is set, the statement may have taken effect.
    @discardableResult
    package func query(
        _ sql: String,
        _ values: [PostgresValue] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresRows {
        try await query(PostgresStatement(sql, values), timeout: timeout)
    }

    /// Runs one statement; see ``query(_:_:timeout:)``.
    @discardableResult
    package func query(
        _ statement: PostgresStatement,
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresRows {
        let results = try await send([statement], kind: .ordinary, timeout: timeout)
        guard let rows = results.first else { throw .invalidRequest("the statement gave no result") }
        return rows
    }

    /// Sends all statements at once and waits for all answers: one round trip, all or nothing.
    ///
    /// - Parameters:
    ///   - statements: run in order; after one that fails, the others are skipped and all are rolled back.
    ///   - timeout: for all of them; nil takes the one of the options.
    /// - Returns: the rows of each statement, in order.
    /// - Throws: the error of the first statement that failed; when `isOutcomeUnknown` is set, all may have taken
    ///   effect.
    @discardableResult
    package func batch(
        _ statements: [PostgresStatement],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> [PostgresRows] {
        if statements.isEmpty { return [] }
        return try await send(statements, kind: .ordinary, timeout: timeout)
    }

    func send(
        _ statements: [PostgresStatement],
        kind: PostgresRequest.Kind,
        timeout: Duration?
    ) async throws(PostgresError) -> [PostgresRows] {
        if kind == .ordinary, Task.isCancelled { throw .cancelled(statements.first?.label ?? "", isSent: false) }
        lastID += 1
        let id = lastID
        let timeout = timeout ?? options.requestTimeout
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submit(
                    PostgresRequest(
                        id: id,
                        statements: statements,
                        kind: kind,
                        timeout: timeout,
                        continuation: continuation
                    )
                )
            }
        } onCancel: {
            // Runs on the canceller's thread; posted work runs after the request above was submitted.
            if kind == .ordinary { reactor.execute { self.assumeIsolated { $0.stop(id, .cancelled) } } }
        }
        return try outcome.get()
    }

    // MARK: Notifications and closing

    /// Hands every notification to the handler, on the reactor.
    func startNotifying(_ handler: @escaping @Sendable (PostgresNotification) -> Void) {
        onNotification = handler
    }

    /// Calls the handler once when the connection ends, with the reason if it broke; at once if it has ended.
    func whenClosed(_ handler: @escaping @Sendable (PostgresError?) -> Void) {
        guard connection != nil else { return handler(loss) }
        onClose = handler
    }

    /// Says good-bye to the server; requests under way fail as cut off.
    package func close() {
        end(.closed("the connection to \"\(url)\""), isLost: false)
    }
}
