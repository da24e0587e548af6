import Foundation
import Glibc

/// All that is measured of the services, part by part.
struct ServiceBenchmarks {
    /// Servers and programs that `scripts/bench` has started and installed.
    struct Surroundings {
        /// Where the PostgreSQL server's socket and data are.
        let postgres: String
        /// Where PostgreSQL's programs are.
        let postgresPrograms: String
        /// The Redis server's socket.
        let redis: String
        let redisProcess: pid_t
        /// An interpreter that has the packages that are compared.
        let python: String
        /// The folder of the scripts around them.
        let peers: String
    }

    static let parts = [
        "queue", "enqueue", "wakeup", "held", "embedded", "locks", "limiter", "cache", "pubsub", "idempotency", "calls",
    ]

    let workplace: Workplace
    let surroundings: Surroundings
    let parts: Set<String>
    let rounds: Int
    let isQuick: Bool
    /// Gets every line as it comes.
    let show: (String) -> Void

    private var scale: Double { isQuick ? 0.01 : 1 }

    /// Of servers and packages, for the page.
    func versions() async throws -> String {
        let packages = "pgqueuer procrastinate limits redis litequeue theine cachetools"
        return try await workplace.shell(
            """
            '\(surroundings.postgresPrograms)/postgres' --version | sed 's/ (PostgreSQL)//; s/postgres/PostgreSQL/'
            redis-server --version | sed 's/.*v=\\([^ ]*\\).*/Redis \\1/'
            '\(surroundings.python)' -c 'import sys
            from importlib.metadata import version
            print("Python " + sys.version.split()[0])
            for name in sys.argv[1:]: print(name, version(name))' \(packages)
            """,
            in: workplace.folder
        ).output.replacing("\n", with: ", ")
    }

    func run() async throws -> [ServiceRow] {
        let peers = PeerScripts(workplace: workplace, python: surroundings.python, folder: surroundings.peers)
        let postgres = try PostgresPlace(
            workplace: workplace,
            folder: surroundings.postgres,
            binaries: surroundings.postgresPrograms,
            peers: peers
        )
        let redis = RedisPlace(
            workplace: workplace,
            socket: surroundings.redis,
            process: surroundings.redisProcess,
            peers: peers
        )
        let onPostgres = ["queue", "enqueue", "wakeup", "held", "locks", "pubsub", "idempotency"]
        if !parts.isDisjoint(with: onPostgres) { try await postgres.prepare() }
        ServiceRow.head.forEach(show)
        var rows: [ServiceRow] = []
        func add(_ more: [ServiceRow]) {
            more.forEach { show($0.text) }
            rows += more
        }
        func add(_ contests: [RateContest]) async throws {
            for contest in contests { add(try await contest.run(rounds: rounds, settling: workplace)) }
        }
        for part in Self.parts where parts.contains(part) {
            switch part {
            case "queue":
                let queue = QueueContest(place: postgres, scale: scale)
                try await add([queue.working(.relaxed), queue.working(.durable)])
                add(rows.filter { $0.number == "J1" }.flatMap(\.costRows))
            case "enqueue":
                let queue = QueueContest(place: postgres, scale: scale)
                try await add([queue.enqueueing(), queue.enqueueingAlone(), queue.bulk()])
            case "wakeup":
                add(try await WakeUpContest(place: postgres, scale: scale).rows(rounds: rounds))
            case "held":
                add(try await HeldSnapshotContest(place: postgres, scale: scale).rows(rounds: rounds))
            case "embedded":
                try await add(EmbeddedQueueContest(workplace: workplace, peers: peers, scale: scale).contests())
            case "locks":
                let locks = LockContest(workplace: workplace, postgres: postgres, redis: redis, scale: scale)
                try await add(locks.redisContests() + [.relaxed, .durable].map(locks.postgresContest))
                add(try await locks.sqliteRows(rounds: rounds))
            case "limiter":
                let limiter = LimiterContest(redis: redis, scale: scale)
                try await add(try await limiter.contests())
                add(try await limiter.memoryRows(rounds: rounds))
            case "cache":
                let cache = CacheContest(redis: redis, scale: scale)
                add(try await cache.hitRows(rounds: rounds))
                add(try await cache.fleetRows(rounds: rounds))
            case "pubsub":
                let bus = PubSubContest(postgres: postgres, redis: redis, scale: scale)
                try await add([bus.publishing()])
                add(try await bus.deliveryRows(rounds: rounds))
            case "idempotency":
                try await add(IdempotencyContest(place: postgres, scale: scale).contests())
            default:
                add(try await CallContest(scale: scale).rows(rounds: rounds))
            }
        }
        return rows
    }
}
