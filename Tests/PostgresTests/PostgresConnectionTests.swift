import EventLoop
import Locking
import Postgres
import TestSupport
import Testing

@Suite("Connection", .timeLimit(.minutes(10)))
struct PostgresConnectionTests {
    @Test("Values come back as they were bound, in every type")
    func valuesRoundTrip() async throws {
        let connection = try await Database.plain().connect()
        let hostile = "Robert'); DROP TABLE x;--\n\"\u{1F600}\u{1}\\"
        let bytes = (0...255).map(UInt8.init)
        let rows = try await connection.query(
            """
            SELECT $1::int8, $2::text, $3::bytea, $4::bool, $5::timestamptz, $6::int8[], $7::text[], $8::bytea[],
                $9::float8, $10::text, 7::int4, '{"a":1}'::jsonb, $11::bool[]
            """,
            [
                .int(.min), .text(hostile), .bytes(bytes), true, .timestamp(microseconds: 1_700_000_000_123_456),
                .ints([1, nil, .max]), .texts(["", nil, hostile]), .byteArrays([[], nil, bytes]), .double(-0.5), .null,
                .bools([true, false]),
            ]
        )
        let row = try #require(rows.first)
        #expect(try row.int(0) == .min)
        #expect(try row.text(1) == hostile)
        #expect(try row.bytes(2) == bytes)
        #expect(try row.bool(3))
        #expect(try row.timestamp(4) == 1_700_000_000_123_456)
        #expect(try row.ints(5) == [1, nil, .max])
        #expect(try row.texts(6) == ["", nil, hostile])
        #expect(try row.byteArrays(7) == [[], nil, bytes])
        #expect(try row.double(8) == -0.5)
        #expect(try row.optionalText(9) == nil)
        #expect(try row.int(10) == 7)
        #expect(try row.text(11) == "{\"a\": 1}")
        await connection.close()
    }

    @Test("Empty arrays, empty text and empty bytes are not null")
    func emptyValuesRoundTrip() async throws {
        let connection = try await Database.plain().connect()
        let rows = try await connection.query(
            "SELECT $1::int8[], $2::text, $3::bytea, $4::text[]",
            [.ints([]), "", .bytes([]), .texts([])]
        )
        let row = try #require(rows.first)
        #expect(try row.ints(0) == [])
        #expect(try row.text(1) == "")
        #expect(try row.bytes(2) == [])
        #expect(try row.texts(3) == [])
        await connection.close()
    }

