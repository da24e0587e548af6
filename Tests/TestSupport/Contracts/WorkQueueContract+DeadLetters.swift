import Services
import Testing

extension WorkQueueContract {
    /// Puts dead letters into the queue `q`, the given number of them.
    private static func bury(_ count: Int, in driver: any WorkQueueDriver) async throws -> [JobID] {
        let ids = try await driver.push((0..<count).map { NewJob.make("\($0)") { $0.maxAttempts = 2 } })
        let worker = try await driver.worker()
        for delivery in try await driver.claim(worker, count) {
            _ = try await driver.settle(worker, delivery.receipt, .failed(error: "e", retryAfter: nil))
        }
        return ids
    }

    static let deadLetters: [Check] = [
        Check("Dead letters are listed with their errors") { store in
            let driver = try await store.open()
            let ids = try await bury(3, in: driver)
            let dead = try await driver.jobs(in: "q", state: .dead, after: nil, limit: 10)
            #expect(dead.map(\.id) == ids)
            #expect(dead.allSatisfy { $0.errors.last?.error == "e" })
        },
        Check("Chosen dead letters become ready again with all their attempts") { store in
            let driver = try await store.open()
            let ids = try await bury(3, in: driver)
            let alive = try await driver.push(.make(in: "other"))
            #expect(try await driver.redrive("q", jobs: [ids[2], ids[0]] + alive, limit: 10) == 2)
            #expect(try await driver.state(ids[1]) == .dead)
            let record = try #require(try await driver.job(ids[0]))
            #expect(record.state == .ready)
            #expect(record.attempts == 0)
            #expect(record.endedAt == nil)
            let worker = try await driver.worker()
            #expect(Set(try await driver.claim(worker, 5).map(\.job)) == [ids[0], ids[2]])
            #expect(try await driver.redrive("q", jobs: [ids[0]], limit: 10) == 0)
            #expect(try await driver.redrive("q", jobs: [], limit: 10) == 0)
            #expect(try await driver.redrive("other", jobs: [ids[1]], limit: 10) == 0)
        },
        Check("All dead letters of a queue are redriven in bounded steps, oldest first") { store in
            let driver = try await store.open()
            let ids = try await bury(5, in: driver)
            #expect(try await driver.redrive("q", jobs: nil, limit: 3) == 3)
            #expect(try await driver.jobs(in: "q", state: .dead, after: nil, limit: 9).map(\.id) == Array(ids[3...]))
            #expect(try await driver.redrive("q", jobs: nil, limit: 3) == 2)
            #expect(try await driver.redrive("q", jobs: nil, limit: 3) == 0)
        },
        Check("A dead letter whose unique key another job has by now stays dead") { store in
            let driver = try await store.open()
            let new = NewJob.make { $0.uniqueKey = "u" }
            let dead = try await driver.push(new)
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            _ = try await driver.settle(worker, delivery.receipt, .failed(error: "e", retryAfter: nil))
            let living = try await driver.push(new)
            #expect(try await driver.redrive("q", jobs: dead, limit: 1) == 0)
            #expect(try await driver.state(dead[0]) == .dead)
            _ = try await driver.cancel(living)
            #expect(try await driver.redrive("q", jobs: nil, limit: 1) == 1)
            #expect(try await driver.enqueue([new]) == [.duplicate(of: dead[0])])
        },
        Check("Purging deletes jobs of one queue and state, oldest first and bounded") { store in
            let driver = try await store.open()
            let ids = try await bury(5, in: driver)
            let other = try await driver.push(.make("ready"), .make(in: "other"))
            #expect(try await driver.purge("q", state: .dead, limit: 3) == 3)
            for id in ids[..<3] { #expect(try await driver.job(id) == nil) }
            #expect(try await driver.purge("q", state: .dead, limit: 10) == 2)
            #expect(try await driver.purge("q", state: .dead, limit: 10) == 0)
            #expect(try await driver.purge("q", state: .scheduled, limit: 10) == 0)
            #expect(try await driver.purge("q", state: .ready, limit: 10) == 1)
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 5, from: ["q", "other"]).map(\.job) == [other[1]])
        },
        Check("What runs cannot be purged") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make())
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker).count == 1)
            let error = await #expect(throws: ServicesError.self) {
                _ = try await driver.purge("q", state: .running, limit: 1)
            }
            #expect(error?.code == .invalidRequest)
            #expect(try await driver.state(ids[0]) == .running)
        },
    ]

    static let retention: [Check] = [
        Check("Finished jobs go after their retention time, in bounded steps; others stay") { store in
            let driver = try await store.open()
            let dead = try await bury(1, in: driver)
            let finished = try await driver.push((0..<6).map { NewJob.make("\($0)") })
            let worker = try await driver.worker()
            for (index, delivery) in try await driver.claim(worker, 6).enumerated() {
                let ending = index % 2 == 0 ? JobEnding.completed : .cancelled(reason: "r")
                _ = try await driver.settle(worker, delivery.receipt, ending)
            }
            let waiting = try await driver.push(.make("ready"), .make("later") { $0.delay = .hour })
            try await store.pass()
            #expect(try await driver.maintainFully().pruned == 0)
            var options = QueueUpkeep.Options()
            options.retention = .zero
            options.deadRetention = nil
            options.limit = 4
            #expect(try await driver.maintain(options).pruned <= 4)
            _ = try await driver.maintainFully(options)
            for id in finished { #expect(try await driver.job(id) == nil) }
            for id in dead + waiting { #expect(try await driver.job(id) != nil) }
        },
        Check("Dead letters go after their own retention time") { store in
            let driver = try await store.open()
            let dead = try await bury(2, in: driver)
            try await store.pass()
            var options = QueueUpkeep.Options()
            options.deadRetention = .hour
            #expect(try await driver.maintainFully(options).pruned == 0)
            options.deadRetention = .zero
            #expect(try await driver.maintainFully(options).pruned == 2)
            for id in dead { #expect(try await driver.job(id) == nil) }
        },
    ]
}
