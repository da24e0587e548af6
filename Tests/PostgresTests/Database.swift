import EventLoop
import Locking
import Postgres
import TestSupport

/// What a test needs to talk to the shared server: a reactor, helper threads and a database of its own.
struct Database: Sendable {
    private static let reactor = Lock<Reactor?>(nil)
    static let helpers = HelperThreads()

    let url: PostgresURL
    let reactor: Reactor
    let helpers = Database.helpers

    init(_ url: String) throws {
        self.url = try PostgresURL(url)
        reactor = try Self.sharedReactor()
    }

    static func sharedReactor() throws -> Reactor {
        try reactor.withLock { reactor in
            let current = try reactor ?? Reactor()
            reactor = current
            return current
        }
    }

    /// An empty database on the shared server.
    static func make() async throws -> Database {
        try Database(try await PostgresServer.shared().makeDatabase())
    }

    /// The maintenance database of the shared server, for tests that need no table.
    static func plain() async throws -> Database {
        try Database(try await PostgresServer.shared().url())
    }

    func connect(_ change: (inout PostgresConnection.Options) -> Void = { _ in }) async throws -> PostgresConnection {
        var options = PostgresConnection.Options()
        change(&options)
        return try await PostgresConnection.connect(to: url, on: reactor, helpers: helpers, options: options)
    }

    func pool(_ change: (inout PostgresPool.Options) -> Void = { _ in }) -> PostgresPool {
        var options = PostgresPool.Options()
        // A busy machine must not make tests fail that are about something else.
        options.acquireTimeout = .seconds(60)
        change(&options)
        return PostgresPool(url: url, reactor: reactor, helpers: helpers, options: options)
    }
}

/// Asks every few milliseconds until the condition holds; false when it does not within a minute.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let reactor = try Database.sharedReactor()
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        await withCheckedContinuation { continuation in
            reactor.execute { _ = reactor.schedule(after: .milliseconds(3)) { continuation.resume() } }
        }
    }
    return false
}
