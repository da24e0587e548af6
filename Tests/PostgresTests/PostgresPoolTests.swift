import EventLoop
import Locking
import Postgres
import TestSupport
import Testing

@Suite("Pool", .timeLimit(.minutes(10)))
struct PostgresPoolTests {
    @Test("Many tasks share few connections, and each gets its own answer")
    func connectionsAreShared() async throws {
        let pool = try await Database.plain().pool { options in
            options.maximum = 4
            options.acquireTimeout = .seconds(60)
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                group.addTask {
                    try await pool.query("SELECT $1::int8", [.int(Int64(number))]).first?.int(0) == Int64(number)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(pool.statistics.idle <= 4)
        #expect(pool.statistics.inUse == 0)
        await pool.shutdown()
    }

    @Test("When all connections are in use, callers wait in order up to the time-out and the limit")
    func exhaustionIsBounded() async throws {
        let events = Lock([PostgresEvent]())
        let pool = try await Database.plain().pool { options in
            options.minimum = 2
            options.maximum = 2
            options.waitingLimit = 2
            options.acquireTimeout = .seconds(2)
            options.connection.onEvent = { event in events.withLock { $0.append(event) } }
        }
        pool.warmUp()
        #expect(try await eventually { pool.statistics.idle == 2 })
        let gate = Gate()
        let codes = try await withThrowingTaskGroup(of: PostgresError.Code?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try? await pool.withConnection { _ in await gate.pass() }; return nil
                }
            }
            #expect(try await eventually { pool.statistics.inUse == 2 })
            for _ in 0..<4 {
                group.addTask {
                    do throws(PostgresError) {
                        try await pool.query("SELECT 1")
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            var codes: [PostgresError.Code?] = []
            for try await code in group {
                codes.append(code)
                if codes.count == 4 { gate.open() }
            }
            return codes
        }
        #expect(codes.prefix(4).count { $0 == .overloaded } == 2)
        #expect(codes.prefix(4).count { $0 == .poolExhausted } == 2)
        #expect(codes.dropFirst(4) == [nil, nil])
        let warnings = events.withLock { $0 }.filter { if case .poolNearlyFull = $0 { true } else { false } }
        #expect(warnings.count == 1)
        #expect(try await pool.query("SELECT 1").count == 1)
        await pool.shutdown()
    }

    @Test("A caller that is cancelled leaves the line and takes no connection with it")
    func waitersCanLeave() async throws {
        let pool = try await Database.plain().pool { $0.maximum = 1 }
        let gate = Gate()
        let holder = Task { try await pool.withConnection { _ in await gate.pass() } }
        #expect(try await eventually { pool.statistics.inUse == 1 })
        let waiter = Task { try await pool.query("SELECT 1") }
        #expect(try await eventually { pool.statistics.waiting == 1 })
        waiter.cancel()
        let outcome = await waiter.result
        #expect { try outcome.get() } throws: { ($0 as? PostgresError)?.code == .cancelled }
        #expect(pool.statistics.waiting == 0)
        gate.open()
        try await holder.value
        #expect(try await pool.query("SELECT 1").count == 1)
        await pool.shutdown()
    }

    @Test("A connection left in a transaction is thrown away, so its locks and changes are gone")
    func openTransactionsAreThrownAway() async throws {
        let pool = try await Database.make().pool { $0.maximum = 1 }
        try await pool.query("CREATE TABLE t (id int8)")
        _ = try await pool.withConnection { connection in
            try await connection.batch([PostgresStatement("BEGIN"), PostgresStatement("INSERT INTO t VALUES (1)")])
        }
        #expect(try await pool.query("SELECT count(*) FROM t").first?.int(0) == 0)
        await pool.shutdown()
    }

    @Test("After a restart of the server the pool works again by itself")
    func restartsAreSurvived() async throws {
        let server = try await PostgresServer.start()
        let pool = try Database(server.url()).pool { options in
            options.acquireTimeout = .seconds(30)
            options.reconnect = Backoff(base: .milliseconds(10), limit: .milliseconds(100))
        }
        pool.warmUp()
        #expect(try await eventually { pool.statistics.idle == 5 })
        try await server.stop(.immediate)
        #expect(try await eventually { pool.statistics.idle == 0 })
        // Asked while the server is away: the caller waits, and is served after the start.
        let early = Task { try await pool.query("SELECT 7") }
        #expect(try await eventually { pool.statistics.failures > 0 })
        try await server.start()
        #expect(try await early.value.first?.int(0) == 7)
        #expect(pool.statistics.failures == 0)
        #expect(try await eventually { pool.statistics.idle == 5 })
        await pool.shutdown()
        try await server.remove()
    }

    @Test("A log-in that can never succeed fails the callers at once, another failure after the time-out")
    func refusalsAreQuick() async throws {
        let unknown = try Database(try await PostgresServer.shared().url(database: "unknown")).pool {
            $0.acquireTimeout = .seconds(600)
        }
        await #expect { try await unknown.query("SELECT 1") } throws: { ($0 as? PostgresError)?.sqlState == "3D000" }
        await unknown.shutdown()
        let away = try Database("postgres://a@/b?host=/nonexistent").pool { $0.acquireTimeout = .seconds(3) }
        await #expect { try await away.query("SELECT 1") } throws: { error in
            (error as? PostgresError)?.code == .connectionFailed
        }
        #expect(away.statistics.failures > 0)
        await away.shutdown()
    }

    @Test("A shutdown refuses new callers, waits for those who have a connection, and is bounded")
    func shutdownsAreGraceful() async throws {
        let pool = try await Database.plain().pool()
        let gate = Gate()
        let holder = Task {
            try await pool.withConnection { connection in
                await gate.pass()
                return try await connection.query("SELECT 3").first?.int(0)
            }
        }
        #expect(try await eventually { pool.statistics.inUse == 1 })
        let end = Task { await pool.shutdown(within: .seconds(60)) }
        #expect(try await eventually { (try? await pool.query("SELECT 1")) == nil })
        gate.open()
        #expect(try await holder.value == 3)
        await end.value

        let stubborn = try await Database.plain().pool()
        let never = Gate()
        let keeper = Task {
            try await stubborn.withConnection { connection in
                await never.pass()
                try await connection.query("SELECT 1")
            }
        }
        #expect(try await eventually { stubborn.statistics.inUse == 1 })
        await stubborn.shutdown(within: .milliseconds(50))
        never.open()
        let outcome = await keeper.result
        #expect { try outcome.get() } throws: { ($0 as? PostgresError)?.code == .closed }
    }

    @Test("Killed backends under load cost only the requests that were on them")
    func killedBackendsAreReplaced() async throws {
        let database = try await Database.make()
        let pool = database.pool { options in
            options.maximum = 4
            options.acquireTimeout = .seconds(60)
        }
        let killer = try await database.connect()
        let (done, lost) = (Lock(0), Lock(0))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 {
                        do throws(PostgresError) {
                            try await pool.query("SELECT pg_sleep(0.001)")
                            done.withLock { $0 += 1 }
                        } catch {
                            if error.code == .connectionLost { lost.withLock { $0 += 1 } }
                        }
                    }
                }
            }
            group.addTask {
                for _ in 0..<10 {
                    _ = try? await killer.query(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 1
                        """
                    )
                }
            }
        }
        let (finished, cutOff) = (done.withLock { $0 }, lost.withLock { $0 })
        #expect(finished + cutOff == 800)
        #expect(cutOff <= 10)
        #expect(try await pool.query("SELECT 1").count == 1)
        await pool.shutdown()
        await killer.close()
    }
}
