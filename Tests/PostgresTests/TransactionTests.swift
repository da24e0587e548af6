import EventLoop
import Locking
import Postgres
import TestSupport
import Testing

@Suite("Transactions", .timeLimit(.minutes(10)))
struct TransactionTests {
    private struct Stop: Error {}

    @Test("A transaction commits when its body returns and leaves nothing when it throws")
    func bodiesDecide() async throws {
        let pool = try await Database.make().pool()
        try await pool.query("CREATE TABLE t (id int8)")
        let sum = try await pool.transaction { transaction in
            try await transaction.query("INSERT INTO t VALUES (1)")
            return try await transaction.query("SELECT count(*) FROM t").first?.int(0)
        }
        #expect(sum == 1)
        await #expect(throws: Stop.self) {
            try await pool.transaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (2)")
                throw Stop()
            }
        }
        #expect(try await pool.query("SELECT count(*) FROM t").first?.int(0) == 1)
        await pool.shutdown()
    }

    @Test("A statement's error that the body swallows does not pass for a commit")
    func swallowedErrorsAreErrors() async throws {
        let pool = try await Database.make().pool()
        try await pool.query("CREATE TABLE t (id int8 PRIMARY KEY)")
        await #expect {
            try await pool.transaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1)")
                _ = try? await transaction.query("INSERT INTO t VALUES (1)")
            }
        } throws: { ($0 as? PostgresError)?.sqlState == "25P02" }
        #expect(try await pool.query("SELECT count(*) FROM t").first?.int(0) == 0)
        await pool.shutdown()
    }

    @Test("Transactions that conflict are repeated until each has taken effect")
    func conflictsAreRepeated() async throws {
        let pool = try await Database.make().pool { $0.transactions.attempts = 200 }
        try await pool.query("CREATE TABLE t (id int8 PRIMARY KEY, value int8)")
        try await pool.query("INSERT INTO t VALUES (1, 0)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await pool.transaction(.serializable) { transaction in
                        let value = try await transaction.query("SELECT value FROM t WHERE id = 1").first?.int(0) ?? 0
                        try await transaction.query("UPDATE t SET value = $1 WHERE id = 1", [.int(value + 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await pool.query("SELECT value FROM t").first?.int(0) == 20)
        await pool.shutdown()
    }

    @Test("A connection lost before the commit is a reason to repeat, and the work is done once")
    func lossesBeforeCommitAreRepeated() async throws {
        let pool = try await Database.make().pool()
        try await pool.query("CREATE TABLE t (id int8)")
        let attempts = Lock(0)
        try await pool.transaction { transaction in
            let attempt = attempts.withLock {
                $0 += 1; return $0
            }
            try await transaction.query("INSERT INTO t VALUES (1)")
            if attempt == 1 { try await transaction.query("SELECT pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(attempts.withLock { $0 } == 2)
        #expect(try await pool.query("SELECT count(*) FROM t").first?.int(0) == 1)
        await pool.shutdown()
    }

    @Test("A commit that gets no answer has an unknown outcome and is not repeated")
    func commitsCutOffAreUnknown() async throws {
        let server = try await PostgresServer.start()
        let pool = try Database(server.url()).pool { options in
            options.connection.requestTimeout = .milliseconds(300)
            options.connection.cancelGrace = .milliseconds(100)
        }
        let attempts = Lock(0)
        let process = Lock<Int32>(0)
        try await pool.query("CREATE TABLE t (id int8)")
        await #expect {
            try await pool.transaction { transaction in
                attempts.withLock { $0 += 1 }
                try await transaction.query("INSERT INTO t VALUES (1)")
                let id = try await transaction.query("SELECT pg_backend_pid()").first?.int(0) ?? 0
                process.withLock { $0 = Int32(id) }
                try server.freeze(Int32(id))
            }
        } throws: { ($0 as? PostgresError)?.code == .outcomeUnknown }
        #expect(attempts.withLock { $0 } == 1)
        try server.thaw(process.withLock { $0 })
        await pool.shutdown()
        try await server.remove()
    }

    @Test("Cancelling the caller rolls back and gives the connection back in order")
    func cancelledTransactionsRollBack() async throws {
        let pool = try await Database.make().pool { $0.maximum = 1 }
        try await pool.query("CREATE TABLE t (id int8)")
        let gate = Gate()
        let task = Task {
            try await pool.transaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1)")
                gate.open()
                try await transaction.query("SELECT pg_sleep(600)")
            }
        }
        await gate.pass()
        task.cancel()
        let outcome = await task.result
        #expect { try outcome.get() } throws: { ($0 as? PostgresError)?.code == .cancelled }
        #expect(try await pool.query("SELECT count(*) FROM t").first?.int(0) == 0)
        await pool.shutdown()
    }
}
