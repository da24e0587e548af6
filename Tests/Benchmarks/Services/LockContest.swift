import Foundation
import Services
import ServicesPostgres
import ServicesRedis
import ServicesSQLite

/// L1, L2: a lock taken with a fencing token and given back again, on every store.
struct LockContest {
    let workplace: Workplace
    let postgres: PostgresPlace
    let redis: RedisPlace
    let scale: Double

    func redisContests() -> [RateContest] {
        [
            RateContest(
                number: "L1",
                title: "Redis, lock taken and given back, in turn",
                contenders: [
                    .init(name: "lock driver, 1 caller") { try await onRedis(scaled(20_000), callers: 1) },
                    .init(name: "redis-benchmark, INCR, 1 client") {
                        try await redis.redisBenchmark("INCR counter", count: scaled(60_000), clients: 1, depth: 1)
                    },
                    .init(name: "redis-py lock") {
                        let words = [redis.socket, "\(scaled(10_000))"]
                        return try await redis.peers.measure("redis_lock", words, meter: redis.meter)
                    },
                ],
                targets: ["redis-benchmark, INCR, 1 client": 0.35, "redis-py lock": 3]
            ),
            RateContest(
                number: "L1",
                title: "Redis, lock taken and given back",
                contenders: [
                    .init(name: "lock driver, 64 callers") { try await onRedis(scaled(200_000), callers: 64) },
                    .init(name: "redis-benchmark, INCR, -c 50 -P 16") {
                        let count = scaled(2_000_000)
                        return try await redis.redisBenchmark("INCR counter", count: count, clients: 50, depth: 16)
                    },
                ],
                targets: ["redis-benchmark, INCR, -c 50 -P 16": 0.10]
            ),
        ]
    }

    func postgresContest(_ database: PostgresPlace.Database) -> RateContest {
        RateContest(
            number: "L2",
            title: "Postgres, synchronous_commit \(database == .durable ? "on" : "off")",
            contenders: [
                .init(name: "lock driver, 8 callers") { try await onPostgres(scaled(16_000), database) },
                .init(name: "pgbench, take and give back") {
                    try await postgres.sql("TRUNCATE raw_lock; CHECKPOINT", in: database)
                    let count = scaled(16_000) / 8
                    return try await postgres.pgbench("lock", clients: 8, transactions: count, in: database)
                },
            ],
            targets: ["pgbench, take and give back": 0.7]
        )
    }

    func sqliteRows(rounds: Int) async throws -> [ServiceRow] {
        var rates: [Double] = []
        for _ in 0..<rounds {
            try await workplace.settle()
            rates.append(try await onSQLite(scaled(20_000)).rate)
        }
        let gauge = Gauge(
            number: "L2",
            title: "SQLite, synchronous NORMAL",
            how: "lock driver, 8 callers",
            bound: .atLeast(10_000),
            format: ServiceRow.rate
        )
        return [gauge.row(rates)]
    }

    // MARK: Switchyard

    private func onRedis(_ pairs: Int, callers: Int) async throws -> Effort {
        try await redis.withStore { store in
            try await take(RedisLockDriver(store: store), pairs, callers: callers, redis.meter)
        }
    }

    private func onPostgres(_ pairs: Int, _ database: PostgresPlace.Database) async throws -> Effort {
        try await postgres.sql("TRUNCATE distributed_locks; CHECKPOINT", in: database)
        return try await postgres.withStore(database) { store in
            try await take(PostgresLockDriver(store: store), pairs, callers: 8, postgres.meter)
        }
    }

    private func onSQLite(_ pairs: Int) async throws -> Effort {
        let path = workplace.appending("locks-\(UUID().uuidString).sqlite")
        let store = try await SQLiteStore.open(path: path)
        let effort = try await take(SQLiteLockDriver(store: store), pairs, callers: 8, ProcessorMeter(server: nil))
        try await store.close()
        return effort
    }

    /// Every caller goes round its own hundred names.
    private func take(
        _ driver: any LockDriver,
        _ pairs: Int,
        callers: Int,
        _ meter: ProcessorMeter
    ) async throws -> Effort {
        try await meter.measure(pairs / callers * callers) {
            try await inParallel(callers) { caller in
                for number in 0..<(pairs / callers) {
                    let request = LeaseRequest(
                        names: ["bench\(caller * 100 + number % 100)"],
                        holder: "bench\(caller)",
                        timeToLive: .seconds(30),
                        requestID: "\(number)"
                    )
                    guard case .granted(let leases) = try await driver.acquire(request) else {
                        throw BenchmarkFailure("A lock that nobody else wants is held.")
                    }
                    _ = try await driver.release(leases)
                }
            }
        }
    }

    /// A quarter of it, and a tenth and a hundredth of that, are whole numbers.
    private func scaled(_ number: Int) -> Int { max(400, Int(Double(number) * scale) / 400 * 400) }
}
