import Foundation
import Locking
import Services
import ServicesPostgres
import ServicesRedis

/// P1: messages published, and how long they take to another instance.
struct PubSubContest {
    let postgres: PostgresPlace
    let redis: RedisPlace
    let scale: Double

    func publishing() -> RateContest {
        let count = max(10_000, Int(400_000 * scale))
        let server = "redis-benchmark, PUBLISH, -c 50 -P 16"
        return RateContest(
            number: "P1",
            title: "Redis, messages published, nobody listens",
            contenders: [
                .init(name: "8 callers, 100 messages at once") {
                    try await redis.withStore { store in
                        let bus = PubSub(driver: RedisPubSubDriver(store: store))
                        let message = PubSubMessage(topic: Topic("bench"), payload: Array("a message".utf8))
                        let messages = [PubSubMessage](repeating: message, count: 100)
                        return try await redis.meter.measure(count / 800 * 800) {
                            try await inParallel(8) { _ in
                                for _ in 0..<(count / 800) { try await bus.publish(messages) }
                            }
                        }
                    }
                },
                .init(name: server) {
                    try await redis.redisBenchmark("PUBLISH bench message", count: count * 2, clients: 50, depth: 16)
                },
            ],
            targets: [server: 0.6]
        )
    }

    func deliveryRows(rounds: Int) async throws -> [ServiceRow] {
        let count = max(20, Int(500 * scale))
        var (overRedis, overPostgres): ([[Double]], [[Double]]) = ([], [])
        for _ in 0..<rounds {
            overRedis.append(
                try await redis.withStore { from in
                    try await redis.withStore { to in
                        try await deliver(count, RedisPubSubDriver(store: from), RedisPubSubDriver(store: to))
                    }
                }
            )
            overPostgres.append(
                try await postgres.withStore(.durable) { from in
                    try await postgres.withStore(.durable) { to in
                        try await deliver(count, PostgresPubSubDriver(store: from), PostgresPubSubDriver(store: to))
                    }
                }
            )
        }
        return [
            row("P1", "delivery to another instance", "Redis, median", 0.5, overRedis, most: 0.4),
            row("", "", "Redis, 99 of 100", 0.99, overRedis, most: nil),
            row("", "", "Postgres, median", 0.5, overPostgres, most: 0.5),
            row("", "", "Postgres, 99 of 100", 0.99, overPostgres, most: nil),
        ]
    }

    private func row(
        _ number: String,
        _ title: String,
        _ how: String,
        _ share: Double,
        _ times: [[Double]],
        most: Double?
    ) -> ServiceRow {
        Gauge(
            number: number,
            title: title,
            how: how,
            bound: most.map { .atMost($0) },
            format: ServiceRow.milliseconds
        ).row(times.map { WakeUpContest.quantile(share, $0) })
    }

    /// Milliseconds from the call that publishes to the reader's loop, one message at a time.
    private func deliver(
        _ count: Int,
        _ from: any PubSubDriver,
        _ to: any PubSubDriver
    ) async throws -> [Double] {
        let publisher = PubSub(driver: from)
        let events = try await PubSub(driver: to).subscribe(to: .exact(Topic("bench")))
        let arrivals = Lock<[ContinuousClock.Instant]>([])
        // Ends with the subscription, below.
        let reader = Task {
            for await event in events {
                if case .message = event { arrivals.withLock { $0.append(.now) } }
            }
        }
        var times: [Double] = []
        for number in 1...count {
            try await Task.sleep(for: .milliseconds(3))
            let start = ContinuousClock.now
            try await publisher.publish(Topic("bench"), Array("message \(number)".utf8))
            while arrivals.withLock({ $0.count }) < number {
                guard .now - start < .seconds(5) else { throw BenchmarkFailure("A message did not arrive.") }
                try await Task.sleep(for: .microseconds(500))
            }
            times.append((arrivals.withLock { $0[number - 1] } - start) / .milliseconds(1))
        }
        events.end()
        await reader.value
        return times
    }
}
