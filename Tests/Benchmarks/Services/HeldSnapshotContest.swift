import EventLoop
import Glibc
import Postgres
import Services
import ServicesPostgres

/// J7: the same work while somebody holds an old transaction open, so that nothing that ended can be cleaned away.
struct HeldSnapshotContest {
    let place: PostgresPlace
    let scale: Double

    func rows(rounds: Int) async throws -> [ServiceRow] {
        var (batch, single): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            let free = try await rates(isHeld: false)
            let held = try await rates(isHeld: true)
            batch.append(held.batch / free.batch)
            single.append(held.single / free.single)
        }
        let title = "rate after \(total / 1_000)k jobs under a held snapshot"
        return [
            Gauge(
                number: "J7",
                title: title,
                how: "worker, of the free rate",
                bound: .atLeast(0.7),
                format: ServiceRow.ratio
            ).row(batch),
            Gauge(
                number: "",
                title: "",
                how: "claims of one job, of the free rate",
                bound: .atLeast(0.5),
                format: ServiceRow.ratio
            ).row(single),
        ]
    }

    private var queue: QueueContest { QueueContest(place: place, scale: scale) }
    private var total: Int { queue.scaled(200_000) }

    /// The rate of the last part of the worker's jobs, and that of claims of one job after them.
    private func rates(isHeld: Bool) async throws -> (batch: Double, single: Double) {
        let last = total / 4
        let singles = queue.scaled(4_000)
        try await queue.fill(total + singles + 1_000, in: .relaxed)
        return try await place.withStore(.relaxed) { store in
            let body: () async throws -> (batch: Double, single: Double) = {
                let driver = PostgresWorkQueueDriver(store: store)
                _ = try await QueueRun(driver: driver, jobs: total - last).measure(place.meter)
                let batch = try await QueueRun(driver: driver, jobs: last).measure(place.meter)
                let single = try await self.single(driver, jobs: singles)
                return (batch.rate, single.rate)
            }
            guard isHeld else { return try await body() }
            return try await store.pool.transaction(.repeatableRead) { transaction in
                try await transaction.query("SELECT count(*) FROM queue_settings")
                let rates = try await body()
                try await transaction.query("SELECT 1")
                return rates
            }
        }
    }

    /// Eight callers that each settle their last job and claim the next one.
    private func single(_ driver: PostgresWorkQueueDriver, jobs: Int) async throws -> Effort {
        try await place.meter.measure(jobs / 8 * 8) {
            try await inParallel(8) { task in
                let worker = try await driver.register(InstanceID("bench\(task)"), lease: .seconds(600))
                var settlements: [Settlement] = []
                for _ in 0...(jobs / 8) {
                    let exchange = try await driver.exchange(
                        worker,
                        settling: settlements,
                        claimingFrom: ["bench"],
                        limit: 1
                    )
                    settlements = exchange.deliveries.map { Settlement(receipt: $0.receipt, ending: .completed) }
                }
                try await driver.retire(worker)
            }
        }
    }
}
