import Services
import TestSupport
import Testing

@Suite("Pruning of the stores", .timeLimit(.minutes(10)))
struct StorePruningTests {
    private let clock = ManualStoreClock()
    private let drivers: ServiceDrivers

    init() {
        let clock = clock.clock
        drivers = ServiceDrivers(
            lock: MemoryLockDriver(clock: clock),
            queue: MemoryWorkQueueDriver(clock: clock),
            cache: MemoryCacheDriver(clock: clock),
            rateLimiter: MemoryRateLimiterDriver(clock: clock),
            pubSub: MemoryPubSubDriver(),
            idempotency: MemoryIdempotencyDriver(clock: clock),
            resources: MemoryResourceGuardDriver(),
            jobHistory: MemoryJobHistoryDriver(clock: clock),
            alerts: MemoryAlertDriver(clock: clock),
            schema: nil
        )
    }

    /// Puts `count` of everything into the stores that can be pruned later.
    private func fill(_ count: Int) async throws {
        let ledger = IdempotencyLedger(driver: drivers.idempotency, owner: "one")
        let worker = try await drivers.queue.register(InstanceID("host:1:a"), lease: .hour)
        for number in 0..<count {
            let name = "\(number)"
            _ = try await ledger.once(IdempotencyKey(scope: "s", key: name), keepFor: .hour) { .succeeded([]) }
            let write = CacheWrite(key: CacheKey("n", name), value: [1], freshFor: .hour, usableFor: .hour)
            _ = try await drivers.cache.store(write, ifVersion: nil)
            let run = try await drivers.jobHistory.begin("job", instance: InstanceID("host:1:a"), token: nil)
            _ = try await drivers.jobHistory.end(run.id, result: .ok, error: nil)
            let alert = try await drivers.alerts.raise(NewAlert(severity: .warning, source: "s", text: name))
            _ = try await drivers.alerts.acknowledge(alert.id, by: "ann")
            _ = try await drivers.queue.enqueue([NewJob(queue: "q", kind: "k", payload: [])])
            let delivery = try await drivers.queue.exchange(worker, settling: [], claimingFrom: ["q"], limit: 1)
            let receipt = try #require(delivery.deliveries.first?.receipt)
            let done = Settlement(receipt: receipt, ending: .completed)
            _ = try await drivers.queue.exchange(worker, settling: [done], claimingFrom: [], limit: 0)
        }
    }

    @Test("What is over is deleted in as many steps as it takes; what is not, and what nobody has seen, stays")
    func prunes() async throws {
        try await fill(5)
        var options = StorePruning.Options()
        options.step = 2
        let pruning = StorePruning(drivers: drivers, options: options)
        #expect(try await pruning.perform() == StorePruning.Report())

        clock.advance(by: .seconds(91 * 86_400))
        let unseen = try await drivers.alerts.raise(NewAlert(severity: .warning, source: "s", text: "unseen"))
        let late = try await drivers.jobHistory.begin("late", instance: InstanceID("host:1:a"), token: nil)
        var all = StorePruning.Report()
        (all.jobs, all.idempotencyKeys, all.cacheEntries, all.jobRuns, all.alerts) = (5, 5, 5, 5, 5)
        #expect(try await pruning.perform() == all)
        #expect(try await pruning.perform() == StorePruning.Report())
        #expect(try await drivers.alerts.alerts(includingAcknowledged: true, limit: 9).map(\.id) == [unseen.id])
        #expect(try await drivers.jobHistory.runs(of: nil, before: nil, limit: 9).map(\.id) == [late.id])
    }

    @Test("Of many who would prune one does so in each interval")
    func takesTurns() async throws {
        let pruning = StorePruning(drivers: drivers)
        let (one, two) = (InstanceID("host:1:a"), InstanceID("host:2:b"))
        #expect(try await pruning.performWhenDue(by: one) != nil)
        #expect(try await pruning.performWhenDue(by: one) == nil)
        #expect(try await pruning.performWhenDue(by: two) == nil)
        clock.advance(by: .hour)
        #expect(try await pruning.performWhenDue(by: two) != nil)
        #expect(try await pruning.performWhenDue(by: one) == nil)
    }
}
