import Foundation
import Services
import ServicesSQLite

/// J10: jobs in one SQLite file, against the same statements without a queue around them.
struct EmbeddedQueueContest {
    let workplace: Workplace
    let peers: PeerScripts
    let scale: Double

    private var meter: ProcessorMeter { ProcessorMeter(server: nil) }

    func contests() -> [RateContest] {
        [
            RateContest(
                number: "J10",
                title: "SQLite, jobs worked, synchronous NORMAL",
                contenders: [
                    .init(name: "queue worker, default settings") { try await work(scaled(60_000), .normal) },
                    .init(name: "sqlite3, claim and complete 100") { try await raw("NORMAL", 100, scaled(100_000)) },
                    .init(name: "litequeue, one by one") { try await litequeue(scaled(4_000)) },
                ],
                targets: ["sqlite3, claim and complete 100": 0.35, "litequeue, one by one": 20]
            ),
            RateContest(
                number: "J10",
                title: "SQLite, one by one, NORMAL",
                contenders: [
                    .init(name: "complete and claim one, 10 callers") { try await single(scaled(20_000), callers: 10) },
                    .init(name: "sqlite3, claim and complete one") { try await raw("NORMAL", 1, scaled(20_000)) },
                ],
                targets: ["sqlite3, claim and complete one": 0.6]
            ),
            RateContest(
                number: "J10",
                title: "SQLite, one by one in turn, NORMAL",
                contenders: [
                    .init(name: "complete and claim one, 1 caller") { try await single(scaled(10_000), callers: 1) },
                    .init(name: "sqlite3, claim and complete one") { try await raw("NORMAL", 1, scaled(20_000)) },
                ]
            ),
            RateContest(
                number: "J10",
                title: "SQLite, jobs worked, synchronous FULL",
                contenders: [
                    .init(name: "queue worker, default settings") { try await work(scaled(60_000), .full) },
                    .init(name: "sqlite3, claim and complete 100") { try await raw("FULL", 100, scaled(60_000)) },
                ],
                targets: ["sqlite3, claim and complete 100": 0.5]
            ),
        ]
    }

    private func work(_ jobs: Int, _ durability: SQLiteStore.Options.Durability) async throws -> Effort {
        try await withFile(jobs, durability) { store in
            try await QueueRun(driver: SQLiteWorkQueueDriver(store: store), jobs: jobs).measure(meter)
        }
    }

    private func single(_ jobs: Int, callers: Int) async throws -> Effort {
        try await withFile(jobs + callers, .normal) { store in
            let driver = SQLiteWorkQueueDriver(store: store)
            return try await meter.measure(jobs / callers * callers) {
                try await inParallel(callers) { task in
                    let worker = try await driver.register(InstanceID("bench\(task)"), lease: .seconds(600))
                    var settlements: [Settlement] = []
                    for _ in 0...(jobs / callers) {
                        let exchange = try await driver.exchange(
                            worker,
                            settling: settlements,
                            claimingFrom: ["bench"],
                            limit: 1
                        )
                        settlements = exchange.deliveries.map { Settlement(receipt: $0.receipt, ending: .completed) }
                    }
                }
            }
        }
    }

    private func withFile(
        _ jobs: Int,
        _ durability: SQLiteStore.Options.Durability,
        _ body: (SQLiteStore) async throws -> Effort
    ) async throws -> Effort {
        let path = try newPath()
        var options = SQLiteStore.Options()
        options.durability = durability
        let store = try await SQLiteStore.open(path: path, options: options)
        let driver = SQLiteWorkQueueDriver(store: store)
        for _ in 0..<(jobs / 1_000 + 1) {
            _ = try await driver.enqueue([NewJob](repeating: QueueContest.job, count: 1_000))
        }
        let effort = try await body(store)
        try await store.close()
        return effort
    }

    private func raw(_ sync: String, _ batch: Int, _ jobs: Int) async throws -> Effort {
        try await peers.measure("queue_sqlite", ["work", try newPath(), sync, "\(batch)", "\(jobs)"], meter: meter)
    }

    private func litequeue(_ jobs: Int) async throws -> Effort {
        try await peers.measure("queue_sqlite", ["litequeue", try newPath(), "\(jobs)"], meter: meter)
    }

    /// A file that is not there yet; the one before is removed.
    private func newPath() throws -> String {
        let folder = workplace.appending("sqlite")
        // There is none the first time.
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder + "/jobs.sqlite"
    }

    /// A quarter of it, and a tenth and a hundredth of that, are whole numbers.
    private func scaled(_ number: Int) -> Int { max(400, Int(Double(number) * scale) / 400 * 400) }
}
