import Services
import Testing

extension WorkQueueContract {
    static let liveness: [Check] = [
        Check("Generations rise, and a later one leaves the earlier alone") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make("a"), .make("b"))
            let first = try await driver.worker("w")
            let second = try await driver.worker("w")
            let third = try await driver.worker("other")
            #expect(first < second)
            #expect(second < third)
            #expect(try await driver.claim(first).map(\.text) == ["a"])
            #expect(try await driver.claim(second).map(\.text) == ["b"])
            #expect(try await driver.heartbeat(first, lease: .hour))
        },
        Check("A worker whose lease has ended is told so and gets no work") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make())
            let worker = try await driver.worker(lease: store.moment)
            try await store.pass()
            #expect(try await driver.claim(worker).isEmpty)
            #expect(!(try await driver.heartbeat(worker, lease: .hour)))
            #expect(try await driver.claim(worker).isEmpty)
            #expect(try await driver.claim(try await driver.worker()).count == 1)
        },
        Check("A heartbeat gives the new lease from now") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make())
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker).count == 1)
            #expect(try await driver.heartbeat(worker, lease: store.moment))
            try await store.pass()
            #expect(try await driver.maintainFully().orphans == 1)
            #expect(try await driver.state(ids[0]) == .ready)
        },
        Check("A worker that keeps its lease keeps its work") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make())
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            for _ in 0..<3 {
                try await store.pass()
                #expect(try await driver.heartbeat(worker, lease: .hour))
                #expect(try await driver.maintainFully().orphans == 0)
            }
            #expect(try await driver.settle(worker, delivery.receipt, .completed).settled == ids)
        },
        Check("A worker nobody registered gets nothing") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make())
            let unknown = WorkerGeneration(987_654)
            #expect(!(try await driver.heartbeat(unknown, lease: .hour)))
            #expect(try await driver.claim(unknown).isEmpty)
            try await driver.retire(unknown)
        },
        Check("Retiring gives work back at once, without counting the start") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make("a") { $0.maxAttempts = 1 }, .make("b"))
            let worker = try await driver.worker()
            let deliveries = try await driver.claim(worker, 2)
            try await driver.retire(worker)
            #expect(!(try await driver.heartbeat(worker, lease: .hour)))
            #expect(try await driver.claim(worker).isEmpty)
            for id in ids {
                let record = try #require(try await driver.job(id))
                #expect(record.state == .ready)
                #expect(record.attempts == 0)
            }
            let next = try await driver.worker("next")
            let again = try await driver.claim(next, 2)
            #expect(again.map(\.job) == ids)
            #expect(again.map(\.attempt) == [1, 1])
            let old = deliveries[0].receipt
            #expect(try await driver.settle(next, old, .completed).stale == [old])
            #expect(try await driver.state(ids[0]) == .running)
            try await driver.retire(worker)
            #expect(try await driver.state(ids[0]) == .running)
        },
        Check("A late settlement takes effect as long as the work went nowhere else") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            _ = try await driver.heartbeat(worker, lease: store.moment)
            try await store.pass()
            #expect(try await driver.settle(worker, delivery.receipt, .completed).settled == [id])
            #expect(try await driver.maintainFully().orphans == 0)
            #expect(try await driver.state(id) == .completed)
        },
    ]

    static let orphans: [Check] = [
        Check("Work of a dead worker comes back, its start counted and noted") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let dead = try await driver.worker("dead")
            let old = try #require(try await driver.claim(dead).first).receipt
            _ = try await driver.heartbeat(dead, lease: store.moment)
            try await store.pass()
            #expect(try await driver.maintainFully().orphans == 1)
            let record = try #require(try await driver.job(id))
            #expect(record.state == .ready)
            #expect(record.attempts == 1)
            #expect(record.errors.count == 1)
            let next = try await driver.worker("next")
            let delivery = try #require(try await driver.claim(next).first)
            #expect(delivery.attempt == 2)
            #expect(try await driver.settle(dead, old, .completed).stale == [old])
            #expect(try await driver.settle(next, delivery.receipt, .completed).settled == [id])
        },
        Check("Work that was taken back is no longer the dead worker's, even before somebody else has it") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let dead = try await driver.worker("dead")
            let old = try #require(try await driver.claim(dead).first).receipt
            _ = try await driver.heartbeat(dead, lease: store.moment)
            try await store.pass()
            _ = try await driver.maintainFully()
            #expect(try await driver.settle(dead, old, .completed).stale == [old])
            #expect(try await driver.state(id) == .ready)
        },
        Check("A job that ends every worker goes to the dead letters") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make { $0.maxAttempts = 2 }).first)
            for round in 1...2 {
                let worker = try await driver.worker("dead \(round)")
                #expect(try await driver.claim(worker).count == 1)
                _ = try await driver.heartbeat(worker, lease: store.moment)
                try await store.pass()
                #expect(try await driver.maintainFully().orphans == 1)
            }
            #expect(try await driver.state(id) == .dead)
        },
        Check("Only dead workers lose their work") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make("a"), .make("b"))
            let (dead, alive) = (try await driver.worker("dead"), try await driver.worker("alive"))
            #expect(try await driver.claim(dead).map(\.job) == [ids[0]])
            #expect(try await driver.claim(alive).map(\.job) == [ids[1]])
            _ = try await driver.heartbeat(dead, lease: store.moment)
            try await store.pass()
            #expect(try await driver.maintainFully().orphans == 1)
            #expect(try await driver.state(ids[0]) == .ready)
            #expect(try await driver.state(ids[1]) == .running)
        },
        Check("Housekeeping is bounded, says so, and comes to an end") { store in
            let driver = try await store.open()
            _ = try await driver.push((0..<25).map { NewJob.make("\($0)") })
            _ = try await driver.push((0..<25).map { NewJob.make("\($0)", in: "later") { $0.delay = store.moment } })
            _ = try await driver.push(
                (0..<25).map { NewJob.make("\($0)", in: "short") { $0.timeToLive = store.moment } }
            )
            let dead = try await driver.worker()
            #expect(try await driver.claim(dead, 25).count == 25)
            _ = try await driver.heartbeat(dead, lease: store.moment)
            try await store.pass()
            var options = QueueUpkeep.Options()
            options.limit = 10
            let step = try await driver.maintain(options)
            #expect(step.orphans <= 10)
            #expect(step.promoted <= 10)
            #expect(step.expired <= 10)
            #expect(step.isIncomplete)
            let rest = try await driver.maintainFully(options)
            #expect(step.orphans + rest.orphans == 25)
            #expect(step.promoted + rest.promoted == 25)
            #expect(step.expired + rest.expired == 25)
            #expect(!(try await driver.maintain(options).isIncomplete))
        },
    ]
}
