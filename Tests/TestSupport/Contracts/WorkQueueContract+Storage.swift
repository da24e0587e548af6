import Services
import Testing

extension WorkQueueContract {
    static let storage: [Check] = [
        Check("A job is handed out with everything it was stored with") { store in
            let driver = try await store.open()
            let new = NewJob.make("payload") { job in
                job.kind = "mail"
                job.priority = 3
                job.maxAttempts = 4
                job.concurrencyKey = "key"
            }
            let id = try #require(try await driver.push(new).first)
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            #expect(delivery.job == id)
            #expect(delivery.queue == "q")
            #expect(delivery.kind == "mail")
            #expect(delivery.text == "payload")
            #expect(delivery.priority == 3)
            #expect(delivery.attempt == 1)
            #expect(delivery.maxAttempts == 4)
            #expect(delivery.concurrencyKey == "key")
            #expect(delivery.receipt.worker == worker)
        },
        Check("A record tells what was stored and where the job stands") { store in
            let driver = try await store.open()
            let new = NewJob.make("payload") { job in
                job.uniqueKey = "u"
                job.concurrencyKey = "c"
            }
            let id = try #require(try await driver.push(new).first)
            let ready = try #require(try await driver.job(id))
            #expect(ready.id == id)
            #expect(ready.queue == "q")
            #expect(ready.kind == "kind")
            #expect(ready.payload == Array("payload".utf8))
            #expect(ready.state == .ready)
            #expect(ready.priority == 5)
            #expect(ready.attempts == 0)
            #expect(ready.maxAttempts == 10)
            #expect(ready.uniqueKey == "u")
            #expect(ready.concurrencyKey == "c")
            #expect(ready.endedAt == nil)
            #expect(ready.errors.isEmpty)
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            let running = try #require(try await driver.job(id))
            #expect(running.state == .running)
            #expect(running.attempts == 1)
            _ = try await driver.settle(worker, delivery.receipt, .completed)
            let completed = try #require(try await driver.job(id))
            #expect(completed.state == .completed)
            #expect(try #require(completed.endedAt) >= completed.enqueuedAt)
        },
        Check("Outcomes come in the order of the jobs, with rising ids") { store in
            let driver = try await store.open()
            let first = try await driver.push((0..<50).map { NewJob.make("\($0)", in: $0 % 2 == 0 ? "q" : "r") })
            let second = try await driver.push(.make("50"))
            let ids = first + second
            #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
            for (index, id) in ids.enumerated() {
                #expect(try await driver.job(id)?.payload == Array("\(index)".utf8))
            }
        },
        Check("Storing nothing, and asking for a job that is not there, is harmless") { store in
            let driver = try await store.open()
            #expect(try await driver.enqueue([]).isEmpty)
            #expect(try await driver.job(JobID(4_711)) == nil)
            #expect(try await driver.cancel([JobID(4_711)]).isEmpty)
            #expect(try await driver.cancel([]).isEmpty)
            #expect(try await driver.jobs(in: "q", state: .ready, after: nil, limit: 10).isEmpty)
        },
        Check("Jobs of one state are listed by id, and pages miss and repeat none") { store in
            let driver = try await store.open()
            let ids = try await driver.push((0..<23).map { NewJob.make("\($0)") { $0.priority = 4 } })
            _ = try await driver.push(.make(in: "other"), .make { $0.delay = .hour })
            var listed: [JobRecord] = []
            while true {
                let page = try await driver.jobs(in: "q", state: .ready, after: listed.last?.id, limit: 5)
                #expect(page.count <= 5)
                listed += page
                if page.count < 5 { break }
            }
            #expect(listed.map(\.id) == ids)
            #expect(listed.allSatisfy { $0.state == .ready && $0.queue == "q" })
        },
        Check("A job stored through one driver is worked through another") { store in
            let (one, two) = (try await store.open(), try await store.open())
            let id = try #require(try await one.push(.make()).first)
            let worker = try await two.worker()
            let delivery = try #require(try await two.claim(worker).first)
            #expect(delivery.job == id)
            #expect(try await one.settle(worker, delivery.receipt, .completed).settled == [id])
            #expect(try await two.state(id) == .completed)
        },
    ]

