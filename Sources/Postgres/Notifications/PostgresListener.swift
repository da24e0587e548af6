package import EventLoop
import Locking

/// One connection that listens for notifications and hands them to any number of readers.
///
/// Connects with the first reader. When the connection breaks it connects again for as long as there are readers, with
/// growing, random pauses, and then tells each of them that notifications may be missing. ``close()`` ends all readers.
package actor PostgresListener {
    package struct Options: Sendable {
        /// How many unread notifications one reader keeps.
        ///
        /// Default 1,024.
        package var bufferLimit = 1_024
        /// How many readers there may be.
        ///
        /// Default 10,000.
        package var readerLimit = 10_000
        /// Waiting times after failures to connect.
        ///
        /// Default: 20 milliseconds doubled up to 5 seconds, with full jitter.
        package var reconnect = Backoff(base: .milliseconds(20), limit: .seconds(5))
        /// How often a quiet connection is asked whether it still answers.
        ///
        /// Default 30 seconds.
        package var checkInterval: Duration = .seconds(30)
        package var connection = PostgresConnection.Options()

        package init() {}
    }

    /// Weak, so that a reader that was dropped without a word ends its listening.
    private struct Reader {
        weak var notifications: PostgresNotifications?
    }

    package let url: PostgresURL
    package nonisolated let reactor: Reactor
    private let helpers: HelperThreads
    private let options: Options
    private var readers: [String: [UInt64: Reader]] = [:]
    private var readerCount = 0
    private var lastID: UInt64 = 0
    private var connection: PostgresConnection?
    private var connecting: Task<PostgresConnection, any Error>?
    private var reconnecting: Task<Void, Never>?
    private var isClosed = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    package init(url: PostgresURL, reactor: Reactor, helpers: HelperThreads, options: Options = Options()) {
        self.url = url
        self.reactor = reactor
        self.helpers = helpers
        self.options = options
    }

    /// The server's process of the listening connection; 0 while there is none.
    package var serverProcess: Int32 {
        get async { await connection?.serverProcess ?? 0 }
    }

    /// Channels that have a reader, sorted.
    package var channels: [String] { readers.keys.sorted() }

    /// Listens to a channel; returns when the server has confirmed it.
    ///
    /// - Parameters:
    ///   - channel: 1 to 63 bytes without NUL; case and punctuation count.
    ///   - bufferLimit: how many unread notifications are kept; nil takes the one of the options.
    /// - Returns: what is sent from now on.
    /// - Throws: `PostgresError` with code `invalid_request` for an unusable name, `overloaded` for too many readers,
    ///   `closed`, or why there is no connection.
    package func listen(
        to channel: String,
        bufferLimit: Int? = nil
    ) async throws(PostgresError) -> PostgresNotifications {
        try Self.check(channel: channel)
        guard !isClosed else { throw .closed("the listener of \"\(url)\"") }
        guard readerCount < options.readerLimit else { throw .overloaded(waiting: readerCount) }
        lastID += 1
        let id = lastID
        let notifications = PostgresNotifications(channel: channel, limit: bufferLimit ?? options.bufferLimit) {
            [weak self, reactor] in
            guard let self else { return }
            reactor.execute { self.assumeIsolated { $0.remove(id, from: channel) } }
        }
        // Entered first: then a reconnection meanwhile listens to the channel too.
        readers[channel, default: [:]][id] = Reader(notifications: notifications)
        readerCount += 1
        do {
            let connection = try await ready()
            try await connection.query(Self.statement("LISTEN", channel))
            return notifications
        } catch {
            notifications.end()
            throw error as? PostgresError ?? .connectionFailed("\(url)", why: "\(error)")
        }
    }

    /// Ends all readers and the connection.
    package func close() async {
        isClosed = true
        reconnecting?.cancel()
        connecting?.cancel()
        for reader in readers.values.flatMap(\.values) { reader.notifications?.end() }
        readers = [:]
        readerCount = 0
        let last = connection
        connection = nil
        await last?.close()
    }

    /// Whether a channel can be listened to and notified.
    ///
    /// - Throws: `PostgresError` with code `invalid_request`.
    package static func check(channel: String) throws(PostgresError) {
        let size = channel.utf8.count
        guard size > 0, size <= 63, !channel.utf8.contains(0) else {
            throw .invalidRequest(
                "a channel name of \(size) bytes is not possible",
                hint: "use 1 to 63 bytes without NUL"
            )
        }
    }

    /// Names cannot be bound, so the channel is quoted; utility statements are not worth keeping.
    private static func statement(_ verb: String, _ channel: String) -> PostgresStatement {
        PostgresStatement("\(verb) \"\(channel.replacing("\"", with: "\"\""))\"", isKept: false)
    }

    // MARK: Connecting

    /// The open connection; callers that come while it is being opened share one attempt.
    private func ready() async throws -> PostgresConnection {
        if let connection, connection.isOpen { return connection }
        if let connecting { return try await connecting.value }
        // Its owner is the listener, which cancels it in `close()`; bounded by the connect time-out.
        let task = Task { try await connect() }
        connecting = task
        defer { connecting = nil }
        return try await task.value
    }

    private func connect() async throws -> PostgresConnection {
        let new = try await PostgresConnection.connect(
            to: url,
            on: reactor,
            helpers: helpers,
            options: options.connection
        )
        guard !isClosed else {
            await new.close()
            throw PostgresError.closed("the listener of \"\(url)\"")
        }
        await new.startNotifying { [weak self] notification in
            self?.assumeIsolated { $0.deliver(notification) }
        }
        let channels = readers.keys.sorted()
        do {
            try await new.batch(channels.map { Self.statement("LISTEN", $0) })
        } catch {
            await new.close()
            throw error
        }
        connection = new
        await new.whenClosed { [weak self] _ in self?.assumeIsolated { $0.connectionEnded() } }
        checkLater(new)
        return new
    }

    private func connectionEnded() {
        connection = nil
        guard !isClosed, !readers.isEmpty, reconnecting == nil else { return }
        // Its owner is the listener, which cancels it in `close()`; it ends when connected or when nobody reads.
        reconnecting = Task { await reconnect() }
    }

    private func reconnect() async {
        defer { reconnecting = nil }
        var failures = 0
        while !isClosed, !readers.isEmpty, !Task.isCancelled {
            do {
                _ = try await ready()
                options.connection.onEvent(.listenerResumed)
                for reader in readers.values.flatMap(\.values) { reader.notifications?.resume() }
                return
            } catch {
                failures += 1
                let pause = options.reconnect.delay(afterFailures: failures)
                if let error = error as? PostgresError {
                    options.connection.onEvent(.connectFailed(error, retryAfter: pause))
                }
                // Cancelled only by `close()`, which the loop's condition sees.
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func checkLater(_ checked: PostgresConnection) {
        reactor.scheduleInBackground(after: options.checkInterval) { [weak self, weak checked] in
            guard let self, let checked, checked.isOpen else { return }
            // Its owner is the listener: the request is bounded by its time-out and ends with the connection.
            Task {
                do {
                    try await checked.query(PostgresStatement("SELECT 1"))
                    await self.checkLater(checked)
                } catch {
                    // No answer: what still counts as open is of no use, and closing it brings a new one.
                    await checked.close()
                }
            }
        }
    }

    // MARK: Readers

    private func deliver(_ notification: PostgresNotification) {
        guard let interested = readers[notification.channel] else { return }
        for reader in interested.values { reader.notifications?.deliver(notification) }
    }

    private func remove(_ id: UInt64, from channel: String) {
        guard readers[channel]?.removeValue(forKey: id) != nil else { return }
        readerCount -= 1
        guard readers[channel]?.isEmpty == true else { return }
        readers[channel] = nil
        guard let connection, connection.isOpen else { return }
        // Its owner is the connection, which bounds the request; the answer changes nothing.
        Task {
            // A new reader may have come meanwhile, and its LISTEN gone out before this.
            guard readers[channel] == nil else { return }
            _ = try? await connection.query(Self.statement("UNLISTEN", channel))
            if readers[channel] != nil { _ = try? await connection.query(Self.statement("LISTEN", channel)) }
        }
    }
}
