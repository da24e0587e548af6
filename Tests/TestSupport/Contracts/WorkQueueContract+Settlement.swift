import Services
import Testing

extension WorkQueueContract {
    static let settlement: [Check] = [
        Check("One round trip settles finished work and claims new work") { store in
            let driver = try await store.open()
            let ids = try await driver.push((0..<6).map { NewJob.make("\($0)") })
            let worker = try await driver.worker()
            let first = try await driver.claim(worker, 3)
            let exchange = try await driver.exchange(
                worker,
                settling: first.map { Settlement(receipt: $0.receipt, ending: .completed) },
                claimingFrom: ["q"],
                limit: 2
            )
            #expect(exchange.settled.sorted() == Array(ids[0..<3]))
            #expect(exchange.stale.isEmpty)
            #expect(exchange.deliveries.map(\.job) == Array(ids[3..<5]))
        },
        Check("A limit of zero settles only") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make("a"), .make("b"))
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            let exchange = try await driver.exchange(
                worker,
                settling: [Settlement(receipt: delivery.receipt, ending: .completed)],
                claimingFrom: ["q"],
                limit: 0
            )
            #expect(exchange == QueueExchange(settled: [ids[0]]))
        },
        Check("A settlement makes room under a limit for the claim of the same round trip") { store in
            let driver = try await store.open()
            _ = try await driver.push(
                .make("a") { $0.concurrencyKey = "k" },
                .make("b") { $0.concurrencyKey = "k" }
            )
            let worker = try await driver.worker()
            let first = try await driver.claim(worker, 5)
            #expect(first.map(\.text) == ["a"])
            let exchange = try await driver.exchange(
                worker,
                settling: first.map { Settlement(receipt: $0.receipt, ending: .completed) },
                claimingFrom: ["q"],
                limit: 5
            )
            #expect(exchange.deliveries.map(\.text) == ["b"])
        },
        Check("Settlements of several endings take effect together") { store in
            let driver = try await store.open()
            let ids = try await driver.push((0..<5).map { NewJob.make("\($0)") })
            let worker = try await driver.worker()
            let endings: [JobEnding] = [
                .completed, .failed(error: "e", retryAfter: .hour), .snoozed(.hour), .cancelled(reason: "r"),
                .undecodable(error: "u"),
            ]
            let deliveries = try await driver.claim(worker, 5)
            let exchange = try await driver.exchange(
                worker,
                settling: zip(deliveries, endings).map { Settlement(receipt: $0.receipt, ending: $1) },
                claimingFrom: [],
                limit: 0
            )
            #expect(exchange.settled.sorted() == ids)
            var states: [JobState?] = []
            for id in ids { states.append(try await driver.state(id)) }
            #expect(states == [.completed, .scheduled, .scheduled, .cancelled, .dead])
        },
        Check("A receipt survives its text form, and settles from anywhere") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let (puller, other) = (try await driver.worker("puller"), try await driver.worker("other"))
            let text = try #require(try await driver.claim(puller).first).receipt.description
            let receipt = try #require(DeliveryReceipt(text))
            #expect(try await driver.settle(other, receipt, .completed).settled == [id])
            #expect(try await driver.state(id) == .completed)
        },
    ]

    static let repetition: [Check] = [
        Check("Settling again changes nothing and is told as stale") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            let receipt = try #require(try await driver.claim(worker).first).receipt
            _ = try await driver.settle(worker, receipt, .completed)
            let endings: [JobEnding] = [
                .completed, .failed(error: "e", retryAfter: .zero), .snoozed(.zero), .cancelled(reason: "r"),
                .undecodable(error: "u"),
            ]
            for ending in endings {
                let exchange = try await driver.settle(worker, receipt, ending)
                #expect(exchange.settled.isEmpty, "\(ending)")
                #expect(exchange.stale == [receipt], "\(ending)")
            }
            #expect(try await driver.state(id) == .completed)
        },
        Check("The same settlement twice in one round trip takes effect once") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            let receipt = try #require(try await driver.claim(worker).first).receipt
            let failure = Settlement(receipt: receipt, ending: .failed(error: "e", retryAfter: .hour))
            let exchange = try await driver.exchange(
                worker,
                settling: [failure, failure],
                claimingFrom: [],
                limit: 0
            )
            #expect(Set(exchange.settled) == [id])
            #expect(try await driver.job(id)?.errors.count == 1)
        },
        Check("The settlement of an earlier attempt is refused") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            let old = try #require(try await driver.claim(worker).first).receipt
            _ = try await driver.settle(worker, old, .failed(error: "e", retryAfter: .zero))
            let new = try #require(try await driver.claim(worker).first).receipt
            #expect(try await driver.settle(worker, old, .completed).stale == [old])
            #expect(try await driver.state(id) == .running)
            #expect(try await driver.settle(worker, new, .completed).settled == [id])
        },
        Check("The settlement of another worker's hand-out is refused") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let (one, two) = (try await driver.worker("one"), try await driver.worker("two"))
            let receipt = try #require(try await driver.claim(one).first).receipt
            let forged = DeliveryReceipt(job: receipt.job, attempt: receipt.attempt, worker: two)
            #expect(try await driver.settle(two, forged, .completed).stale == [forged])
            #expect(try await driver.state(id) == .running)
        },
        Check("The settlement of a job that does not exist is refused, and the others take effect") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            let receipt = try #require(try await driver.claim(worker).first).receipt
            let unknown = DeliveryReceipt(job: JobID(99_999), attempt: 1, worker: worker)
            let exchange = try await driver.exchange(
                worker,
                settling: [unknown, receipt].map { Settlement(receipt: $0, ending: .completed) },
                claimingFrom: [],
                limit: 0
            )
            #expect(exchange.settled == [id])
            #expect(exchange.stale == [unknown])
        },
        Check("A job that was never handed out cannot be settled") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            for attempt in [0, 1] {
                let receipt = DeliveryReceipt(job: id, attempt: attempt, worker: worker)
                #expect(try await driver.settle(worker, receipt, .completed).stale == [receipt])
            }
            #expect(try await driver.state(id) == .ready)
        },
    ]
}
