import Locking
import Services
import TestSupport
import Testing

@Suite("A queue worker", .timeLimit(.minutes(10)))
struct QueueWorkerTests {
    let store = MemoryWorkQueueDriver()

    func jobs(_ count: Int, _ change: (inout NewJob) -> Void = { _ in }) -> [NewJob] {
        (0..<count).map { NewJob.make("\($0)", change) }
    }

    private struct ConditionNeverHeld: Error {}

    func makeWorker(
        on driver: (any WorkQueueDriver)? = nil,
        _ options: QueueWorker.Options,
        handler: @escaping QueueWorker.Handler
    ) -> QueueWorker {
        QueueWorker(
            driver: driver ?? store,
            queues: ["q"],
            instance: InstanceID("test"),
            options: options,
            handler: handler
        )
    }

    /// Runs a worker until the condition holds, then stops it gracefully.
    func work(
        on driver: any WorkQueueDriver,
        options: QueueWorker.Options = QueueWorker.Options(),
        until condition: () async throws -> Bool,
        handler: @escaping QueueWorker.Handler
    ) async throws {
        let worker = makeWorker(on: driver, options, handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            defer { worker.stop() }
            guard try await eventually(condition) else { throw ConditionNeverHeld() }
            worker.stop()
            try await group.waitForAll()
        }
    }

    var numbers: QueueStatistics { store.statistics(of: ["q"]).first ?? QueueStatistics(queue: "q") }

    @Test("Every job is done once, and a stopped worker holds nothing")
    func everything() async throws {
        _ = store.enqueue(jobs(5_000))
        let seen = Lock<[JobID: Int]>([:])
        try await work(on: store, until: { numbers.completed == 5_000 }) { delivery in
            seen.withLock { $0[delivery.job, default: 0] += 1 }
            return .completed
        }
        #expect(seen.withLock { $0.values.allSatisfy { $0 == 1 } })
        #expect(seen.withLock { $0.count } == 5_000)
        #expect(numbers.running == 0)
    }

    @Test("As many handlers run at once as there are, and no more")
    func concurrency() async throws {
        _ = store.enqueue(jobs(200))
        var options = QueueWorker.Options()
        options.concurrency = 4
        let floor = Lock((running: 0, most: 0))
        try await work(on: store, options: options, until: { numbers.completed == 200 }) { _ in
            floor.withLock { state in
                state.running += 1
                state.most = max(state.most, state.running)
            }
            await Task.yield()
            floor.withLock { $0.running -= 1 }
            return .completed
        }
        #expect(floor.withLock { $0.most } <= 4)
        #expect(floor.withLock { $0.most } > 1)
    }

    @Test("A job that comes while the worker is idle is done at once, by a signal")
    func wakeUp() async throws {
        let queue = WorkQueue(driver: store)
        var options = QueueWorker.Options()
        // No poll would find it in time.
        options.poll.shortest = .seconds(3_600)
        options.poll.longest = .seconds(3_600)
        var sent = 0
        try await work(
            on: store,
            options: options,
            until: {
                // The second comes when the worker has nothing to do but wait.
                if sent < 2, numbers.completed == sent {
                    sent += 1
                    _ = try await queue.enqueue(.make())
                }
                return numbers.completed == 2
            },
            handler: { _ in .completed }
        )
    }

