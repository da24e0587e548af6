import Services
import Testing

extension WorkQueueContract {
    static let endings: [Check] = [
        Check("A failure keeps its error and is tried again after its time") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            let first = try #require(try await driver.claim(worker).first)
            _ = try await driver.settle(worker, first.receipt, .failed(error: "broken", retryAfter: .hour))
            let waiting = try #require(try await driver.job(id))
            #expect(waiting.state == .scheduled)
            #expect(waiting.attempts == 1)
            #expect(waiting.errors.map(\.error) == ["broken"])
            #expect(waiting.errors.map(\.attempt) == [1])
            let runAt = try #require(waiting.runAt)
            #expect(runAt > waiting.enqueuedAt)
            #expect(runAt - waiting.enqueuedAt >= .hour)
            #expect(try await driver.claim(worker).isEmpty)
        },
        Check("A retry that is due comes back with the next attempt") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make())
            let worker = try await driver.worker()
            let first = try #require(try await driver.claim(worker).first)
            _ = try await driver.settle(worker, first.receipt, .failed(error: "broken", retryAfter: store.moment))
            try await store.pass()
            #expect(try await driver.maintainFully().promoted <= 1)
            let second = try #require(try await driver.claim(worker).first)
            #expect(second.attempt == 2)
        },
        Check("A failure without a next time goes to the dead letters at once") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            _ = try await driver.settle(worker, delivery.receipt, .failed(error: "hopeless", retryAfter: nil))
            let record = try #require(try await driver.job(id))
            #expect(record.state == .dead)
            #expect(record.endedAt != nil)
            #expect(record.errors.last?.error == "hopeless")
            #expect(try await driver.claim(worker).isEmpty)
        },
        Check("A job goes to the dead letters when no attempt is left") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make { $0.maxAttempts = 3 }).first)
            let worker = try await driver.worker()
            for attempt in 1...3 {
                #expect(try await driver.state(id) == .ready)
                let delivery = try #require(try await driver.claim(worker).first)
                #expect(delivery.attempt == attempt)
                _ = try await driver.settle(worker, delivery.receipt, .failed(error: "e\(attempt)", retryAfter: .zero))
            }
            let record = try #require(try await driver.job(id))
            #expect(record.state == .dead)
            #expect(record.attempts == 3)
            #expect(record.errors.last?.error == "e3")
            #expect(record.errors.last?.attempt == 3)
        },
        Check("A snoozed job waits, and its start does not count") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make { $0.maxAttempts = 1 }).first)
            let worker = try await driver.worker()
            for _ in 0..<3 {
                let delivery = try #require(try await driver.claim(worker).first)
                _ = try await driver.settle(worker, delivery.receipt, .snoozed(store.moment))
                #expect(try await driver.state(id) == .scheduled)
                #expect(try await driver.job(id)?.attempts == 0)
                try await store.pass()
                _ = try await driver.maintainFully()
            }
            let delivery = try #require(try await driver.claim(worker).first)
            #expect(delivery.attempt == 1)
            #expect(try await driver.settle(worker, delivery.receipt, .completed).settled == [id])
        },
        Check("A cancelled hand-out is final") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            _ = try await driver.settle(worker, delivery.receipt, .cancelled(reason: "not wanted"))
            let record = try #require(try await driver.job(id))
            #expect(record.state == .cancelled)
            #expect(record.endedAt != nil)
            #expect(try await driver.claim(worker).isEmpty)
        },
        Check("An unreadable payload is parked with its error at once, and the rest go on") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make("bad"), .make("good"))
            let worker = try await driver.worker()
            let bad = try #require(try await driver.claim(worker).first)
            let exchange = try await driver.exchange(
                worker,
                settling: [Settlement(receipt: bad.receipt, ending: .undecodable(error: "no JSON"))],
                claimingFrom: ["q"],
                limit: 5
            )
            #expect(exchange.deliveries.map(\.text) == ["good"])
            let record = try #require(try await driver.job(ids[0]))
            #expect(record.state == .dead)
            #expect(record.errors.last?.error == "no JSON")
            #expect(record.payload == Array("bad".utf8))
        },
        Check("Cancelling takes back what is unfinished, and names it") { store in
            let driver = try await store.open()
            let worker = try await driver.worker()
            let finished = try await driver.push(.make("completed"), .make("dead"))
            let ended = try await driver.claim(worker, 2)
            _ = try await driver.settle(worker, ended[0].receipt, .completed)
            _ = try await driver.settle(worker, ended[1].receipt, .failed(error: "e", retryAfter: nil))
            let running = try await driver.push(.make("running"))
            let receipt = try #require(try await driver.claim(worker).first).receipt
            let waiting = try await driver.push(.make("ready"), .make("scheduled") { $0.delay = .hour })
            let all = finished + running + waiting
            #expect(try await driver.cancel(all).sorted() == running + waiting)
            var states: [JobState?] = []
            for id in all { states.append(try await driver.state(id)) }
            #expect(states == [.completed, .dead, .cancelled, .cancelled, .cancelled])
            #expect(try await driver.cancel(all).isEmpty)
            #expect(try await driver.settle(worker, receipt, .completed).stale == [receipt])
            #expect(try await driver.state(running[0]) == .cancelled)
            #expect(try await driver.claim(worker, 10).isEmpty)
        },
    ]
}
