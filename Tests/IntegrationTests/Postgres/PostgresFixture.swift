import EventLoop
import Locking
import Postgres
import Services
import ServicesPostgres
import TestSupport

/// A database of one test at a time with all tables, opened as often as the test likes.
///
/// Databases are used again with empty tables: making and removing hundreds of them would take longer than the tests.
final class PostgresFixture: Sendable {
    /// What all fixtures of this process share.
    private struct Shared {
        var reactor: Reactor
        var helpers = HelperThreads()
    }

    private static let shared = Lock<Shared?>(nil)
    /// Each test opens many connections, and the server has only so many.
    ///
    /// Holds the URLs of databases to use again.
    private static let places = Places(6)
    private static let emptying = """
        DO $$ BEGIN
            EXECUTE (
                SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY'
                FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
            );
            DELETE FROM schema_migrations WHERE number > 90;
        END $$
        """

    let url: String
    private let reactor: Reactor
    private let helpers: HelperThreads
    private let stores = Lock<[PostgresStore]>([])

    private init(url: String, _ shared: Shared) {
        self.url = url
        reactor = shared.reactor
        helpers = shared.helpers
    }

    /// Runs the body with a database of its own; closes all stores afterwards.
    static func run<Result>(
        migrated isMigrated: Bool = true,
        _ body: (PostgresFixture) async throws -> Result
    ) async throws -> Result {
        let shared = try makeShared()
        var url = await places.take()
        do {
            let result: Result
            if isMigrated {
                let fixture = try await makeMigrated(url, shared)
                url = fixture.url
                result = try await fixture.perform(body)
            } else {
                let fresh = try await PostgresServer.shared().makeDatabase()
                result = try await PostgresFixture(url: fresh, shared).perform(body)
            }
            places.give(url)
            return result
        } catch {
            places.give(url)
            throw error
        }
    }

    private static func makeMigrated(_ used: String?, _ shared: Shared) async throws -> PostgresFixture {
        let server = try await PostgresServer.shared()
        let url: String
        if let used { url = used } else { url = try await server.makeDatabase() }
        let fixture = PostgresFixture(url: url, shared)
        let store = try fixture.open()
        if used == nil {
            _ = try await PostgresSchemaDriver(store: store).migrate()
        } else {
            try await store.pool.batch([PostgresStatement(emptying, isKept: false)])
        }
        return fixture
    }

    private func perform<Result>(_ body: (PostgresFixture) async throws -> Result) async throws -> Result {
        do {
            let result = try await body(self)
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }

    /// Opens the database once more, as another process would.
    func open(_ change: (inout PostgresStore.Options) -> Void = { _ in }) throws -> PostgresStore {
        var options = PostgresStore.Options()
        options.pool.minimum = 0
        options.pool.maximum = 4
        options.pool.acquireTimeout = .seconds(60)
        change(&options)
        let store = PostgresStore(url: try PostgresURL(url), reactor: reactor, helpers: helpers, options: options)
        stores.withLock { $0.append(store) }
        return store
    }

    /// The database as a contract's checks want it.
    func underTest<Driver>(_ make: @escaping @Sendable (PostgresStore) -> Driver) -> StoreUnderTest<Driver> {
        StoreUnderTest(realMoment: .milliseconds(60)) { [self] in make(try open()) }
    }

    private func close() async {
        for store in stores.withLock({ $0 }) { await store.shutdown(within: .seconds(5)) }
    }

    private static func makeShared() throws -> Shared {
        try shared.withLock { shared in
            if let shared { return shared }
            let new = Shared(reactor: try Reactor())
            shared = new
            return new
        }
    }
}

/// A number of places that tasks take in turn, each with what its last user left there.
final class Places: Sendable {
    private struct State {
        var free: [String?]
        var waiting: [CheckedContinuation<String?, Never>] = []
    }

    private let state: Lock<State>

    init(_ count: Int) {
        state = Lock(State(free: Array(repeating: nil, count: count)))
    }

    func take() async -> String? {
        await withCheckedContinuation { continuation in
            let place = state.withLock { state -> String?? in
                if let place = state.free.popLast() { return .some(place) }
                state.waiting.append(continuation)
                return .none
            }
            if let place { continuation.resume(returning: place) }
        }
    }

    func give(_ content: String?) {
        let next = state.withLock { state -> CheckedContinuation<String?, Never>? in
            if state.waiting.isEmpty {
                state.free.append(content)
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: content)
    }
}
