import Foundation
import Glibc
import Locking
import Services
import ServicesPostgres

/// Jobs on Postgres that do nothing: worked by one worker with its default settings, stored one by one, stored in bulk.
struct QueueContest {
    let place: PostgresPlace
    /// How much is done in a round, 1 for the page.
    let scale: Double

    private var peers: PeerScripts { place.peers }

    /// J1 to J3: worked off, with commits that wait for the disk or do not.
    func working(_ database: PostgresPlace.Database) -> RateContest {
        let jobs = scaled(120_000)
        let setting = database == .durable ? "on" : "off"
        return RateContest(
            number: "J1",
            title: "jobs worked, synchronous_commit \(setting)",
            contenders: [
                .init(name: "queue worker, default settings") { try await work(jobs, in: database) },
                .init(name: "pgbench, claim and complete 100") { try await raw(jobs, each: 100, in: database) },
                .init(name: "pgqueuer, 2 workers, batch 100") {
                    try await pgqueuer(scaled(40_000), batch: 100, workers: 2, in: database)
                },
                .init(name: "pgqueuer, 5 workers, batch 10") {
                    try await pgqueuer(scaled(20_000), batch: 10, workers: 5, in: database)
                },
                .init(name: "procrastinate, concurrency 20") { try await procrastinate(scaled(2_000), in: database) },
            ],
            targets: [
                "pgbench, claim and complete 100": 0.65, "pgqueuer, 2 workers, batch 100": 2.2,
                "pgqueuer, 5 workers, batch 10": 5, "procrastinate, concurrency 20": 50,
            ]
        )
    }

    /// J4: single jobs of ten callers, which leave together.
    func enqueueing() -> RateContest {
        RateContest(
            number: "J4",
            title: "single enqueue, 10 callers, durable, wakes workers",
            contenders: [
                .init(name: "WorkQueue.enqueue") { try await enqueue(scaled(60_000), grouped: true) },
                .init(name: "pgbench, insert a row") { try await insert(scaled(20_000)) },
                .init(name: "pgqueuer") {
                    try await peer("queue_pgqueuer", ["enqueue", "\(scaled(10_000))", "10"], in: .durable)
                },
                .init(name: "procrastinate") {
                    try await peer("queue_procrastinate", ["enqueue", "\(scaled(5_000))", "10"], in: .durable)
                },
            ],
            targets: ["pgbench, insert a row": 2]
        )
    }

    /// J4: the same without leaving together: a request and a transaction for each job.
    func enqueueingAlone() -> RateContest {
        RateContest(
            number: "J4",
            title: "single enqueue, a transaction each",
            contenders: [
                .init(name: "driver, 10 callers") { try await enqueue(scaled(20_000), grouped: false) },
                .init(name: "pgbench, insert a row") { try await insert(scaled(20_000)) },
            ],
            targets: ["pgbench, insert a row": 0.8]
        )
    }

    /// J5: a thousand jobs at once.
    func bulk() -> RateContest {
        let rounds = max(1, scaled(200_000) / 4_000)
        return RateContest(
            number: "J5",
            title: "bulk enqueue, 1,000 at once, 4 callers",
            contenders: [
                .init(name: "WorkQueue.enqueue") {
                    try await empty(.durable)
                    return try await place.withStore(.durable) { store in
                        let queue = WorkQueue(driver: PostgresWorkQueueDriver(store: store))
                        let jobs = [NewJob](repeating: Self.job, count: 1_000)
                        return try await place.meter.measure(rounds * 4_000) {
                            try await inParallel(4) { _ in
                                for _ in 0..<rounds { _ = try await queue.enqueue(jobs) }
                            }
                        }
                    }
                },
                .init(name: "pgbench, insert of 1,000 made rows") {
                    try await place.sql("TRUNCATE raw_job; CHECKPOINT", in: .durable)
                    return try await place.pgbench(
                        "insert1000",
                        clients: 4,
                        transactions: rounds,
                        each: 1_000,
                        in: .durable
                    )
                },
            ],
            targets: ["pgbench, insert of 1,000 made rows": 0.5]
        )
    }

    // MARK: Switchyard

