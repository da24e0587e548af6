import Locking
import Services
import TestSupport
import Testing

extension QueueWorkerTests {
    @Test("A worker whose lease was taken away begins anew, and its jobs are done all the same")
    func lostLease() async throws {
        _ = store.enqueue(jobs(20))
        var options = QueueWorker.Options()
        options.lease = .milliseconds(60)
        let generations = Lock<Set<WorkerGeneration>>([])
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            // Heartbeats fail for the first generation, as behind a broken network.
            if case .heartbeat(let worker, _) = request, worker == WorkerGeneration(1) {
                throw .unavailable("test", why: "it is away")
            }
        }
        try await work(on: driver, options: options, until: { numbers.completed == 20 }) { delivery in
            generations.withLock { _ = $0.insert(delivery.receipt.worker) }
            if delivery.receipt.worker == WorkerGeneration(1) {
                try await ContinuousClock().sleep(for: .seconds(3_600))
            }
            return .completed
        }
        #expect(generations.withLock { $0.count } >= 2)
        #expect(numbers.running == 0)
    }

    @Test("An ending the store will not take becomes a failure, and holds up no other")
    func refusedEnding() async throws {
        _ = store.enqueue(jobs(50) { $0.maxAttempts = 1 })
        let poison = JobID(7)
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            guard case .exchange(let settlements, _) = request else { return }
            if settlements.contains(where: { $0.receipt.job == poison && $0.ending == .completed }) {
                throw ServicesError(code: .storeRefused, message: "No.")
            }
        }
        try await work(on: driver, until: { numbers.completed == 49 && numbers.dead == 1 }) { _ in .completed }
        let record = store.job(poison)
        #expect(record?.state == .dead)
        #expect(record?.errors.last?.error.contains("refused") == true)
        #expect(numbers.running == 0)
    }

    @Test(
        "A job whose every ending is refused goes back when its worker has nothing else, and no request is repeated for ever"
    )
    func refusedThroughout() async throws {
        _ = store.enqueue(jobs(50))
        let poison = JobID(7)
        let refusals = Lock(0)
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            guard case .exchange(let settlements, _) = request,
                settlements.contains(where: { $0.receipt.job == poison }), refusals.withLock({ $0 < 6 })
            else { return }
            refusals.withLock { $0 += 1 }
            throw ServicesError(code: .storeRefused, message: "No.")
        }
        try await work(on: driver, until: { numbers.completed == 50 }) { _ in .completed }
        #expect(refusals.withLock { $0 } == 6)
        #expect(numbers.running == 0)
    }

    @Test("A worker that stops finishes what runs, and gives back what does not run yet")
    func gracefulStop() async throws {
        _ = store.enqueue(jobs(50))
        let gate = Gate()
        var options = QueueWorker.Options()
        options.concurrency = 2
        let worker = makeWorker(options) { _ in
            await gate.pass()
            return .completed
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            await gate.arrivals(2)
            worker.stop()
            gate.open()
            await group.waitForAll()
        }
        #expect(numbers.completed == 2)
        #expect(numbers.ready == 48)
        #expect(numbers.running == 0)
        let attempts = store.jobs(in: "q", state: .ready, after: nil, limit: 100).map(\.attempts)
        #expect(attempts.allSatisfy { $0 == 0 })
    }

    @Test("A handler that does not come to an end is cancelled at the shutdown limit, and its job goes back")
    func stopLimit() async throws {
        _ = store.enqueue(jobs(1))
        var options = QueueWorker.Options()
        options.shutdownLimit = .milliseconds(20)
        let gate = Gate()
        gate.open()
        let worker = makeWorker(options) { _ in
            await gate.pass()
            try await ContinuousClock().sleep(for: .seconds(3_600))
            return .completed
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            await gate.arrivals()
            worker.stop()
            await group.waitForAll()
        }
        #expect(numbers.ready == 1)
        #expect(store.job(JobID(1))?.attempts == 0)
    }

    @Test("A job goes back only when its handler has ended, however long that takes after the limit")
    func stopWaits() async throws {
        _ = store.enqueue(jobs(1))
        var options = QueueWorker.Options()
        options.shutdownLimit = .milliseconds(20)
        let (started, end) = (Gate(), Gate())
        started.open()
        let states = Lock<[Int]>([])
        let worker = makeWorker(options) { _ in
            await started.pass()
            // Heeds its cancellation by and by.
            try? await ContinuousClock().sleep(for: .seconds(3_600))
            states.withLock { $0.append(numbers.running) }
            await end.pass()
            states.withLock { $0.append(numbers.running) }
            return .completed
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            await started.arrivals()
            worker.stop()
            await end.arrivals()
            end.open()
            await group.waitForAll()
        }
        #expect(states.withLock(\.self) == [1, 1])
        #expect(numbers.completed == 1)
    }

    @Test("Cancelling a worker cancels its handlers and gives their jobs back")
    func cancellation() async throws {
        _ = store.enqueue(jobs(3))
        let gate = Gate()
        gate.open()
        let worker = QueueWorker(driver: store, queues: ["q"], instance: InstanceID("test")) { _ in
            await gate.pass()
            try await ContinuousClock().sleep(for: .seconds(3_600))
            return .completed
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            await gate.arrivals(3)
            group.cancelAll()
        }
        #expect(numbers.ready == 3)
        #expect(numbers.running == 0)
    }

    @Test("Work that is fetched ahead goes back when no handler comes to it")
    func giveBack() async throws {
        let gate = Gate()
        let done = Lock(0)
        _ = store.enqueue(jobs(2_000))
        var options = QueueWorker.Options()
        options.concurrency = 2
        options.giveBackAfter = .milliseconds(30)
        try await work(
            on: store,
            options: options,
            until: {
                // Fast jobs first, so that much is fetched ahead; then every handler stands still.
                guard gate.arrived >= 2, numbers.running == 2 else { return false }
                gate.open()
                return true
            },
            handler: { _ in
                let count = done.withLock { done in
                    done += 1
                    return done
                }
                if count > 500 { await gate.pass() }
                return .completed
            }
        )
        #expect(numbers.running == 0)
        #expect(numbers.dead == 0)
    }
}
