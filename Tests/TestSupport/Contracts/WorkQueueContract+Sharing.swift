import Locking
import Services
import Testing

extension WorkQueueContract {
    static let sharing: [Check] = [
        Check("A claim hands out at most what was asked for, and a job to one worker only") { store in
            let driver = try await store.open()
            let ids = try await driver.push((0..<7).map { NewJob.make("\($0)") })
            let (one, two) = (try await driver.worker("one"), try await driver.worker("two"))
            let first = try await driver.claim(one, 3)
            let second = try await driver.claim(two, 3)
            let third = try await driver.claim(one, 3)
            #expect(first.map(\.job) == Array(ids[0..<3]))
            #expect(second.map(\.job) == Array(ids[3..<6]))
            #expect(third.map(\.job) == Array(ids[6...]))
            #expect(try await driver.claim(two, 3).isEmpty)
        },
        Check("Many workers at once share the work without handing out a job twice") { store in
            let total = 1_200
            let filler = try await store.open()
            _ = try await filler.push((0..<total).map { NewJob.make("\($0)") { $0.priority = $0.payload.count } })
            let seen = Lock<[JobID: Int]>([:])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<6 {
                    let driver = try await store.open()
                    group.addTask {
                        let worker = try await driver.worker("w\(index)")
                        var finished: [Settlement] = []
                        while true {
                            let exchange = try await driver.exchange(
                                worker,
                                settling: finished,
                                claimingFrom: ["q"],
                                limit: 17 + index
                            )
                            #expect(exchange.settled.count == finished.count)
                            #expect(exchange.stale.isEmpty)
                            #expect(exchange.deliveries.count <= 17 + index)
                            seen.withLock { seen in
                                for delivery in exchange.deliveries { seen[delivery.job, default: 0] += 1 }
                            }
                            finished = exchange.deliveries.map { Settlement(receipt: $0.receipt, ending: .completed) }
                            if finished.isEmpty { break }
                        }
                    }
                }
                try await group.waitForAll()
            }
            // A claimer that found everything locked by others may have left early; what is left is claimed here.
            let worker = try await filler.worker("last")
            while true {
                let deliveries = try await filler.claim(worker, 100)
                if deliveries.isEmpty { break }
                seen.withLock { seen in
                    for delivery in deliveries { seen[delivery.job, default: 0] += 1 }
                }
                for delivery in deliveries { _ = try await filler.settle(worker, delivery.receipt, .completed) }
            }
            let counts = seen.withLock { $0 }
            #expect(counts.count == total)
            #expect(counts.values.allSatisfy { $0 == 1 })
            #expect(try await filler.statistics(of: ["q"]).first?.completed == total)
        },
        Check("A limit holds against many claimers at once") { store in
            let filler = try await store.open()
            var limits = QueueLimits()
            limits.running = 5
            limits.runningPerKey = 2
            try await filler.setLimits("q", limits)
            _ = try await filler.push(
                (0..<60).map { index in NewJob.make("\(index)") { $0.concurrencyKey = "k\(index % 3)" } }
            )
            let floor = Lock((running: [String: Int](), most: 0, mostPerKey: 0, done: 0))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<4 {
                    let driver = try await store.open()
                    group.addTask {
                        let worker = try await driver.worker("w\(index)")
                        while floor.withLock({ $0.done }) < 60 {
                            try Task.checkCancellation()
                            let deliveries = try await driver.claim(worker, 3)
                            floor.withLock { state in
                                for delivery in deliveries {
                                    state.running[delivery.concurrencyKey ?? "", default: 0] += 1
                                }
                                state.most = max(state.most, state.running.values.reduce(0, +))
                                state.mostPerKey = max(state.mostPerKey, state.running.values.max() ?? 0)
                            }
                            await Task.yield()
                            for delivery in deliveries {
                                floor.withLock { $0.running[delivery.concurrencyKey ?? "", default: 0] -= 1 }
                                let exchange = try await driver.settle(worker, delivery.receipt, .completed)
                                #expect(exchange.settled == [delivery.job])
                                floor.withLock { $0.done += 1 }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let (most, mostPerKey, done) = floor.withLock { ($0.most, $0.mostPerKey, $0.done) }
            #expect(most <= 5)
            #expect(mostPerKey <= 2)
            #expect(done == 60)
        },
        Check("Many who enqueue the same unique key at once store one job") { store in
            let outcomes = try await withThrowingTaskGroup(of: EnqueueOutcome?.self) { group in
                for index in 0..<8 {
                    let driver = try await store.open()
                    group.addTask { try await driver.enqueue([.make("\(index)") { $0.uniqueKey = "u" }]).first }
                }
                return try await group.reduce(into: [EnqueueOutcome]()) { all, outcome in
                    if let outcome { all.append(outcome) }
                }
            }
            let stored = outcomes.filter { if case .enqueued = $0 { true } else { false } }
            #expect(outcomes.count == 8)
            #expect(stored.count == 1)
            #expect(Set(outcomes.map(\.job)).count == 1)
        },
    ]
}
