import EventLoop
import Foundation
import Locking
import Postgres
import Services
import ServicesPostgres
import TestSupport
import Testing

/// Workers on a PostgreSQL server of their own that is stopped, stalled or held up while they work.
@Suite("Workers whose PostgreSQL server fails", .timeLimit(.minutes(10)), .serialized)
struct PostgresQueueFaultTests {
    private struct Scene {
        let server: PostgresServer
        let store: PostgresStore
        var driver: PostgresWorkQueueDriver { PostgresWorkQueueDriver(store: store) }
    }

    /// Runs the body with a server that nobody else uses, and a store with all tables on it.
    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        let server = try await PostgresServer.start()
        let reactor = try Reactor()
        var options = PostgresStore.Options()
        options.pool.minimum = 0
        options.pool.maximum = 8
        options.pool.connection.requestTimeout = .seconds(5)
        let url = try await server.makeDatabase()
        let store = PostgresStore(
            url: try PostgresURL(url),
            reactor: reactor,
            helpers: HelperThreads(),
            options: options
        )
        var result = Result<Void, any Error>.success(())
        do {
            _ = try await PostgresSchemaDriver(store: store).migrate()
            try await body(Scene(server: server, store: store))
        } catch {
            result = .failure(error)
        }
        await store.shutdown()
        await reactor.shutdown()
        try await server.remove()
        try result.get()
    }

    /// Runs a worker beside the body, and stops it gracefully after it.
    private func withWorker(
        _ scene: Scene,
        lease: Duration = .seconds(10),
        handler: @escaping QueueWorker.Handler,
        _ body: () async throws -> Void
    ) async throws {
        var options = QueueWorker.Options()
        options.concurrency = 4
        options.lease = lease
        let worker = QueueWorker(
            driver: scene.driver,
            queues: ["q"],
            instance: InstanceID("test"),
            options: options,
            handler: handler
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            defer { worker.stop() }
            try await body()
            worker.stop()
            try await group.waitForAll()
        }
    }

    private func push(_ scene: Scene, _ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 2_000) {
            _ = try await scene.driver.enqueue((start..<min(start + 2_000, count)).map { NewJob.make("\($0)") })
        }
    }

    private func completed(_ scene: Scene) async -> Int {
        // Asked again and again: a server that is away has no answer yet.
        (try? await scene.driver.statistics(of: ["q"]).first?.completed) ?? 0
    }

    @Test("A server that is restarted and loses its backends under load costs no job")
    func restarts() async throws {
        try await withScene { scene in
            let total = 2_000
            try await push(scene, total)
            let done = Lock<[JobID: Int]>([:])
            try await withWorker(scene) { delivery in
                done.withLock { $0[delivery.job, default: 0] += 1 }
                try await ContinuousClock().sleep(for: .milliseconds(2))
                return .completed
            } _: {
                #expect(await eventually { done.withLock { $0.count } > 200 })
                try await scene.server.stop(.immediate)
                try await scene.server.start()
                #expect(await eventually { done.withLock { $0.count } > 600 })
                _ = try await scene.server.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
                #expect(await eventually { await completed(scene) == total })
            }
            #expect(done.withLock { $0.count } == total)
            #expect(try await scene.driver.statistics(of: ["q"]).first?.dead == 0)
        }
    }

    @Test("Handlers are cancelled before the lease ends when the server stands still, and their jobs are done later")
    func standstill() async throws {
        try await withScene { scene in
            try await push(scene, 4)
            let begun = Gate()
            begun.open()
            let cancelled = Lock(0)
            let isBack = Lock(false)
            try await withWorker(scene, lease: .seconds(2)) { _ in
                await begun.pass()
                if isBack.withLock({ $0 }) { return .completed }
                do {
                    try await ContinuousClock().sleep(for: .seconds(3_600))
                } catch {
                    cancelled.withLock { $0 += 1 }
                    throw error
                }
                return .completed
            } _: {
                await begun.arrivals(4)
                let backends = try await backends(scene)
                #expect(!backends.isEmpty)
                for backend in backends { try scene.server.freeze(backend) }
                #expect(await eventually { cancelled.withLock { $0 } == 4 })
                isBack.withLock { $0 = true }
                for backend in backends { try scene.server.thaw(backend) }
                #expect(await eventually { await completed(scene) == 4 })
            }
        }
    }

    private func backends(_ scene: Scene) async throws -> [pid_t] {
        let sql = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        return try await scene.server.run(sql).split(separator: "\n").compactMap { pid_t($0) }
    }

    @Test("A transaction that somebody forgot does not hold up two hundred thousand jobs")
    func heldTransaction() async throws {
        try await withScene { scene in
            // Its snapshot keeps every dead row of the queue alive for as long as it is open.
            try await scene.store.pool.withConnection { forgotten in
                try await forgotten.query(PostgresStatement("BEGIN ISOLATION LEVEL REPEATABLE READ"))
                try await forgotten.query(PostgresStatement("SELECT count(*) FROM work_queue"))
                let total = 200_000
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let driver = scene.driver
                    group.addTask { try await push(scene, total) }
                    for number in 0..<4 {
                        group.addTask {
                            let worker = try await driver.register(InstanceID("worker \(number)"), lease: .seconds(600))
                            var finished: [Settlement] = []
                            var completed = 0
                            while true {
                                let exchange = try await driver.exchange(
                                    worker,
                                    settling: finished,
                                    claimingFrom: ["q"],
                                    limit: 1_000
                                )
                                completed += exchange.settled.count
                                finished = exchange.deliveries.map {
                                    Settlement(receipt: $0.receipt, ending: .completed)
                                }
                                guard finished.isEmpty else { continue }
                                let numbers = try await driver.statistics(of: ["q"]).first
                                if numbers?.completed == total { return }
                                try await ContinuousClock().sleep(for: .milliseconds(20))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                try await forgotten.query(PostgresStatement("ROLLBACK"))
            }
            let numbers = try #require(try await scene.driver.statistics(of: ["q"]).first)
            #expect(numbers.completed == 200_000)
            #expect(numbers.ready + numbers.running + numbers.dead == 0)
        }
    }
}