    @Test("A job that was stored behind everybody's back is found by looking")
    func poll() async throws {
        let looked = Gate()
        looked.open()
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            if case .exchange = request { await looked.pass() }
        }
        var isSent = false
        try await work(
            on: driver,
            until: {
                await looked.arrivals(3)
                if !isSent {
                    isSent = true
                    _ = store.enqueue(jobs(1))
                }
                return numbers.completed == 1
            },
            handler: { _ in .completed }
        )
    }

    @Test("Errors are failures that the retry policy decides on; unreadable payloads are parked")
    func failures() async throws {
        struct Broken: Error, CustomStringConvertible { let description: String }
        let ids = store.enqueue([.make("fail"), .make("park"), .make("again"), .make("snooze")]).map(\.job)
        var options = QueueWorker.Options()
        options.retry = .fixed(.zero).unless { ($0 as? Broken)?.description == "fail" ? .never : nil }
        try await work(
            on: store,
            options: options,
            until: { numbers.dead == 2 && numbers.completed == 1 && numbers.scheduled == 1 },
            handler: { delivery in
                switch delivery.text {
                case "fail": throw Broken(description: "fail")
                case "park": throw UndecodablePayload(reason: "no JSON")
                case "again" where delivery.attempt < 3: throw Broken(description: "again")
                case "snooze": return .snoozed(.seconds(3_600))
                default: return .completed
                }
            }
        )
        #expect(store.job(ids[0])?.errors.map(\.error) == ["fail"])
        #expect(store.job(ids[1])?.errors.map(\.error) == ["no JSON"])
        #expect(store.job(ids[2])?.attempts == 3)
        #expect(store.job(ids[2])?.errors.map(\.error) == ["again", "again"])
    }

    @Test("Retries and delayed jobs come back by the worker's own housekeeping")
    func housekeeping() async throws {
        _ = store.enqueue(jobs(3) { $0.delay = .milliseconds(20) })
        try await work(on: store, until: { numbers.completed == 3 }, handler: { _ in .completed })
    }

    @Test("A store that fails for a while costs no job and no ending")
    func outage() async throws {
        _ = store.enqueue(jobs(300))
        let count = Lock(0)
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            guard case .exchange = request else { return }
            let isAway = count.withLock { count in
                count += 1
                return count % 3 != 0
            }
            if isAway { throw .unavailable("test", why: "it is away") }
        }
        var options = QueueWorker.Options()
        options.failureWait = .milliseconds(1)
        let runs = Lock(0)
        try await work(on: driver, options: options, until: { numbers.completed == 300 }) { _ in
            runs.withLock { $0 += 1 }
            return .completed
        }
        #expect(runs.withLock { $0 } == 300)
    }

    @Test("Work that was handed out in an answer that got lost comes back without waiting for a lease")
    func lostAnswers() async throws {
        _ = store.enqueue(jobs(300))
        let count = Lock(0)
        let driver = FaultyWorkQueueDriver(
            store,
            after: { request throws(ServicesError) in
                guard case .exchange = request else { return }
                let isLost = count.withLock { count in
                    count += 1
                    return count % 4 == 2
                }
                if isLost { throw ServicesError(code: .outcomeUnknown, message: "The connection was lost.") }
            }
        )
        var options = QueueWorker.Options()
        options.failureWait = .milliseconds(1)
        options.claimLimit = 20
        try await work(on: driver, options: options, until: { numbers.completed == 300 }, handler: { _ in .completed })
        #expect(numbers.running == 0)
    }

    @Test("What workers do is counted: hand-outs, endings and refused endings")
    func telemetry() async throws {
        let metrics = PrometheusMetrics()
        _ = store.enqueue([.make("complete"), .make("complete"), .make("fail"), .make("late")])
        let worker = QueueWorker(
            driver: store,
            queues: ["q"],
            instance: InstanceID("test"),
            telemetry: Telemetry(factory: metrics),
            handler: { [store] delivery in
                // Somebody takes the job back while it runs.
                if delivery.text == "late" { _ = store.cancel([delivery.job]) }
                return delivery.text == "fail" ? .failed(error: "e", retryAfter: nil) : .completed
            }
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            let isDone = await eventually { numbers.completed == 2 && numbers.dead == 1 && numbers.running == 0 }
            #expect(isDone)
            worker.stop()
            await group.waitForAll()
        }
        let text = metrics.text()
        #expect(text.contains("switchyard_queue_claimed_total 4\n"))
        #expect(text.contains("switchyard_queue_settled_total{ending=\"completed\"} 2\n"))
        #expect(text.contains("switchyard_queue_settled_total{ending=\"failed\"} 1\n"))
        #expect(text.contains("switchyard_queue_stale_total 1\n"))
    }
}
