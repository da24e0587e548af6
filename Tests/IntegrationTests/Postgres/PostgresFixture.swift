import EventLoop
import Locking
import Postgres
import Services
import ServicesPostgres
import TestSupport

/// A database of one test with all tables, opened as often as the test likes.
final class PostgresFixture: Sendable {
    /// What all fixtures of this process share.
    private struct Shared {
        var reactor: Reactor
        var helpers = HelperThreads()
        /// Makes the database that the others are copies of.
        var template: Task<String, any Error>
    }

    private static let shared = Lock<Shared?>(nil)
    /// Each test opens many connections, and the server has only so many.
    private static let places = Places(6)

    let url: String
    private let reactor: Reactor
    private let helpers: HelperThreads
    private let stores = Lock<[PostgresStore]>([])

    private init(url: String, _ shared: Shared) {
        self.url = url
        reactor = shared.reactor
        helpers = shared.helpers
    }

    /// Runs the body with a fresh database; closes all stores and drops the database afterwards.
    static func run<Result>(
        migrated isMigrated: Bool = true,
        _ body: (PostgresFixture) async throws -> Result
    ) async throws -> Result {
        let shared = try makeShared()
        await places.take()
        defer { places.give() }
        let server = try await PostgresServer.shared()
        let template = isMigrated ? try await shared.template.value : "template1"
        let fixture = PostgresFixture(url: try await server.makeDatabase(copying: template), shared)
        do {
            let result = try await body(fixture)
            await fixture.close()
            return result
        } catch {
            await fixture.close()
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
            let reactor = try Reactor()
            let helpers = HelperThreads()
            // Not cancelled with the test that happens to be first: others wait for it too.
            let template = Task {
                let server = try await PostgresServer.shared()
                let url = try PostgresURL(try await server.makeDatabase())
                let store = PostgresStore(url: url, reactor: reactor, helpers: helpers)
                _ = try await PostgresSchemaDriver(store: store).migrate()
                await store.shutdown()
                return url.database ?? ""
            }
            let new = Shared(reactor: reactor, helpers: helpers, template: template)
            shared = new
            return new
        }
    }
}

/// A number of places that tasks take in turn.
final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Lock<State>

    init(_ count: Int) {
        state = Lock(State(free: count))
    }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