    static let job = NewJob(queue: "bench", kind: "noop", payload: Array(#"{"n": 1}"#.utf8))

    private func work(_ jobs: Int, in database: PostgresPlace.Database) async throws -> Effort {
        try await fill(jobs, in: database)
        let effort = try await place.withStore(database) { store in
            try await QueueRun(driver: PostgresWorkQueueDriver(store: store), jobs: jobs).measure(place.meter)
        }
        let done = try await place.sql("SELECT count(*) FROM work_queue WHERE state = 'completed'", in: database)
        guard done == "\(jobs)" else { throw BenchmarkFailure("\(done) of \(jobs) jobs were completed") }
        return effort
    }

    /// Makes the queue hold that many ready jobs and nothing else.
    func fill(_ jobs: Int, in database: PostgresPlace.Database) async throws {
        try await place.sql(
            """
            TRUNCATE work_queue, work_unique, queue_workers;
            INSERT INTO work_queue (queue, kind, payload)
            SELECT 'bench', 'noop', '{"n": 1}' FROM generate_series(1, \(jobs));
            VACUUM ANALYZE work_queue;
            CHECKPOINT;
            """,
            in: database
        )
    }

    private func empty(_ database: PostgresPlace.Database) async throws {
        try await place.sql("TRUNCATE work_queue, work_unique, queue_workers; CHECKPOINT", in: database)
    }

    private func enqueue(_ jobs: Int, grouped: Bool) async throws -> Effort {
        try await empty(.durable)
        let callers = 10
        return try await place.withStore(.durable) { store in
            let driver = PostgresWorkQueueDriver(store: store)
            let queue = WorkQueue(driver: driver)
            return try await place.meter.measure(jobs / callers * callers) {
                try await inParallel(callers) { _ in
                    for _ in 0..<(jobs / callers) {
                        if grouped {
                            _ = try await queue.enqueue(Self.job)
                        } else {
                            _ = try await driver.enqueue([Self.job])
                            await driver.announce(["bench"])
                        }
                    }
                }
            }
        }
    }

    // MARK: The others

    private func raw(_ jobs: Int, each: Int, in database: PostgresPlace.Database) async throws -> Effort {
        try await place.sql(
            """
            TRUNCATE raw_job;
            INSERT INTO raw_job (queue) SELECT 'bench' FROM generate_series(1, \(jobs));
            VACUUM ANALYZE raw_job;
            CHECKPOINT;
            """,
            in: database
        )
        return try await place.pgbench(
            "work\(each)",
            clients: 4,
            transactions: jobs / 4 / each,
            each: each,
            in: database
        )
    }

    private func insert(_ rows: Int) async throws -> Effort {
        try await place.sql("TRUNCATE raw_job; CHECKPOINT", in: .durable)
        return try await place.pgbench("insert1", clients: 10, transactions: rows / 10, in: .durable)
    }

    private func pgqueuer(
        _ jobs: Int,
        batch: Int,
        workers: Int,
        in database: PostgresPlace.Database
    ) async throws -> Effort {
        try await place.sql("TRUNCATE pgqueuer, pgqueuer_log", in: database)
        try await peers.run("queue_pgqueuer", [place.url(database), "bulk", "\(jobs)"])
        try await place.sql("VACUUM ANALYZE pgqueuer; CHECKPOINT", in: database)
        return try await peer("queue_pgqueuer", ["work", "\(batch)", "\(workers)"], in: database)
    }

    private func procrastinate(_ jobs: Int, in database: PostgresPlace.Database) async throws -> Effort {
        try await place.sql("TRUNCATE procrastinate_jobs CASCADE", in: database)
        try await peers.run("queue_procrastinate", [place.url(database), "bulk", "\(jobs)"])
        try await place.sql("VACUUM ANALYZE procrastinate_jobs; CHECKPOINT", in: database)
        return try await peer("queue_procrastinate", ["work", "20"], in: database)
    }

    private func peer(_ script: String, _ words: [String], in database: PostgresPlace.Database) async throws -> Effort {
        try await peers.measure(script, [place.url(database)] + words, meter: place.meter)
    }

    /// A quarter of it, and a tenth and a hundredth of that, are whole numbers.
    func scaled(_ number: Int) -> Int { max(400, Int(Double(number) * scale) / 400 * 400) }
}