    static let order: [Check] = [
        Check("Jobs come oldest first") { store in
            let driver = try await store.open()
            for index in 0..<5 { _ = try await driver.push(.make("\(index)a"), .make("\(index)b")) }
            let worker = try await driver.worker()
            let texts = try await driver.claim(worker, 10).map(\.text)
            #expect(texts == ["0a", "0b", "1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b"])
        },
        Check("More urgent jobs come first, within a batch and between batches") { store in
            let driver = try await store.open()
            for (index, priority) in [5, 9, 0, 5, 3, 0, 9].enumerated() {
                _ = try await driver.push(.make("\(priority).\(index)") { $0.priority = priority })
            }
            let worker = try await driver.worker()
            var texts: [String] = []
            for limit in [1, 3, 2, 5] { texts += try await driver.claim(worker, limit).map(\.text) }
            #expect(texts == ["0.2", "0.5", "3.4", "5.0", "5.3", "9.1", "9.6"])
        },
        Check("A job that waited long enough overtakes a more urgent one") { store in
            let driver = try await store.open()
            var limits = QueueLimits()
            limits.ageingStep = store.moment
            try await driver.setLimits("q", limits)
            _ = try await driver.push(.make("old") { $0.priority = 9 })
            try await store.pass(moments: 5)
            _ = try await driver.push(.make("new") { $0.priority = 5 })
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 2).map(\.text) == ["old", "new"])
        },
        Check("Without ageing, waiting changes nothing") { store in
            let driver = try await store.open()
            var limits = QueueLimits()
            limits.ageingStep = nil
            try await driver.setLimits("q", limits)
            _ = try await driver.push(.make("old") { $0.priority = 9 })
            try await store.pass(moments: 5)
            _ = try await driver.push(.make("new") { $0.priority = 8 })
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 2).map(\.text) == ["new", "old"])
        },
        Check("A job that is tried again stands behind those that waited") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make("a"), .make("b"))
            let worker = try await driver.worker()
            let first = try #require(try await driver.claim(worker).first)
            try await store.pass()
            _ = try await driver.settle(worker, first.receipt, .failed(error: "no", retryAfter: .zero))
            #expect(try await driver.claim(worker, 2).map(\.text) == ["b", "a"])
        },
        Check("Only the queues that were named are claimed from") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make("a", in: "a"), .make("b", in: "b"), .make("c", in: "c"))
            let worker = try await driver.worker()
            #expect(Set(try await driver.claim(worker, 10, from: ["a", "c"]).map(\.text)) == ["a", "c"])
            #expect(try await driver.claim(worker, 10, from: []).isEmpty)
            #expect(try await driver.claim(worker, 10, from: ["none"]).isEmpty)
            #expect(try await driver.claim(worker, 10, from: ["b", "b"]).map(\.text) == ["b"])
        },
        Check("No queue starves another") { store in
            let driver = try await store.open()
            _ = try await driver.push((0..<100).map { NewJob.make("\($0)", in: "a") })
            _ = try await driver.push((0..<100).map { NewJob.make("\($0)", in: "b") })
            let worker = try await driver.worker()
            var counts: [String: Int] = [:]
            for _ in 0..<4 {
                for delivery in try await driver.claim(worker, 10, from: ["a", "b"]) {
                    counts[delivery.queue, default: 0] += 1
                }
            }
            #expect(counts["a", default: 0] >= 10, "\(counts)")
            #expect(counts["b", default: 0] >= 10, "\(counts)")
            #expect(counts.values.reduce(0, +) == 40)
        },
    ]
}
