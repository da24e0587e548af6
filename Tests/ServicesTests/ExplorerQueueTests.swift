import Services
import TestSupport
import Testing

/// Workers that claim, do, complete and fail jobs, lose answers and die at any point, while orphans are taken back.
private struct QueueWorld: Hashable {
    enum Place: Hashable {
        case new
        case idle(WorkerGeneration)
        case working(WorkerGeneration, DeliveryReceipt)
        case dead
    }

    static let lease = Duration.seconds(10)

    var store = QueueState()
    var now = StoreTime(microseconds: 0)
    var workers: [Place]
    /// How often the store accepted the completion of a job.
    var completions: [JobID: Int] = [:]
    /// Messages that may be lost, so that there is an end.
    var losses = 0
    var beats = 0

    mutating func exchange(_ worker: WorkerGeneration, settling settlement: Settlement?, limit: Int) -> QueueExchange {
        let exchange = store.exchange(
            worker,
            settling: settlement.map { [$0] } ?? [],
            claimingFrom: ["q"],
            limit: limit,
            at: now
        )
        if case .completed? = settlement?.ending {
            for id in exchange.settled { completions[id, default: 0] += 1 }
        }
        return exchange
    }
}

@Suite("All interleavings of workers")
struct ExplorerQueueTests {
    private func moves(of world: QueueWorld) -> [Explorer<QueueWorld>.Move] {
        var moves: [Explorer<QueueWorld>.Move] = []
        func add(_ name: String, _ change: (inout QueueWorld) -> Void) {
            var next = world
            change(&next)
            moves.append(.init(name: name, world: next))
        }
        for (index, place) in world.workers.enumerated() {
            switch place {
            case .new:
                add("\(index) registers") { world in
                    world.workers[index] = .idle(world.store.register(lease: QueueWorld.lease, at: world.now))
                }
                continue
            case .idle(let worker):
                add("\(index) claims") { world in
                    guard let job = world.exchange(worker, settling: nil, limit: 1).deliveries.first else { return }
                    world.workers[index] = .working(worker, job.receipt)
                }
                if world.losses > 0 {
                    add("\(index) claims, and the answer is lost") { world in
                        world.losses -= 1
                        _ = world.exchange(worker, settling: nil, limit: 1)
                        // What a worker does then: its generation holds what it does not know of.
                        world.store.retire(worker, at: world.now)
                        world.workers[index] = .new
                    }
                }
            case .working(let worker, let receipt):
                let done = Settlement(receipt: receipt, ending: .completed)
                add("\(index) completes") { world in
                    _ = world.exchange(worker, settling: done, limit: 0)
                    world.workers[index] = .idle(worker)
                }
                add("\(index) completes and claims") { world in
                    let job = world.exchange(worker, settling: done, limit: 1).deliveries.first
                    world.workers[index] = job.map { .working(worker, $0.receipt) } ?? .idle(worker)
                }
                if world.losses > 0 {
                    add("\(index) completes, and the answer is lost") { world in
                        world.losses -= 1
                        _ = world.exchange(worker, settling: done, limit: 0)
                    }
                }
                add("\(index) fails") { world in
                    let failed = Settlement(receipt: receipt, ending: .failed(error: "e", retryAfter: .zero))
                    _ = world.exchange(worker, settling: failed, limit: 0)
                    world.workers[index] = .idle(worker)
                }
                if world.beats > 0 {
                    add("\(index) sends a heartbeat") { world in
                        world.beats -= 1
                        guard !world.store.heartbeat(worker, lease: QueueWorld.lease, at: world.now) else { return }
                        world.workers[index] = .new
                    }
                }
            case .dead: continue
            }
            add("\(index) dies") { $0.workers[index] = .dead }
        }
        add("orphans are taken back") { _ = $0.store.maintain(QueueUpkeep.Options(), at: $0.now) }
        if world.now < StoreTime(microseconds: 12_000_000) {
            add("six seconds pass") { $0.now = $0.now + .seconds(6) }
        }
        return moves.filter { $0.world != world }
    }

    private func complaint(about world: QueueWorld, jobs: Int) -> String? {
        if world.completions.values.contains(where: { $0 > 1 }) { return "a job was completed twice" }
        var running: Set<JobID> = []
        for case .working(_, let receipt) in world.workers where world.holds(receipt) {
            if !running.insert(receipt.job).inserted { return "two workers hold a job" }
        }
        // Whatever has happened, what is not settled comes back when every lease has ended.
        var later = world.store
        let end = world.now + .hour
        _ = later.maintain(QueueUpkeep.Options(), at: end)
        let heir = later.register(lease: .hour, at: end)
        let rest = later.exchange(heir, settling: [], claimingFrom: ["q"], limit: 10, at: end).deliveries.map(\.job)
        for id in 1...jobs {
            guard let record = later.job(JobID(Int64(id))) else { return "job \(id) is lost" }
            switch record.state {
            case .running where rest.contains(record.id): continue
            case .completed where world.completions[record.id] == 1: continue
            case .dead where record.attempts == record.maxAttempts: continue
            default: return "job \(id) is stuck as \(record.state)"
            }
        }
        return nil
    }

    /// Small worlds that together hold every pair of events.
    struct Setting: Sendable, CustomTestStringConvertible {
        var attempts: [Int]
        var losses = 0
        var beats = 0

        var testDescription: String { "attempts \(attempts), \(losses) lost answers, \(beats) heartbeats" }
    }

    @Test(
        "No job is lost, completed twice or held by two, whatever workers do and whenever they die",
        arguments: [
            Setting(attempts: [2], losses: 1, beats: 1), Setting(attempts: [1, 1]),
            Setting(attempts: [1, 1], losses: 1),
        ]
    )
    func queue(_ setting: Setting) {
        var world = QueueWorld(workers: [.new, .new], losses: setting.losses, beats: setting.beats)
        let jobs = setting.attempts.map { attempts in NewJob.make { $0.maxAttempts = attempts } }
        _ = world.store.enqueue(jobs, at: world.now)
        let explorer = Explorer(moves: moves) { complaint(about: $0, jobs: jobs.count) }
        let report = explorer.explore(from: world, limit: 100_000)
        #expect(report.violation == nil)
        #expect(report.states > 1_000)
    }
}

extension QueueWorld {
    /// Whether the store would accept a settlement with the receipt.
    fileprivate func holds(_ receipt: DeliveryReceipt) -> Bool {
        var copy = store
        let settlement = Settlement(receipt: receipt, ending: .completed)
        let exchange = copy.exchange(receipt.worker, settling: [settlement], claimingFrom: [], limit: 0, at: now)
        return exchange.stale.isEmpty
    }
}
