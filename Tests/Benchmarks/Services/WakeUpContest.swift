import EventLoop
import Foundation
import Glibc
import Locking
import Postgres
import Services
import ServicesPostgres

/// J6: how long an idle worker takes to begin a job that another process stored, and what it asks the server meanwhile.
struct WakeUpContest {
    let place: PostgresPlace
    let scale: Double

    func rows(rounds: Int) async throws -> [ServiceRow] {
        let count = max(10, Int(200 * scale))
        var (own, others): ([[Double]], [[Double]]) = ([], [])
        for _ in 0..<rounds {
            own.append(try await wakeUps(count))
            let words = [place.url(.durable), "wake", "\(max(10, count / 2))"]
            others.append((try await place.peers.run("queue_pgqueuer", words).times ?? []).map { $0 * 1_000 })
        }
        let idle = try await idleQueries(for: .seconds(scale >= 1 ? 30 : 2))
        let title = "enqueue in one process to start in another"
        return [
            Gauge(
                number: "J6",
                title: title,
                how: "median, listening worker",
                bound: .atMost(2),
                format: ServiceRow.milliseconds
            ).row(own.map { Self.quantile(0.5, $0) }),
            Gauge(
                number: "",
                title: "",
                how: "99 of 100, listening worker",
                bound: .atMost(20),
                format: ServiceRow.milliseconds
            ).row(own.map { Self.quantile(0.99, $0) }),
            Gauge(number: "", title: "", how: "median, pgqueuer", format: ServiceRow.milliseconds)
                .row(others.map { Self.quantile(0.5, $0) }),
            Gauge(number: "", title: "", how: "99 of 100, pgqueuer", format: ServiceRow.milliseconds)
                .row(others.map { Self.quantile(0.99, $0) }),
            Gauge(number: "", title: "transactions in 5 s of an idle worker", how: "all of them", bound: .atMost(1)) {
                String(format: "%.1f", $0)
            }.row([idle]),
        ]
    }

    static func quantile(_ share: Double, _ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    private func wakeUps(_ count: Int) async throws -> [Double] {
        try await place.sql("TRUNCATE work_queue, work_unique, queue_workers", in: .durable)
        return try await place.withStore(.durable) { store in
            try await place.withStore(.durable) { other in
                let arrivals = Lock<[Int: ContinuousClock.Instant]>([:])
                let note: QueueWorker.Handler = { delivery in
                    let now = ContinuousClock.now
                    let number = Int(String(decoding: delivery.payload, as: UTF8.self)) ?? -1
                    arrivals.withLock { $0[number] = now }
                    return .completed
                }
                return try await Self.withWorker(store, handler: note) {
                    try await Task.sleep(for: .seconds(1))
                    let queue = WorkQueue(driver: PostgresWorkQueueDriver(store: other))
                    var times: [Double] = []
                    for number in 0..<count {
                        try await Task.sleep(for: .milliseconds(.random(in: 20...60)))
                        let start = ContinuousClock.now
                        _ = try await queue.enqueue(
                            NewJob(queue: "bench", kind: "noop", payload: Array("\(number)".utf8))
                        )
                        while arrivals.withLock({ $0[number] }) == nil, .now - start < .seconds(10) {
                            try await Task.sleep(for: .milliseconds(1))
                        }
                        let end = arrivals.withLock { $0[number] } ?? start + .seconds(10)
                        times.append((end - start) / .milliseconds(1))
                    }
                    return times
                }
            }
        }
    }

    /// What the server counts in five seconds while a worker has nothing to do.
    private func idleQueries(for time: Duration) async throws -> Double {
        try await place.sql("TRUNCATE work_queue, work_unique, queue_workers", in: .durable)
        let count = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'bench_on'"
        return try await place.withStore(.durable) { store in
            try await Self.withWorker(store, handler: { _ in .completed }) {
                // Until polling has reached its longest interval.
                try await Task.sleep(for: time / 2)
                let before = Double(try await place.sql(count, in: nil)) ?? 0
                try await Task.sleep(for: time)
                let after = Double(try await place.sql(count, in: nil)) ?? 0
                return (after - before) / (time / .seconds(5))
            }
        }
    }

    private static func withWorker<Result: Sendable>(
        _ store: PostgresStore,
        handler: @escaping QueueWorker.Handler,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let worker = QueueWorker(
            driver: PostgresWorkQueueDriver(store: store),
            queues: ["bench"],
            instance: .make(host: "bench", processID: getpid()),
            handler: handler
        )
        // Ended by the two lines below, whatever the body does.
        let task = Task { await worker.run() }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        worker.stop()
        await task.value
        return try result.get()
    }
}
