import EventLoop
import Postgres
import Redis
import Services
import ServicesPostgres
import ServicesRedis
import ServicesSQLite

/// Open connections to the stores, and the drivers over them.
struct StoreConnections: Sendable {
    let drivers: ServiceDrivers
    /// Where the data are, for people; without passwords.
    let names: [String]
    private let closers: [@Sendable () async -> Void]

    private init(drivers: ServiceDrivers, names: [String], closers: [@Sendable () async -> Void]) {
        self.drivers = drivers
        self.names = names
        self.closers = closers
    }

    /// Opens what the settings name; what was opened before a failure is closed again.
    static func open(_ places: StorePlaces) async throws -> StoreConnections {
        let base: StoreConnections
        switch places.database.kind {
        case .sqlite(let path): base = try await sqlite(path, places)
        case .postgres, .redis:
            throw CommandFailure.usage(
                "The database '\(places.database)' is none that this version can use.",
                hint: "Leave 'stores.database' out, or name an SQLite file: sqlite:///path/to/file"
            )
        }
        guard let redis = places.redis else { return base }
        do {
            return try await base.adding(redis)
        } catch {
            await base.close()
            throw error
        }
    }

    private func adding(_ url: StoreURL) async throws -> StoreConnections {
        let address = try RedisURL(url.locator)
        let reactor = try Reactor()
        let helpers = HelperThreads()
        let store = RedisStore(url: address, reactor: reactor, resolver: HostResolver(threads: helpers))
        var drivers = drivers
        drivers.cache = RedisCacheDriver(store: store)
        drivers.rateLimiter = RedisRateLimiterDriver(store: store)
        drivers.pubSub = RedisPubSubDriver(store: store)
        let closer: @Sendable () async -> Void = {
            await store.close()
            await reactor.shutdown()
        }
        return StoreConnections(drivers: drivers, names: names + [url.description], closers: closers + [closer])
    }

    /// Closes everything, the last opened first.
    func close() async {
        for closer in closers.reversed() { await closer() }
    }

    private static func sqlite(_ path: String, _ places: StorePlaces) async throws -> StoreConnections {
        var options = SQLiteStore.Options()
        options.durability = places.isDurabilityFull ? .full : .normal
        let store = try await SQLiteStore.open(path: path, options: options)
        return StoreConnections(
            drivers: .sqlite(store),
            names: [path],
            // What is committed is safe whether or not the file could be closed in order.
            closers: [{ try? await store.close() }]
        )
    }
}
