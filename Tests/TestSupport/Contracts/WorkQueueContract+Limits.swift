import Services
import Testing

extension WorkQueueContract {
    static let limits: [Check] = [
        Check("Jobs of one key run one at a time by default, and do not hold up others") { store in
            let driver = try await store.open()
            _ = try await driver.push(
                .make("a1") { $0.concurrencyKey = "a" },
                .make("a2") { $0.concurrencyKey = "a" },
                .make("b1") { $0.concurrencyKey = "b" },
                .make("free")
            )
            let worker = try await driver.worker()
            let first = try await driver.claim(worker, 10)
            #expect(first.map(\.text) == ["a1", "b1", "free"])
            #expect(try await driver.claim(worker, 10).isEmpty)
            _ = try await driver.settle(worker, first[0].receipt, .completed)
            #expect(try await driver.claim(worker, 10).map(\.text) == ["a2"])
        },
        Check("A full key holds nobody up, however many of its jobs stand before the others") { store in
            let driver = try await store.open()
            _ = try await driver.push((0..<1_500).map { NewJob.make("a\($0)") { $0.concurrencyKey = "a" } })
            _ = try await driver.push(.make("b") { $0.concurrencyKey = "b" }, .make("free"))
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 1).map(\.text) == ["a0"])
            var claimed: [Delivery] = []
            // A store may stop looking in between, but not after each few jobs.
            for _ in 0..<4 where claimed.count < 2 { claimed += try await driver.claim(worker, 1) }
            #expect(claimed.map(\.text) == ["b", "free"])
        },
        Check("Many full keys hold nobody up either") { store in
            let driver = try await store.open()
            let keys = (0..<300).map { "k\($0)" }
            _ = try await driver.push(keys.map { key in NewJob.make("first") { $0.concurrencyKey = key } })
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 300).count == 300)
            _ = try await driver.push(keys.map { key in NewJob.make("second") { $0.concurrencyKey = key } })
            _ = try await driver.push(.make("free"))
            var claimed: [Delivery] = []
            for _ in 0..<4 where claimed.isEmpty { claimed = try await driver.claim(worker, 1) }
            #expect(claimed.map(\.text) == ["free"])
        },
        Check("All places that come free under a key are used again") { store in
            let driver = try await store.open()
            var limits = QueueLimits()
            limits.runningPerKey = 3
            try await driver.setLimits("q", limits)
            _ = try await driver.push((0..<12).map { NewJob.make("\($0)") { $0.concurrencyKey = "k" } })
            let worker = try await driver.worker()
            var claimed = try await driver.claim(worker, 10)
            for _ in 0..<3 {
                #expect(claimed.count == 3)
                let exchange = try await driver.exchange(
                    worker,
                    settling: claimed.map { Settlement(receipt: $0.receipt, ending: .completed) },
                    claimingFrom: ["q"],
                    limit: 10
                )
                claimed = exchange.deliveries
            }
            #expect(claimed.map(\.text) == ["9", "10", "11"])
        },
        Check("A limit that is raised lets jobs go on that had waited") { store in
            let driver = try await store.open()
            _ = try await driver.push((0..<6).map { NewJob.make("\($0)") { $0.concurrencyKey = "k" } })
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 10).map(\.text) == ["0"])
            var limits = QueueLimits()
            limits.runningPerKey = 3
            try await driver.setLimits("q", limits)
            _ = try await driver.maintainFully()
            #expect(try await driver.claim(worker, 10).map(\.text) == ["1", "2"])
        },
        Check("Every ending frees its place under the key") { store in
            let driver = try await store.open()
            let worker = try await driver.worker()
            let endings: [JobEnding] = [
                .completed, .failed(error: "e", retryAfter: .hour), .failed(error: "e", retryAfter: nil),
                .snoozed(.hour), .cancelled(reason: "r"), .undecodable(error: "u"),
            ]
            for ending in endings {
                _ = try await driver.push(.make { $0.concurrencyKey = "k" })
                let delivery = try #require(try await driver.claim(worker).first, "before \(ending)")
                _ = try await driver.settle(worker, delivery.receipt, ending)
            }
            _ = try await driver.push(.make { $0.concurrencyKey = "k" })
            let delivery = try #require(try await driver.claim(worker).first)
            #expect(try await driver.cancel([delivery.job]) == [delivery.job])
            _ = try await driver.push(.make { $0.concurrencyKey = "k" })
            #expect(try await driver.claim(worker).count == 1)
            try await driver.retire(worker)
            #expect(try await driver.claim(try await driver.worker()).count == 1)
        },
        Check("A key's places come back from a dead worker") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make("a") { $0.concurrencyKey = "k" }, .make("b") { $0.concurrencyKey = "k" })
            let dead = try await driver.worker()
            #expect(try await driver.claim(dead, 5).count == 1)
            _ = try await driver.heartbeat(dead, lease: store.moment)
            try await store.pass()
            _ = try await driver.maintainFully()
            #expect(try await driver.claim(try await driver.worker(), 5).count == 1)
        },
        Check("The limit per key can be raised, and counts per queue") { store in
            let driver = try await store.open()
            var limits = QueueLimits()
            limits.runningPerKey = 2
            try await driver.setLimits("q", limits)
            for queue in ["q", "r"] {
                _ = try await driver.push(
                    (0..<4).map { NewJob.make("\(queue)\($0)", in: queue) { $0.concurrencyKey = "k" } }
                )
            }
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 10, from: ["q"]).map(\.text) == ["q0", "q1"])
            #expect(try await driver.claim(worker, 10, from: ["r"]).map(\.text) == ["r0"])
        },
        Check("A queue's limit counts what all workers run") { store in
            let driver = try await store.open()
            var limits = QueueLimits()
            limits.running = 3
            try await driver.setLimits("q", limits)
            _ = try await driver.push((0..<6).map { NewJob.make("\($0)") })
            let (one, two) = (try await driver.worker("one"), try await driver.worker("two"))
            let first = try await driver.claim(one, 2)
            #expect(first.count == 2)
            #expect(try await driver.claim(two, 5).map(\.text) == ["2"])
            #expect(try await driver.claim(one, 5).isEmpty)
            let exchange = try await driver.exchange(
                one,
                settling: first.map { Settlement(receipt: $0.receipt, ending: .completed) },
                claimingFrom: ["q"],
                limit: 5
            )
            #expect(exchange.deliveries.map(\.text) == ["3", "4"])
        },
        Check("A limit of zero stops the hand-out, and none lets everything go") { store in
            let driver = try await store.open()
            var limits = QueueLimits()
            limits.running = 0
            try await driver.setLimits("q", limits)
            _ = try await driver.push(.make("a"), .make("b"))
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 5).isEmpty)
            limits.running = nil
            try await driver.setLimits("q", limits)
            #expect(try await driver.claim(worker, 5).count == 2)
        },
        Check("A full queue does not hold up the other queues of a claim") { store in
            let driver = try await store.open()
            var limits = QueueLimits()
            limits.running = 1
            try await driver.setLimits("full", limits)
            _ = try await driver.push((0..<5).map { NewJob.make("\($0)", in: "full") })
            _ = try await driver.push((0..<5).map { NewJob.make("\($0)", in: "open") })
            let worker = try await driver.worker()
            let queues = try await driver.claim(worker, 10, from: ["full", "open"]).map(\.queue)
            #expect(queues.count { $0 == "full" } == 1)
            #expect(queues.count { $0 == "open" } == 5)
        },
    ]

    static let pausing: [Check] = [
        Check("A paused queue hands out nothing until it is resumed; others go on") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make("a"), .make("b", in: "other"))
            try await driver.setPaused("q", true)
            try await driver.setPaused("q", true)
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 5, from: ["q", "other"]).map(\.text) == ["b"])
            try await driver.setPaused("q", false)
            #expect(try await driver.claim(worker, 5).map(\.text) == ["a"])
        },
        Check("Pausing leaves what runs alone, and new jobs are taken in") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make("a"))
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            try await driver.setPaused("q", true)
            _ = try await driver.push(.make("b"))
            #expect(try await driver.settle(worker, delivery.receipt, .completed).settled == ids)
            #expect(try await driver.claim(worker).isEmpty)
        },
        Check("Settings of a queue without jobs are kept and told") { store in
            let driver = try await store.open()
            var limits = QueueLimits()
            limits.running = 7
            limits.runningPerKey = 3
            limits.ageingStep = nil
            try await driver.setLimits("limited", limits)
            try await driver.setPaused("paused", true)
            let statistics = try await driver.statistics(of: [])
            #expect(statistics.map(\.queue) == ["limited", "paused"])
            #expect(statistics.first?.limits == limits)
            #expect(statistics.first?.isPaused == false)
            #expect(statistics.last?.isPaused == true)
            #expect(statistics.last?.limits == QueueLimits())
        },
    ]
}
