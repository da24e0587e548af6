import EventLoop
import Locking
import Postgres
import Redis
import Services
import ServicesPostgres
import ServicesRedis
import ServicesSQLite

/// Open connections to the stores, and the drivers over them.
struct StoreConnections: Sendable {
    private(set) var drivers: ServiceDrivers
    /// Where the data are, for people; without passwords.
    private(set) var names: [String]
    private var closers: [@Sendable () async -> Void] = []

    private init(drivers: ServiceDrivers, names: [String]) {
        self.drivers = drivers
        self.names = names
    }

    /// Opens what the settings name; what was opened before a failure is closed again.
    static func open(_ places: StorePlaces) async throws -> StoreConnections {
        let servers = ServerThreads()
        var connections: StoreConnections
        switch places.database.kind {
        case .sqlite(let path): connections = try await sqlite(path, places)
        case .postgres, .redis: connections = try postgres(places, servers)
        }
        do {
            if let redis = places.redis { try connections.add(redis, servers) }
        } catch {
            await connections.close()
            throw error
        }
        // The servers' thread ends after everything that runs on it.
        connections.closers.insert({ await servers.close() }, at: 0)
        return connections
    }

    /// Closes everything, the last opened first.
    func close() async {
        for closer in closers.reversed() { await closer() }
    }

    /// Gives an empty database its tables; refuses one whose tables are of another version of this program.
    ///
    /// Tables that are there are left to 'db migrate': programs of other versions may be at work on them.
    func prepare(_ need: TableNeed) async throws {
        guard need != .nothing, let schema = drivers.schema else { return }
        let found = need == .tables ? try await schema.status() : try? await schema.status()
        // Away, and the command does without.
        guard let status = found else { return }
        if status.isCurrent { return }
        guard status.pending.count < status.migrations.count || !status.unknown.isEmpty else {
            _ = try await schema.migrate()
            return
        }
        throw ServicesError.otherSchema(status)
    }

    private static func sqlite(_ path: String, _ places: StorePlaces) async throws -> StoreConnections {
        var options = SQLiteStore.Options()
        options.durability = places.isDurabilityFull ? .full : .normal
        let store = try await SQLiteStore.open(path: path, options: options)
        var connections = StoreConnections(drivers: .sqlite(store), names: [path])
        // What is committed is safe whether or not the file could be closed in order.
        connections.closers.append({ try? await store.close() })
        return connections
    }

    private static func postgres(_ places: StorePlaces, _ servers: ServerThreads) throws -> StoreConnections {
        var options = PostgresStore.Options()
        options.pool.minimum = places.poolSize.lowerBound
        options.pool.maximum = places.poolSize.upperBound
        let store = PostgresStore(
            url: try PostgresURL(places.database.locator),
            reactor: try servers.reactor(),
            helpers: servers.helpers,
            options: options
        )
        var connections = StoreConnections(drivers: .postgres(store), names: [places.database.description])
        connections.closers.append({ await store.shutdown() })
        return connections
    }

    private mutating func add(_ url: StoreURL, _ servers: ServerThreads) throws {
        let store = RedisStore(
            url: try RedisURL(url.locator),
            reactor: try servers.reactor(),
            resolver: HostResolver(threads: servers.helpers)
        )
        drivers.cache = RedisCacheDriver(store: store)
        drivers.rateLimiter = RedisRateLimiterDriver(store: store)
        drivers.pubSub = RedisPubSubDriver(store: store)
        names.append(url.description)
        closers.append({ await store.close() })
    }
}

/// What a command needs of the database before it begins.
enum TableNeed: Sendable {
    /// It looks at the tables itself.
    case nothing
    /// The tables, unless the database is away.
    case tablesWhereReachable
    case tables
}

/// The threads that talk to servers, started when the first server needs them.
private final class ServerThreads: Sendable {
    let helpers = HelperThreads()
    private let started = Lock<Reactor?>(nil)

    /// The one reactor of all servers.
    func reactor() throws(EventLoopError) -> Reactor {
        try started.withLock { started throws(EventLoopError) in
            if let reactor = started { return reactor }
            let reactor = try Reactor()
            started = reactor
            return reactor
        }
    }

    func close() async {
        if let reactor = started.withLock({ $0 }) { await reactor.shutdown() }
    }
}
