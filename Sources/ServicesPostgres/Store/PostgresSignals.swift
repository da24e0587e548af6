import EventLoop
import Locking
import Postgres
import Services

/// Wake-ups between processes: hints that a lock became free or work came.
///
/// Never within the transaction they speak of, because a notification there makes all commits wait for each other;
/// names are gathered and sent together at most once per interval. What is lost is found by polling.
final class PostgresSignals: Sendable {
    static let channel = "switchyard_signals"

    private struct State {
        var waiting: Set<String> = []
        var isSending = false
        var listening: Task<PostgresNotifications, any Error>?
        var hasReader = false
    }

    private let pool: PostgresPool
    private let listener: PostgresListener
    private let options: PostgresStore.Options
    private let local = Signals()
    private let state = Lock(State())

    init(pool: PostgresPool, listener: PostgresListener, options: PostgresStore.Options) {
        self.pool = pool
        self.listener = listener
        self.options = options
    }

    /// Yields when one of the names was announced, by this process or another; ends when the caller lets go.
    func listen(to names: [String]) async throws(ServicesError) -> AsyncStream<Void> {
        let stream = local.listen(to: names)
        do {
            try await startListening()
        } catch {
            let place = pool.url.description
            throw (error as? PostgresError).map { .postgres($0, store: place, isRepeatable: true) }
                ?? .unavailable(place, why: "\(error)")
        }
        return stream
    }

    /// Tells listeners of all processes, soon.
    func announce(_ names: some Sequence<String>) {
        // Those in this process need not wait for the server.
        local.signal(names)
        let mustSend = state.withLock { state in
            for name in names where state.waiting.count < options.announcementLimit { state.waiting.insert(name) }
            guard !state.waiting.isEmpty, !state.isSending else { return false }
            state.isSending = true
            return true
        }
        guard mustSend else { return }
        // Its owner is this object: one at a time, ended when nothing waits, each request bounded by its time-out.
        Task { await send() }
    }

    private func send() async {
        while true {
            let names = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isSending = false }
                return state.waiting
            }
            if names.isEmpty { return }
            // Whoever is not told polls; an error here concerns nobody's request.
            _ = try? await pool.query(
                // Nothing is stored, so the commit need not wait for the disk.
                """
                SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, name)
                FROM unnest($2::text[]) AS name
                """,
                [.text(Self.channel), .texts(names.sorted().map(StoredText.encode))]
            )
            // Cancelled only with the process.
            try? await Task.sleep(for: options.announcementInterval)
        }
    }

    private func startListening() async throws {
        let task = state.withLock { state in
            if let listening = state.listening { return listening }
            let listener = listener
            // Its owner is this object, which shares it among all callers; bounded by the connect time-out.
            let task = Task { try await listener.listen(to: Self.channel) }
            state.listening = task
            return task
        }
        do {
            let notifications = try await task.value
            let isFirst = state.withLock { state in
                defer { state.hasReader = true }
                return !state.hasReader
            }
            // Its owner is the listener: the sequence ends when it is closed.
            if isFirst { Task { [weak self] in for await element in notifications { self?.hear(element) } } }
        } catch {
            state.withLock { $0.listening = nil }
            throw error
        }
    }

    private func hear(_ element: PostgresNotifications.Element) {
        switch element {
        case .notification(let notification): local.signal([StoredText.decode(notification.payload)])
        // Polling finds what was missed.
        case .gap: break
        }
    }
}
