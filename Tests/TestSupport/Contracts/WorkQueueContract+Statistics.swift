package import Services
import Testing

extension WorkQueueContract {
    static let statistics: [Check] = [
        Check("Numbers equal a count of all jobs, by queue and state") { store in
            let driver = try await store.open()
            var random = SeededRandom(seed: 7)
            let queues = ["a", "b", "c"]
            let worker = try await driver.worker()
            for _ in 0..<30 {
                _ = try await driver.push(
                    (0..<random.int(in: 1...5)).map { _ in
                        .make(in: random.pick(queues)) { job in
                            if random.oneIn(4) { job.delay = .hour }
                            job.maxAttempts = random.int(in: 1...2)
                        }
                    }
                )
                for delivery in try await driver.claim(worker, 3, from: queues) where !random.oneIn(4) {
                    let ending = random.pick([
                        JobEnding.completed, .failed(error: "e", retryAfter: .zero), .snoozed(.hour),
                        .cancelled(reason: "r"), .undecodable(error: "u"), .failed(error: "e", retryAfter: nil),
                    ])
                    _ = try await driver.settle(worker, delivery.receipt, ending)
                }
            }
            let statistics = try await driver.statistics(of: [])
            #expect(statistics.map(\.queue) == queues)
            for queue in statistics {
                for state in JobState.allCases {
                    let counted = try await driver.jobs(in: queue.queue, state: state, after: nil, limit: 10_000).count
                    #expect(queue.count(of: state) == counted, "\(queue.queue) \(state)")
                }
            }
            #expect(try await driver.statistics(of: ["c", "a"]).map(\.queue) == ["a", "c"])
        },
        Check("The age of the oldest ready job is told, and nothing where there is none") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make())
            try await store.pass()
            _ = try await driver.push(.make(), .make(in: "later") { $0.delay = .hour })
            let statistics = try await driver.statistics(of: [])
            #expect(try #require(statistics.last { $0.queue == "q" }?.oldestReady) >= store.moment)
            #expect(statistics.first { $0.queue == "later" }?.oldestReady == nil)
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 5).count == 2)
            #expect(try await driver.statistics(of: ["q"]).first?.oldestReady == nil)
        },
    ]

    static let hostility: [Check] = [
        Check("Any bytes come back as they were stored") { store in
            let driver = try await store.open()
            let payloads: [[UInt8]] = [[], [0], Array(0...255), [0xff, 0xfe, 0, 10, 13, 39, 34, 92]]
            _ = try await driver.push(payloads.map { NewJob(queue: "q", kind: "kind", payload: $0) })
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 10).map(\.payload) == payloads)
        },
        Check("Ten megabytes come back as they were stored") { store in
            let driver = try await store.open()
            let payload = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            let id = try #require(try await driver.push([NewJob(queue: "q", kind: "kind", payload: payload)]).first)
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            #expect(delivery.payload == payload)
            #expect(try await driver.settle(worker, delivery.receipt, .completed).settled == [id])
        },
        Check("Queues and kinds may be called anything, and are told apart by their bytes") { store in
            let driver = try await store.open()
            let names = HostileNames.all
            _ = try await driver.push(
                names.enumerated().map { NewJob(queue: $1, kind: $1, payload: Array("\($0)".utf8)) }
            )
            let listed = try await driver.statistics(of: []).map { Array($0.queue.utf8) }
            #expect(listed == HostileNames.sorted(names).map { Array($0.utf8) })
            let worker = try await driver.worker()
            for (index, name) in names.enumerated() {
                let deliveries = try await driver.claim(worker, 5, from: [name])
                #expect(deliveries.map(\.text) == ["\(index)"], "\(name.debugDescription)")
                let delivery = try #require(deliveries.first)
                #expect(HostileNames.isSame(delivery.queue, name))
                #expect(HostileNames.isSame(delivery.kind, name))
            }
        },
        Check("Keys may be called anything, and are told apart by their bytes") { store in
            let driver = try await store.open()
            let names = HostileNames.all
            let new = names.map { name in
                NewJob.make(name) { job in
                    job.uniqueKey = name
                    job.concurrencyKey = name
                }
            }
            let ids = try await driver.push(new)
            #expect(try await driver.enqueue(new) == ids.map { .duplicate(of: $0) })
            let worker = try await driver.worker()
            let deliveries = try await driver.claim(worker, 100)
            #expect(deliveries.map(\.job) == ids)
            for (delivery, name) in zip(deliveries, names) {
                #expect(HostileNames.isSame(try #require(delivery.concurrencyKey), name))
            }
        },
        Check("Errors and reasons may say anything") { store in
            let driver = try await store.open()
            let worker = try await driver.worker("host'\"\0\n")
            for text in HostileNames.all + [""] {
                let id = try #require(try await driver.push(.make()).first)
                let delivery = try #require(try await driver.claim(worker).first)
                _ = try await driver.settle(worker, delivery.receipt, .failed(error: text, retryAfter: nil))
                let error = try #require(try await driver.job(id)?.errors.last?.error)
                #expect(HostileNames.isSame(error, text), "\(text.debugDescription)")
            }
        },
    ]

    static let signals: [Check] = [
        Check("An announcement wakes who listens to the queue") { store in
            guard let driver = try await store.open() as? any WorkQueueSignals else { return }
            let arrivals = try await driver.arrivals(in: ["q", "r"])
            _ = try await driver.push(.make(in: "r"))
            await driver.announce(["r"])
            #expect(await arrivals.yields(within: .seconds(30)))
        }
    ]
}

extension QueueStatistics {
    /// The number for one state.
    package func count(of state: JobState) -> Int {
        switch state {
        case .ready: ready
        case .scheduled: scheduled
        case .running: running
        case .completed: completed
        case .dead: dead
        case .expired: expired
        case .cancelled: cancelled
        }
    }
}