    @Test("Ten megabytes go there and back, NUL bytes included; in text the server refuses NUL")
    func largeAndBinaryPayloads() async throws {
        let connection = try await Database.plain().connect()
        let large = [UInt8](repeating: 0, count: 10 << 20)
        let rows = try await connection.query("SELECT $1::bytea, octet_length($1)", [.bytes(large)])
        #expect(try rows.first?.bytes(0) == large)
        #expect(try rows.first?.int(1) == 10 << 20)
        await #expect { try await connection.query("SELECT $1::text", ["a\0b"]) } throws: { error in
            (error as? PostgresError)?.sqlState == "22021"
        }
        await connection.close()
    }

    @Test("A column of another type, a null or a column that is not there is a decoding error")
    func wrongColumnsAreErrors() async throws {
        let connection = try await Database.plain().connect()
        let row = try #require(try await connection.query("SELECT 1::int8, NULL::text").first)
        for read in [{ _ = try row.text(0) }, { _ = try row.text(1) }, { _ = try row.int(2) }, { _ = try row.int(-1) }]
        {
            #expect { try read() } throws: { ($0 as? PostgresError)?.code == .decoding }
        }
        await connection.close()
    }

    @Test("A refused statement gives the server's code and constraint, and no bound value")
    func errorsHideValues() async throws {
        let connection = try await Database.make().connect()
        try await connection.query("CREATE TABLE t (id int8 CONSTRAINT only_once UNIQUE, name text)")
        try await connection.query("INSERT INTO t VALUES ($1, $2)", [424_242, "secret"])
        let duplicate = await #expect(throws: PostgresError.self) {
            try await connection.query("INSERT INTO t VALUES ($1, $2)", [424_242, "secret"])
        }
        #expect(duplicate?.sqlState == "23505")
        #expect(duplicate?.constraint == "only_once")
        let malformed = await #expect(throws: PostgresError.self) {
            try await connection.query("SELECT $1::text::int8", ["secret"])
        }
        #expect(malformed?.sqlState == "22P02")
        for error in [duplicate, malformed] {
            #expect("\(String(describing: error))".contains("424242") == false)
            #expect("\(String(describing: error))".contains("secret") == false)
        }
        #expect(try await connection.query("SELECT count(*) FROM t").first?.int(0) == 1)
        await connection.close()
    }

    @Test("A batch is one transaction: after an error nothing of it stays, and the connection goes on")
    func batchesAreAtomic() async throws {
        let connection = try await Database.make().connect()
        try await connection.query("CREATE TABLE t (id int8 PRIMARY KEY)")
        let results = try await connection.batch([
            PostgresStatement("INSERT INTO t VALUES ($1)", [1]),
            PostgresStatement("INSERT INTO t VALUES ($1)", [2]),
            PostgresStatement("SELECT id FROM t ORDER BY id"),
        ])
        #expect(results.map(\.affected) == [1, 1, 2])
        #expect(try results.last?.map { try $0.int(0) } == [1, 2])
        await #expect {
            try await connection.batch([
                PostgresStatement("INSERT INTO t VALUES ($1)", [3]),
                PostgresStatement("INSERT INTO t VALUES ($1)", [1]),
                PostgresStatement("SELECT id FROM t WHERE id > $1", [0]),
            ])
        } throws: { ($0 as? PostgresError)?.sqlState == "23505" }
        #expect(try await connection.query("SELECT count(*) FROM t").first?.int(0) == 2)
        // Its preparation was skipped with the rest of the pipeline and must be repeated.
        #expect(try await connection.query("SELECT id FROM t WHERE id > $1", [0]).count == 2)
        await connection.close()
    }

    @Test("A deferred constraint that fails at the commit fails the request")
    func lateErrorsAreErrors() async throws {
        let connection = try await Database.make().connect()
        try await connection.query("CREATE TABLE t (id int8 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        await #expect { try await connection.query("INSERT INTO t VALUES (1), (1)") } throws: { error in
            (error as? PostgresError)?.sqlState == "23505"
        }
        #expect(try await connection.query("SELECT count(*) FROM t").first?.int(0) == 0)
        await connection.close()
    }

    @Test("Requests of many tasks on one connection each get their own answer")
    func answersFindTheirCallers() async throws {
        let connection = try await Database.plain().connect { $0.waitingLimit = 500 }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                group.addTask {
                    try await connection.query("SELECT $1::int8", [.int(Int64(number))]).first?.int(0) == Int64(number)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        await connection.close()
    }

    @Test("More requests than may wait are refused at once")
    func waitingIsBounded() async throws {
        let connection = try await Database.plain().connect { $0.waitingLimit = 2 }
        let codes = await withTaskGroup(of: PostgresError.Code?.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    do throws(PostgresError) {
                        try await connection.query("SELECT pg_sleep(0.2)")
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == .overloaded } == 3)
        #expect(codes.count { $0 == nil } == 3)
        await connection.close()
    }

    @Test("The least recently used prepared statements leave, on the server too")
    func preparedStatementsAreBounded() async throws {
        let connection = try await Database.plain().connect { $0.preparedStatements = 4 }
        for number in 0..<40 { try await connection.query("SELECT \(number)") }
        #expect(await connection.preparedCount == 4)
        let count = PostgresStatement("SELECT count(*) FROM pg_prepared_statements", isKept: false)
        let kept = try #require(try await connection.query(count).first?.int(0))
        #expect(kept <= 5)
        await connection.close()
    }

    @Test("A statement whose plan no longer fits its table works again")
    func changedTablesAreNoticed() async throws {
        let connection = try await Database.make().connect()
        try await connection.query("CREATE TABLE t (id int8)")
        let statement = PostgresStatement("SELECT * FROM t")
        #expect(try await connection.query(statement).columnCount == 1)
        try await connection.query("ALTER TABLE t ADD COLUMN name text")
        await #expect { try await connection.query(statement) } throws: { ($0 as? PostgresError)?.sqlState == "0A000" }
        #expect(try await connection.query(statement).columnCount == 2)
        await connection.close()
    }

    @Test("A copy statement and a statement with a NUL byte are refused without harm to others")
    func impossibleStatementsAreRefused() async throws {
        let database = try await Database.plain()
        let connection = try await database.connect()
        await #expect { try await connection.query("SELECT 1\0; SELECT 2") } throws: { error in
            (error as? PostgresError)?.code == .invalidRequest
        }
        #expect(try await connection.query("SELECT 1").first != nil)
        await #expect { try await connection.query("COPY pg_class TO STDOUT") } throws: { error in
            (error as? PostgresError)?.code == .invalidRequest
        }
        await connection.close()
    }

    @Test("Slow requests are reported with their statement and without values")
    func slowRequestsAreReported() async throws {
        let events = Lock([PostgresEvent]())
        let connection = try await Database.plain().connect { options in
            options.slowQuery = .milliseconds(20)
            options.onEvent = { event in events.withLock { $0.append(event) } }
        }
        try await connection.query("SELECT pg_sleep(0.05), $1::text", ["secret"])
        let slow = events.withLock { $0 }.compactMap { event -> (statement: String, duration: Duration)? in
            guard case .slowQuery(let statement, let duration) = event else { return nil }
            return (statement, duration)
        }
        #expect(!slow.contains { $0.statement.contains("secret") })
        let (statement, duration) = try #require(slow.first { $0.statement.contains("pg_sleep") })
        #expect(statement == "SELECT pg_sleep(0.05), $1::text")
        #expect(duration >= .milliseconds(50))
        await connection.close()
    }

    @Test("A closed connection says so, and closing twice is harmless")
    func closedConnectionsSaySo() async throws {
        let connection = try await Database.plain().connect()
        await connection.close()
        await connection.close()
        #expect(!connection.isOpen)
        await #expect { try await connection.query("SELECT 1") } throws: { ($0 as? PostgresError)?.code == .closed }
    }
}
