import TestSupport
import Testing

@testable import Services

@Suite("The state of a work queue")
struct QueueStateTests {
    @Test("Whatever happens, all orders and counts follow from the jobs", arguments: SeededRandom.seeds(12))
    func invariants(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var state = QueueState()
        var now = StoreTime(microseconds: 0)
        var workers: [WorkerGeneration] = []
        var receipts: [DeliveryReceipt] = []
        for step in 0..<250 {
            now = now + .milliseconds(random.int(in: 0...3_000))
            switch random.int(in: 0...13) {
            case 0...3:
                let jobs = (0..<random.int(in: 1...5)).map { _ in Self.makeJob(&random) }
                _ = state.enqueue(jobs, at: now)
            case 4...8:
                if workers.isEmpty || random.oneIn(5) {
                    workers.append(state.register(lease: .seconds(random.int(in: 5...30)), at: now))
                }
                let settlements = receipts.filter { _ in random.oneIn(3) }.map {
                    Settlement(receipt: $0, ending: Self.makeEnding(&random))
                }
                let exchange = state.exchange(
                    random.pick(workers),
                    settling: settlements,
                    claimingFrom: ["a", "b"],
                    limit: random.int(in: 0...6),
                    at: now
                )
                receipts += exchange.deliveries.map(\.receipt)
            case 9:
                var options = QueueUpkeep.Options()
                options.limit = random.int(in: 1...10)
                options.retention = .seconds(random.int(in: 0...60))
                options.deadRetention = random.oneIn(2) ? nil : .seconds(60)
                _ = state.maintain(options, at: now)
            case 10: _ = state.cancel((1...5).map { _ in JobID(Int64(random.int(in: 1...60))) }, at: now)
            case 11: _ = state.redrive(random.pick(["a", "b"]), jobs: nil, limit: random.int(in: 1...4), at: now)
            case 12:
                let final = JobState.allCases.filter { $0 != .running }
                _ = try state.purge(random.pick(["a", "b"]), state: random.pick(final), limit: 2, at: now)
            default:
                if let worker = workers.popLast() { state.retire(worker, at: now) }
                var limits = QueueLimits()
                limits.running = random.oneIn(2) ? nil : random.int(in: 0...6)
                limits.runningPerKey = random.int(in: 1...3)
                limits.ageingStep = random.oneIn(2) ? nil : .seconds(2)
                state.setLimits(random.pick(["a", "b"]), limits)
            }
            try #require(state.faults == [], "seed \(seed), step \(step)")
        }
    }

    private static func makeJob(_ random: inout SeededRandom) -> NewJob {
        var job = NewJob.make(in: random.pick(["a", "b"]))
        job.priority = random.int(in: 0...9)
        job.maxAttempts = random.int(in: 1...3)
        if random.oneIn(3) { job.delay = .seconds(random.int(in: 0...10)) }
        if random.oneIn(3) { job.timeToLive = .seconds(random.int(in: 1...20)) }
        if random.oneIn(3) { job.uniqueKey = random.pick(["u", "v"]) }
        if random.oneIn(4) { job.uniqueWindow = .seconds(random.int(in: 1...20)) }
        if random.oneIn(3) { job.concurrencyKey = random.pick(["k", "l"]) }
        return job
    }

    private static func makeEnding(_ random: inout SeededRandom) -> JobEnding {
        random.pick([
            .completed, .completed, .failed(error: "e", retryAfter: .seconds(3)), .failed(error: "e", retryAfter: nil),
            .failed(error: "e", retryAfter: .zero), .snoozed(.seconds(2)), .cancelled(reason: "r"),
            .undecodable(error: "u"),
        ])
    }

    @Test("A job that waits gains one step of urgency per ageing step")
    func ageing() {
        var limits = QueueLimits()
        limits.ageingStep = .seconds(10)
        let due = StoreTime(microseconds: 0)
        for (seconds, expected) in [(0, 5), (9, 5), (10, 4), (49, 1), (50, 0), (70, -2)] {
            #expect(limits.effectivePriority(5, due: due, at: due + .seconds(seconds)) == expected)
        }
        limits.ageingStep = nil
        #expect(limits.effectivePriority(5, due: due, at: due + .seconds(1_000)) == 5)
    }
}

extension QueueState {
    /// What does not follow from the jobs.
    fileprivate var faults: [String] {
        var faults: [String] = []
        for (name, queue) in queues {
            let own = jobs.values.filter { $0.queue == name }
            for state in JobState.allCases {
                let count = own.count { $0.record.state == state }
                if queue.counts[state, default: 0] != count { faults.append("\(name.name): count of \(state)") }
            }
            let ready = Set(own.filter { $0.record.state == .ready }.map(\.record.id))
            if Set(queue.ready.values.flatMap { $0.elements.map(\.id) }) != ready { faults.append("ready order") }
            for (priority, order) in queue.ready {
                if order.elements.contains(where: { jobs[$0.id]?.record.priority != priority }) {
                    faults.append("priority of a ready job")
                }
                if Array(order.elements) != order.elements.sorted() { faults.append("order of ready jobs") }
            }
            let scheduled = Set(own.filter { $0.record.state == .scheduled }.map(\.record.id))
            if Set(queue.scheduled.elements.map(\.id)) != scheduled { faults.append("scheduled order") }
            let running = own.filter { $0.record.state == .running }
            let perKey = Dictionary(grouping: running.compactMap(\.key)) { $0 }.mapValues(\.count)
            if queue.runningPerKey != perKey { faults.append("running per key") }
        }
        let running = Set(jobs.values.filter { $0.record.state == .running }.map(\.record.id))
        if Set(workers.values.flatMap(\.jobs)) != running { faults.append("jobs of workers") }
        let waiting = jobs.values.filter {
            ($0.record.state == .ready || $0.record.state == .scheduled) && $0.expiresAt != nil
        }
        if Set(expiring.elements.map(\.id)) != Set(waiting.map(\.record.id)) { faults.append("expiring jobs") }
        for job in jobs.values {
            let record = job.record
            if (record.runAt != nil) != (record.state == .scheduled) { faults.append("run time of \(record.id)") }
            if (record.endedAt == nil) != record.state.isUnfinished { faults.append("end of \(record.id)") }
            if !(0...record.maxAttempts).contains(record.attempts) { faults.append("attempts of \(record.id)") }
        }
        let holders = Dictionary(grouping: jobs.values.filter { $0.record.state.isUnfinished && $0.unique != nil }) {
            $0.unique
        }
        for (name, owners) in holders {
            if owners.count > 1 { faults.append("two jobs with one unique key") }
            if let name, claims[name]?.job != owners.first?.record.id { faults.append("claim of a unique key") }
        }
        return faults
    }
}
