import EventLoop
import Locking
import Postgres
import TestSupport
import Testing

@Suite("Listener", .timeLimit(.minutes(10)))
struct PostgresListenerTests {
    private func makeListener(
        _ database: Database,
        _ change: (inout PostgresListener.Options) -> Void = { _ in }
    ) -> PostgresListener {
        var options = PostgresListener.Options()
        change(&options)
        return PostgresListener(
            url: database.url,
            reactor: database.reactor,
            helpers: database.helpers,
            options: options
        )
    }

    private func notify(_ pool: PostgresPool, _ channel: String, _ payload: String) async throws {
        try await pool.query("SELECT pg_notify($1, $2)", [.text(channel), .text(payload)])
    }

    @Test(
        "What is sent after listening arrives in order, on channels with hostile names too",
        arguments: [
            "plain", "Upper Case", "with\"quote", "semi;colon--", "a:b:c", String(repeating: "x", count: 63),
            "\u{1F600}",
        ]
    )
    func notificationsArrive(channel: String) async throws {
        let database = try await Database.make()
        let (pool, listener) = (database.pool(), makeListener(database))
        let notifications = try await listener.listen(to: channel)
        for number in 0..<100 { try await notify(pool, channel, "message \(number)") }
        var payloads: [String] = []
        for await element in notifications {
            guard case .notification(let notification) = element else { continue }
            #expect(notification.channel == channel)
            payloads.append(notification.payload)
            if payloads.count == 100 { break }
        }
        #expect(payloads == (0..<100).map { "message \($0)" })
        await listener.close()
        await pool.shutdown()
    }

    @Test("A channel name that is impossible is refused", arguments: ["", "a\0b", String(repeating: "x", count: 64)])
    func impossibleNamesAreRefused(channel: String) async throws {
        let listener = makeListener(try await Database.plain())
        await #expect { try await listener.listen(to: channel) } throws: { error in
            (error as? PostgresError)?.code == .invalidRequest
        }
        await listener.close()
    }

    @Test("Readers of one channel all get everything, readers of another nothing of it")
    func readersAreSeparate() async throws {
        let database = try await Database.make()
        let (pool, listener) = (database.pool(), makeListener(database))
        let first = try await listener.listen(to: "a")
        let second = try await listener.listen(to: "a")
        let other = try await listener.listen(to: "b")
        try await notify(pool, "a", "1")
        try await notify(pool, "b", "2")
        for (reader, payload) in [(first, "1"), (second, "1"), (other, "2")] {
            var iterator = reader.makeAsyncIterator()
            guard case .notification(let notification) = await iterator.next() else {
                Issue.record("nothing came")
                return
            }
            #expect(notification.payload == payload)
        }
        await listener.close()
        await pool.shutdown()
    }

    @Test("A flood beyond the buffer loses the oldest, and the reader is told how many")
    func floodsAreBounded() async throws {
        let database = try await Database.make()
        let (pool, listener) = (database.pool(), makeListener(database) { $0.bufferLimit = 10 })
        let flooded = try await listener.listen(to: "flood")
        let last = try await listener.listen(to: "last")
        try await pool.query("SELECT pg_notify('flood', n::text) FROM generate_series(1, 2000) n")
        try await notify(pool, "last", "")
        var end = last.makeAsyncIterator()
        _ = await end.next()
        var iterator = flooded.makeAsyncIterator()
        #expect(await iterator.next() == .gap(lost: 1_990))
        var payloads: [String] = []
        while payloads.count < 10, case .notification(let notification)? = await iterator.next() {
            payloads.append(notification.payload)
        }
        #expect(payloads == (1_991...2_000).map(String.init))
        await listener.close()
        await pool.shutdown()
    }

    @Test("A listener whose backend is killed comes back, says that there may be a gap, and goes on")
    func killedListenersComeBack() async throws {
        let database = try await Database.make()
        let (pool, listener) = (database.pool(), makeListener(database))
        let notifications = try await listener.listen(to: "a")
        var iterator = notifications.makeAsyncIterator()
        for round in 0..<5 {
            let process = await listener.serverProcess
            try await pool.query("SELECT pg_terminate_backend($1::int8::int4)", [.int(Int64(process))])
            #expect(await iterator.next() == .gap(lost: nil))
            try await notify(pool, "a", "\(round)")
            guard case .notification(let notification)? = await iterator.next() else {
                Issue.record("nothing came in round \(round)")
                return
            }
            #expect(notification.payload == "\(round)")
        }
        await listener.close()
        #expect(await iterator.next() == nil)
        await pool.shutdown()
    }

    @Test("A reader that was let go of stops the listening on the server")
    func lettingGoStopsListening() async throws {
        let database = try await Database.make()
        let listener = makeListener(database)
        var reader: PostgresNotifications? = try await listener.listen(to: "a")
        let other = try await listener.listen(to: "b")
        #expect(reader?.channel == "a")
        reader = nil
        #expect(try await eventually { await listener.channels == ["b"] })
        #expect(other.channel == "b")
        await listener.close()
    }

    @Test("Cancelling the reader ends its sequence")
    func cancelledReadersEnd() async throws {
        let listener = makeListener(try await Database.plain())
        let notifications = try await listener.listen(to: "cancelled")
        let task = Task {
            var count = 0
            for await _ in notifications { count += 1 }
            return count
        }
        task.cancel()
        #expect(await task.value == 0)
        await listener.close()
    }
}
