import EventLoop
import Foundation
import Glibc
import Postgres
import ServicesPostgres

/// The server that the Postgres rows are measured on, with `pgbench` beside us.
struct PostgresPlace: Sendable {
    /// Two databases that differ in one setting.
    enum Database: String, CaseIterable {
        /// A commit waits until it is on the disk.
        case durable = "bench_on"
        /// `synchronous_commit = off`: the last moments may be lost in a crash.
        case relaxed = "bench_off"
    }

    let workplace: Workplace
    /// Where the server's socket and data are.
    let folder: String
    let binaries: String
    let peers: PeerScripts
    let meter: ProcessorMeter

    init(workplace: Workplace, folder: String, binaries: String, peers: PeerScripts) throws {
        self.workplace = workplace
        self.folder = folder
        self.binaries = binaries
        self.peers = peers
        let file = try String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
        meter = ProcessorMeter(server: file.split(separator: "\n").first.flatMap { pid_t($0) })
    }

    func url(_ database: Database) -> String { "postgresql://postgres@/\(database.rawValue)?host=\(folder)" }

    /// Makes the databases with everybody's tables.
    func prepare() async throws {
        for database in Database.allCases {
            try await sql("DROP DATABASE IF EXISTS \(database.rawValue) WITH (FORCE)", in: nil)
            try await sql("CREATE DATABASE \(database.rawValue)", in: nil)
            if database == .relaxed {
                try await sql("ALTER DATABASE \(database.rawValue) SET synchronous_commit = off", in: nil)
            }
            try await program("psql -XAtq -v ON_ERROR_STOP=1 -f '\(peers.folder)/pgbench/tables.sql'", in: database)
            try await withStore(database) { _ = try await PostgresSchemaDriver(store: $0).migrate() }
            try await peers.run("queue_pgqueuer", [url(database), "install"])
            try await peers.run("queue_procrastinate", [url(database), "install"])
        }
    }

    @discardableResult
    func sql(_ text: String, in database: Database?) async throws -> String {
        let file = workplace.appending("statement.sql")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return try await program("psql -XAtq -v ON_ERROR_STOP=1 -f '\(file)'", in: database)
    }

    /// Runs a script of `Peers/pgbench`.
    func pgbench(
        _ script: String,
        clients: Int,
        transactions: Int,
        each: Int = 1,
        in database: Database
    ) async throws -> Effort {
        try await meter.measureChild {
            let output = try await program(
                "pgbench -n -M prepared -j 2 -c \(clients) -t \(transactions) -f '\(peers.folder)/pgbench/\(script).sql'",
                in: database
            )
            let rate = output.split(separator: "\n").compactMap { line -> Double? in
                guard line.hasPrefix("tps = ") else { return nil }
                return Double(line.dropFirst(6).prefix { $0 != " " })
            }
            guard let rate = rate.last, rate > 0 else { throw BenchmarkFailure("pgbench said: \(output)") }
            let count = clients * transactions
            return Effort(count: count * each, duration: .seconds(Double(count) / rate))
        }
    }

    /// Opens the database as the program does by default.
    func withStore<Result>(_ database: Database, _ body: (PostgresStore) async throws -> Result) async throws -> Result
    {
        let reactor = try Reactor()
        let store = PostgresStore(url: try PostgresURL(url(database)), reactor: reactor, helpers: HelperThreads())
        let result: Swift.Result<Result, any Error>
        do {
            // Connections are there before the measurement begins, as the others' are.
            store.pool.warmUp()
            try await store.pool.query("SELECT 1")
            result = .success(try await body(store))
        } catch {
            result = .failure(error)
        }
        await store.shutdown()
        await reactor.shutdown()
        return try result.get()
    }

    @discardableResult
    private func program(_ command: String, in database: Database?) async throws -> String {
        let name = database?.rawValue ?? "postgres"
        return try await workplace.shell(
            "PGHOST='\(folder)' PGUSER=postgres PGDATABASE=\(name) exec '\(binaries)'/\(command)",
            in: workplace.folder
        ).output
    }
}
