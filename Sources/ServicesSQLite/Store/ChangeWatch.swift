import Dispatch
import GRDB
import Locking
import Services

/// Notices what other connections commit, those of other processes above all, and lets listeners look.
///
/// SQLite tells nobody of a change; `PRAGMA data_version` costs microseconds to ask. It is asked only while somebody
/// listens, at intervals between the two bounds in the options.
final class ChangeWatch: Sendable {
    /// Looks at the store on a snapshot; runs on the watch's queue.
    typealias Check = @Sendable (SQLiteTransaction) throws(ServicesError) -> Void

    private struct State {
        var nextID = 0
        var checks: [Int: Check] = [:]
        var isRunning = false
        var isClosed = false
    }

    /// What only the watch's queue touches.
    private struct Place {
        var connection: SQLiteConnection?
        var version: Int64?
        var interval: Duration
    }

    private static let dataVersion = SQL("PRAGMA data_version")
    private static let begin = SQL("BEGIN")
    private static let end = SQL("COMMIT")

    private let path: String
    private let options: SQLiteStore.Options
    private let queue = DispatchQueue(label: "switchyard.sqlite.watch")
    private let state = Lock(State())
    private let place: Lock<Place>

    init(path: String, options: SQLiteStore.Options) {
        self.path = path
        self.options = options
        place = Lock(Place(interval: options.pollFloor))
    }

    /// Calls the check soon, and after every change, until it is removed.
    ///
    /// - Returns: what to remove it by.
    func add(_ check: @escaping Check) -> Int {
        let (id, isFirst) = state.withLock { state in
            state.nextID += 1
            state.checks[state.nextID] = check
            defer { state.isRunning = true }
            return (state.nextID, !state.isRunning && !state.isClosed)
        }
        if isFirst { queue.async { [self] in tick(isFirst: true) } }
        return id
    }

    func remove(_ id: Int) {
        state.withLock { _ = $0.checks.removeValue(forKey: id) }
    }

    func close() async {
        state.withLock {
            $0.isClosed = true
            $0.checks = [:]
        }
        await withCheckedContinuation { (caller: CheckedContinuation<Void, Never>) in
            queue.async { [self] in
                let connection = place.withLock { place -> SQLiteConnection? in
                    defer { place.connection = nil }
                    return place.connection
                }
                if let connection {
                    connection.queue.inDatabase { _ in connection.finalizeStatements() }
                    // The connection only reads: SQLite loses nothing when it is not closed cleanly.
                    try? connection.queue.close()
                }
                caller.resume()
            }
        }
    }

    // MARK: - On the watch's queue

    private func tick(isFirst: Bool) {
        let checks = state.withLock { state -> [Check] in
            if state.checks.isEmpty || state.isClosed { state.isRunning = false }
            return state.isRunning ? Array(state.checks.values) : []
        }
        guard !checks.isEmpty else { return }
        // A store that cannot be read now may be later: who listens looks by itself as well.
        let hasChanged = (try? look(checks, isFirst: isFirst)) ?? false
        let interval = place.withLock { place in
            place.interval = hasChanged ? options.pollFloor : min(place.interval * 2, options.pollCeiling)
            return place.interval
        }
        queue.asyncAfter(deadline: .now() + .microseconds(Int(interval.wholeMicroseconds))) { [weak self] in
            self?.tick(isFirst: false)
        }
    }

    private func look(_ checks: [Check], isFirst: Bool) throws(ServicesError) -> Bool {
        let connection = try connect()
        return try connection.onQueue { () throws(ServicesError) in
            let version = try connection.first(Self.dataVersion) { $0.integer(0) }
            let isSame = place.withLock { place in
                defer { place.version = version }
                return place.version == version
            }
            guard !isSame || isFirst else { return false }
            try connection.run(Self.begin)
            // A read transaction: nothing to lose when its end fails.
            defer { _ = try? connection.run(Self.end) }
            let transaction = SQLiteTransaction(connection: connection, clock: options.clock)
            for check in checks { try check(transaction) }
            return true
        }
    }

    private func connect() throws(ServicesError) -> SQLiteConnection {
        if let connection = place.withLock({ $0.connection }) { return connection }
        let (connection, _) = try SQLiteStore.connect(path, .reader, options)
        place.withLock { $0.connection = connection }
        return connection
    }
}
