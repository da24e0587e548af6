import Locking
import Services
import ServicesSQLite
import TestSupport
import Testing

/// A store file of one test, opened as often as the test likes, with a clock that the test moves.
final class SQLiteFixture: Sendable {
    let path: String
    let clock = ManualStoreClock()
    private let stores = Lock<[SQLiteStore]>([])

    init(folder: TemporaryFolder) {
        path = folder.appending("state/state.sqlite")
    }

    /// Options with the fixture's clock.
    func options(_ change: (inout SQLiteStore.Options) -> Void = { _ in }) -> SQLiteStore.Options {
        var options = SQLiteStore.Options()
        options.clock = clock.clock
        // Other tests and programs may keep the machine and its disk busy for long.
        options.timeout = .seconds(120)
        change(&options)
        return options
    }

    /// Opens the file once more, as another process would.
    func open(_ change: (inout SQLiteStore.Options) -> Void = { _ in }) async throws -> SQLiteStore {
        let store = try await SQLiteStore.open(path: path, options: options(change))
        stores.withLock { $0.append(store) }
        return store
    }

    func closeAll() async throws {
        for store in stores.withLock({ $0 }) { try await store.close() }
    }

    /// The file as a contract's checks want it.
    func underTest<Driver>(_ make: @escaping @Sendable (SQLiteStore) -> Driver) -> StoreUnderTest<Driver> {
        StoreUnderTest(
            open: { [self] in make(try await open()) },
            advance: { [clock] in clock.advance(by: $0) }
        )
    }
}

/// Runs the body with a fresh store file; closes all stores and removes the file afterwards.
func withSQLite<Result>(_ body: (SQLiteFixture) async throws -> Result) async throws -> Result {
    try await withTemporaryFolder { folder in
        let fixture = SQLiteFixture(folder: folder)
        let result = try await body(fixture)
        try await fixture.closeAll()
        return result
    }
}
