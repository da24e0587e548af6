import EventLoop
import Locking
import Postgres
import TestSupport
import Testing

@Suite("Cancelling", .timeLimit(.minutes(10)))
struct CancellingTests {
    /// Waits until the server executes a statement of that connection.
    private func isRunning(_ connection: PostgresConnection, seenFrom other: PostgresConnection) async throws -> Bool {
        let process = await connection.serverProcess
        return try await eventually {
            let sql = "SELECT state = 'active' AND query LIKE '%pg_sleep%' FROM pg_stat_activity WHERE pid = $1::int8"
            return try await other.query(sql, [.int(Int64(process))]).first?.optionalBool(0) == true
        }
    }

    @Test("Cancelling the task cancels on the server, and the connection goes on")
    func cancellingReachesTheServer() async throws {
        let database = try await Database.plain()
        let (connection, other) = (try await database.connect(), try await database.connect())
        let start = ContinuousClock.now
        let task = Task { try await connection.query("SELECT pg_sleep(600)") }
        #expect(try await isRunning(connection, seenFrom: other))
        task.cancel()
        let outcome = await task.result
        #expect { try outcome.get() } throws: { error in
            (error as? PostgresError)?.code == .cancelled && (error as? PostgresError)?.isOutcomeUnknown == false
        }
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(try await connection.query("SELECT 5").first?.int(0) == 5)
        await connection.close()
        await other.close()
    }

    @Test("A request that takes too long is cancelled on the server, and the connection goes on")
    func requestsTimeOut() async throws {
        // A machine that is busy may take its time to pass the signal on.
        let connection = try await Database.plain().connect { $0.cancelGrace = .seconds(60) }
        let start = ContinuousClock.now
        await #expect { try await connection.query("SELECT pg_sleep(600)", timeout: .milliseconds(100)) } throws: {
            ($0 as? PostgresError)?.code == .timedOut
        }
        #expect(ContinuousClock.now - start >= .milliseconds(100))
        #expect(try await connection.query("SELECT 5").first?.int(0) == 5)
        await connection.close()
    }

    @Test("A request that still waits for its turn is taken out of the line")
    func waitingRequestsAreCancelled() async throws {
        let database = try await Database.plain()
        let (connection, other) = (try await database.connect(), try await database.connect())
        let first = Task { try await connection.query("SELECT pg_sleep(600)") }
        #expect(try await isRunning(connection, seenFrom: other))
        await #expect { try await connection.query("SELECT 1", timeout: .milliseconds(50)) } throws: { error in
            (error as? PostgresError)?.code == .timedOut && (error as? PostgresError)?.isOutcomeUnknown == false
        }
        #expect(connection.isOpen)
        first.cancel()
        _ = await first.result
        await connection.close()
        await other.close()
    }

    @Test("A task that is cancelled before it asks sends nothing")
    func cancelledTasksSendNothing() async throws {
        let connection = try await Database.make().connect()
        try await connection.query("CREATE TABLE t (id int8)")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            _ = try await connection.query("INSERT INTO t VALUES (1)")
        }
        task.cancel()
        let outcome = await task.result
        #expect { try outcome.get() } throws: { ($0 as? PostgresError)?.code == .cancelled }
        #expect(try await connection.query("SELECT count(*) FROM t").first?.int(0) == 0)
        await connection.close()
    }

    @Test("Cancelling at any moment never hits another request", arguments: SeededRandom.seeds(4))
    func cancelsHitTheirOwnRequest(seed: UInt64) async throws {
        let connection = try await Database.plain().connect()
        var random = SeededRandom(seed: seed)
        for round in 0..<100 {
            let task = Task { try await connection.query("SELECT pg_sleep(0.0005)") }
            for _ in 0..<(random.next() % 40) { await Task.yield() }
            task.cancel()
            // At once, without waiting for the cancelled one.
            let answer = try await connection.query("SELECT $1::int8", [.int(Int64(round))])
            #expect(try answer.first?.int(0) == Int64(round), "seed \(seed)")
            switch await task.result {
            case .success: break
            case .failure(let error): #expect((error as? PostgresError)?.code == .cancelled, "seed \(seed): \(error)")
            }
        }
        #expect(connection.isOpen)
        await connection.close()
    }

    @Test("A server that answers neither the request nor its cancelling frees the caller after the grace time")
    func deafServersAreDropped() async throws {
        let server = try await PostgresServer.start()
        let database = try Database(server.url())
        let connection = try await database.connect { $0.cancelGrace = .milliseconds(200) }
        let process = await connection.serverProcess
        // Stopped, not ended: the sockets stay open and nobody reads them.
        try server.freeze(process)
        await #expect { try await connection.query("SELECT 1", timeout: .milliseconds(100)) } throws: { error in
            (error as? PostgresError)?.code == .timedOut && (error as? PostgresError)?.isOutcomeUnknown == true
        }
        #expect(!connection.isOpen)
        try server.thaw(process)
        try await server.remove()
    }
}
