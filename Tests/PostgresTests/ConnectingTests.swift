import EventLoop
import Locking
import Postgres
import TestSupport
import Testing

@Suite("Connecting", .timeLimit(.minutes(10)))
struct ConnectingTests {
    @Test("A backend that is killed fails the request as lost, with the server's reason")
    func killedBackendsAreNoticed() async throws {
        let database = try await Database.plain()
        let (connection, other) = (try await database.connect(), try await database.connect())
        let process = await connection.serverProcess
        let task = Task { try await connection.query("SELECT pg_sleep(600)") }
        _ = try await eventually {
            let sql =
                "SELECT pg_terminate_backend($1::int8::int4) FROM pg_stat_activity "
                + "WHERE pid = $1::int8 AND state = 'active' AND query LIKE '%pg_sleep%'"
            return try await other.query(sql, [.int(Int64(process))]).first?.bool(0) == true
        }
        let outcome = await task.result
        #expect { try outcome.get() } throws: { error in
            (error as? PostgresError)?.code == .connectionLost && (error as? PostgresError)?.sqlState == "57P01"
        }
        #expect(try await eventually { !connection.isOpen })
        await #expect { try await connection.query("SELECT 1") } throws: { error in
            (error as? PostgresError)?.code == .connectionLost
        }
        await other.close()
    }

    @Test("A server that is not there is a connection error that names the place and not the password")
    func missingServersAreErrors() async throws {
        let database = try Database("postgres://somebody:hunter2@/nothing?host=/nonexistent")
        let error = await #expect(throws: PostgresError.self) { try await database.connect() }
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("/nonexistent") == true)
        #expect("\(String(describing: error))".contains("hunter2") == false)
    }

    @Test("An unknown database, and a host without an address, are refused for good with a reason")
    func refusalsCarryTheirCode() async throws {
        let plain = try await Database.plain()
        let unknown = try Database(try await PostgresServer.shared().url(database: "no such; database"))
        let error = await #expect(throws: PostgresError.self) { try await unknown.connect() }
        #expect(error?.sqlState == "3D000")
        #expect(error?.isPermanentRefusal == true)
        let nowhere = try Database("postgres://nowhere.invalid/postgres")
        let second = await #expect(throws: PostgresError.self) { try await nowhere.connect() }
        #expect(second?.code == .connectionFailed)
        _ = plain
    }

    @Test("Connecting to a server that accepts and says nothing ends with the time-out")
    func silentServersTimeOut() async throws {
        let silent = try SilentSocket()
        let database = try Database("postgres://a@127.0.0.1:\(silent.port)/b?sslmode=disable")
        let error = await #expect(throws: PostgresError.self) {
            try await database.connect { $0.connectTimeout = .milliseconds(150) }
        }
        #expect(error?.code == .connectionFailed)
        silent.close()
    }

    @Test("TLS is used when the URL asks for it, and a wrong certificate is refused")
    func tlsIsUsed() async throws {
        var options = PostgresServer.Options()
        options.isOnLoopback = true
        options.hasTLS = true
        let server = try await PostgresServer.start(options: options)
        let verified = "sslmode=verify-full&sslrootcert=\(server.certificate)"
        // A machine that is busy may take its time to pass the signal on.
        let secure = try await Database(server.loopbackURL(parameters: verified)).connect {
            $0.cancelGrace = .seconds(60)
        }
        #expect(await secure.encryption?.hasPrefix("TLS") == true)
        #expect(
            try await secure.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").first?.bool(0) == true
        )
        // Cancelling works over TLS too.
        await #expect { try await secure.query("SELECT pg_sleep(600)", timeout: .milliseconds(50)) } throws: {
            ($0 as? PostgresError)?.code == .timedOut
        }
        #expect(try await secure.query("SELECT $1::bytea", [.bytes([0, 1])]).first?.bytes(0) == [0, 1])
        await secure.close()

        let plain = try await Database(server.loopbackURL(parameters: "sslmode=disable")).connect()
        #expect(await plain.encryption == nil)
        await plain.close()

        let unknown = try Database(server.loopbackURL(parameters: "sslmode=verify-full&sslrootcert=/dev/null"))
        await #expect { try await unknown.connect() } throws: { ($0 as? PostgresError)?.code == .connectionFailed }
        try await server.remove()
    }

    @Test(
        "A URL shows its place and never its password",
        arguments: [
            "postgres://me:hunter2@db.example:6000/app?sslmode=require",
            "postgresql://me:hunter2@db.example:6000/app",
        ]
    )
    func urlsHidePasswords(text: String) throws {
        let url = try PostgresURL(text)
        #expect(url.description == "db.example:6000/app")
        #expect(
            "\(url) \(String(reflecting: url)) \(Mirror(reflecting: url).children.map(\.value))".contains("hunter2")
                == false
        )
        #expect(url.user == "me")
    }

    @Test(
        "What is no database URL is refused without repeating it",
        arguments: [
            "mysql://u:hunter2@h/d", "postgres://u:hunter2@h:port/d", "postgres://u:hunter2@h/d?nonsense=hunter2", "",
            "x\0",
            "postgres://u:hunter2@h:99999/d", "postgres://u:hunter2@[::1/d",
        ]
    )
    func badURLsAreRefused(text: String) {
        let error = #expect(throws: PostgresError.self) { try PostgresURL(text) }
        #expect(error?.code == .invalidURL)
        #expect("\(String(describing: error))".contains("hunter2") == false)
    }
}
