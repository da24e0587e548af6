import Services
import ServicesSQLite
import TestSupport
import Testing

@Suite("The work queue's table")
struct SQLiteWorkQueueTests {
    @Test("A row that another program inserts is picked up", .timeLimit(.minutes(10)))
    func directInsert() async throws {
        try await withSQLite { fixture in
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            try RawSQLite(fixture.path).run(
                "INSERT INTO work_queue (queue, kind, payload) VALUES ('q', 'mail', 'text')"
            )
            let delivery = try #require(try await driver.claim(try await driver.worker()).first)
            #expect(delivery.kind == "mail")
            #expect(delivery.text == "text")
            #expect(delivery.priority == 5)
            #expect(delivery.maxAttempts == 10)
        }
    }

    @Test("Rows that cannot be read are parked with their error, and the rest go on", .timeLimit(.minutes(10)))
    func unreadable() async throws {
        try await withSQLite { fixture in
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            try RawSQLite(fixture.path).run(
                """
                INSERT INTO work_queue (queue, kind, payload) VALUES ('q', CAST(x'ff' AS TEXT), x'');
                INSERT INTO work_queue (queue, kind, payload) VALUES ('q', 'large', NULL)
                """
            )
            _ = try await driver.push(.make("good"))
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 5).map(\.text) == ["good"])
            let dead = try await driver.jobs(in: "q", state: .dead, after: nil, limit: 5)
            #expect(dead.count == 2)
            #expect(dead.allSatisfy { $0.errors.last?.error.contains("unreadable") == true })
        }
    }

    @Test("Thousands of jobs behind a full key do not hide other work", .timeLimit(.minutes(10)))
    func blocked() async throws {
        try await withSQLite { fixture in
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            _ = try await driver.push((0..<5_000).map { number in .make("\(number)") { $0.concurrencyKey = "k" } })
            _ = try await driver.push(.make("free"))
            let worker = try await driver.worker()
            var texts: [String] = []
            // A claim looks at a bounded number of rows; those it has blocked are not in the way of the next.
            for _ in 0..<10 { texts += try await driver.claim(worker, 2).map(\.text) }
            #expect(texts == ["0", "free"])
            let statistics = try #require(try await driver.statistics(of: ["q"]).first)
            #expect(statistics.ready == 4_999)
            #expect(statistics.running == 2)
        }
    }

    @Test("A key works off its jobs one by one, in order", .timeLimit(.minutes(10)))
    func serial() async throws {
        try await withSQLite { fixture in
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            _ = try await driver.push((0..<200).map { number in .make("\(number)") { $0.concurrencyKey = "k" } })
            let worker = try await driver.worker()
            var texts: [String] = []
            var finished: [Settlement] = []
            while true {
                let exchange = try await driver.exchange(worker, settling: finished, claimingFrom: ["q"], limit: 3)
                if exchange.deliveries.isEmpty { break }
                #expect(exchange.deliveries.count == 1)
                texts += exchange.deliveries.map(\.text)
                finished = exchange.deliveries.map { Settlement(receipt: $0.receipt, ending: .completed) }
            }
            #expect(texts == (0..<200).map { "\($0)" })
        }
    }

    @Test("Errors are kept up to their number and size", .timeLimit(.minutes(10)))
    func errors() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open { options in
                options.errorsKept = 3
                options.errorSizeInBytes = 9
            }
            let driver = SQLiteWorkQueueDriver(store: store)
            let id = try #require(try await driver.push(.make()).first)
            let worker = try await driver.worker()
            for number in 0..<5 {
                let delivery = try #require(try await driver.claim(worker).first)
                let error = "\(number) éééééé"
                _ = try await driver.settle(worker, delivery.receipt, .failed(error: error, retryAfter: .zero))
            }
            let errors = try #require(try await driver.job(id)).errors
            #expect(errors.map(\.error) == ["2 ééé", "3 ééé", "4 ééé"])
            #expect(errors.map(\.attempt) == [3, 4, 5])
        }
    }

    @Test("A large payload is not written again when its job changes state", .timeLimit(.minutes(10)))
    func large() async throws {
        try await withSQLite { fixture in
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            let payload = [UInt8](repeating: 7, count: 100_000)
            let id = try #require(try await driver.push([NewJob(queue: "q", kind: "kind", payload: payload)]).first)
            let raw = try RawSQLite(fixture.path)
            #expect(try raw.run("SELECT payload FROM work_queue") == ["NULL"])
            #expect(try await driver.job(id)?.payload == payload)
            #expect(try await driver.purge("q", state: .ready, limit: 1) == 1)
            #expect(try raw.run("SELECT count(*) FROM work_payloads") == ["0"])
        }
    }
}
