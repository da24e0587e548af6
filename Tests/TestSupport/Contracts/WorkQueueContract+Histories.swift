import Services
import Testing

extension WorkQueueContract {
    static let histories: [Check] = SeededRandom.seeds(4).map { seed in
        Check("A random history of one queue gives the same answers as the model (seed \(seed))") { store in
            var history = QueueHistory(driver: try await store.open(), seed: seed)
            for step in 0..<120 {
                try await store.tick()
                try await history.perform(step)
            }
            try await history.compareEverything("at the end")
        }
    }
}

/// Plays the same requests to a store and to the model and compares their answers.
///
/// Times are either zero or an hour, so that both see the same although their clocks differ. The model's clock moves
/// on with every request, as a real one does.
private struct QueueHistory {
    let driver: any WorkQueueDriver
    private let seed: UInt64
    private var random: SeededRandom
    private var model = QueueState()
    private var now = StoreTime(microseconds: 1_000_000)
    /// Of the same job, in the store and in the model, in order of their enqueue.
    private var ids: [(store: JobID, model: JobID)] = []
    private var workers: [(store: WorkerGeneration, model: WorkerGeneration)] = []
    private var receipts: [(store: DeliveryReceipt, model: DeliveryReceipt)] = []

    init(driver: any WorkQueueDriver, seed: UInt64) {
        self.driver = driver
        self.seed = seed
        random = SeededRandom(seed: seed)
    }

    mutating func perform(_ step: Int) async throws {
        now = now + .milliseconds(1)
        switch random.int(in: 0...19) {
        case 0...6: try await enqueue(step)
        case 7...14: try await exchange(step)
        case 15: try await cancel(step)
        case 16: try await redrive(step)
        case 17: try await retire(step)
        case 18: try await configure()
        default: try await maintain(step)
        }
        if step % 20 == 19 { try await compareEverything("step \(step)") }
    }

    private func note(_ step: Int) -> Comment { "seed \(seed), step \(step)" }

    private func modelID(_ id: JobID) -> JobID? { ids.first { $0.store == id }?.model }

    private mutating func enqueue(_ step: Int) async throws {
        let jobs = (0..<random.int(in: 1...6)).map { index in
            NewJob.make("\(step).\(index)") { job in
                job.priority = random.int(in: 3...6)
                job.maxAttempts = random.int(in: 1...3)
                if random.oneIn(5) { job.delay = .hour }
                if random.oneIn(3) { job.uniqueKey = random.pick(["u", "v", "w"]) }
                if random.oneIn(6) { job.uniqueWindow = .hour }
                if random.oneIn(3) { job.concurrencyKey = random.pick(["k", "l"]) }
            }
        }
        let expected = model.enqueue(jobs, at: now)
        let answers = try await driver.enqueue(jobs)
        try #require(answers.count == expected.count)
        for (answer, wanted) in zip(answers, expected) {
            switch (answer, wanted) {
            case (.enqueued(let store), .enqueued(let model)): ids.append((store, model))
            case (.duplicate(let store), .duplicate(let model)): try #require(modelID(store) == model, note(step))
            default: Issue.record("\(answer) where the model says \(wanted), \(note(step))")
            }
        }
    }

    private mutating func exchange(_ step: Int) async throws {
        if workers.isEmpty || random.oneIn(6) {
            let store = try await driver.worker("worker \(step)")
            workers.append((store, model.register(lease: .hour, at: now)))
        }
        let worker = random.pick(workers)
        let settled = receipts.filter { _ in random.oneIn(3) }
        let endings = settled.map { _ in
            random.pick([
                JobEnding.completed, .completed, .completed, .failed(error: "e", retryAfter: .zero),
                .failed(error: "e", retryAfter: .hour), .failed(error: "e", retryAfter: nil), .snoozed(.zero),
                .cancelled(reason: "r"), .undecodable(error: "u"),
            ])
        }
        let limit = random.int(in: 0...6)
        let expected = model.exchange(
            worker.model,
            settling: zip(settled, endings).map { Settlement(receipt: $0.model, ending: $1) },
            claimingFrom: ["q"],
            limit: limit,
            at: now
        )
        let answer = try await driver.exchange(
            worker.store,
            settling: zip(settled, endings).map { Settlement(receipt: $0.store, ending: $1) },
            claimingFrom: ["q"],
            limit: limit
        )
        try #require(answer.settled.compactMap(modelID).sorted() == expected.settled.sorted(), note(step))
        try #require(
            answer.stale.compactMap { modelID($0.job) }.sorted() == expected.stale.map(\.job).sorted(),
            note(step)
        )
        try #require(answer.deliveries.map(\.text) == expected.deliveries.map(\.text), note(step))
        try #require(answer.deliveries.map(\.attempt) == expected.deliveries.map(\.attempt), note(step))
        receipts += zip(answer.deliveries, expected.deliveries).map { ($0.receipt, $1.receipt) }
    }

    private mutating func cancel(_ step: Int) async throws {
        let chosen = ids.filter { _ in random.oneIn(8) }
        let expected = model.cancel(chosen.map(\.model), at: now)
        let answer = try await driver.cancel(chosen.map(\.store))
        try #require(answer.compactMap(modelID).sorted() == expected.sorted(), note(step))
    }

    private mutating func redrive(_ step: Int) async throws {
        let limit = random.int(in: 1...5)
        let expected = model.redrive("q", jobs: nil, limit: limit, at: now)
        #expect(try await driver.redrive("q", jobs: nil, limit: limit) == expected, note(step))
    }

    private mutating func retire(_ step: Int) async throws {
        guard !workers.isEmpty, random.oneIn(2) else { return }
        let worker = workers.remove(at: random.int(in: 0...(workers.count - 1)))
        model.retire(worker.model, at: now)
        try await driver.retire(worker.store)
    }

    private mutating func configure() async throws {
        var limits = QueueLimits()
        limits.running = random.oneIn(2) ? nil : random.int(in: 1...8)
        limits.runningPerKey = random.int(in: 1...2)
        limits.ageingStep = nil
        model.setLimits("q", limits)
        try await driver.setLimits("q", limits)
        let isPaused = random.oneIn(4)
        model.setPaused("q", isPaused)
        try await driver.setPaused("q", isPaused)
    }

    private mutating func maintain(_ step: Int) async throws {
        let expected = model.maintain(QueueUpkeep.Options(), at: now)
        #expect(try await driver.maintainFully() == expected, note(step))
    }

    mutating func compareEverything(_ moment: String) async throws {
        for (store, model) in ids {
            let (found, wanted) = (try await driver.job(store), self.model.job(model))
            let comment: Comment = "seed \(seed), \(moment), job \(String(describing: wanted))"
            try #require(found?.state == wanted?.state, comment)
            try #require(found?.attempts == wanted?.attempts, comment)
            try #require(found?.priority == wanted?.priority, comment)
            try #require((found?.endedAt == nil) == (wanted?.endedAt == nil), comment)
        }
        let expected = model.statistics(of: ["q"], at: now).first
        let found = try await driver.statistics(of: ["q"]).first
        for state in JobState.allCases {
            try #require(found?.count(of: state) == expected?.count(of: state), "seed \(seed), \(moment), \(state)")
        }
    }
}
