import Foundation
import Services
import ServicesSQLite
import TestSupport
import Testing

@Suite("The schema of a SQLite store")
struct SQLiteSchemaTests {
    @Test("A fresh file gets all tables, and the names people query are there", .timeLimit(.minutes(10)))
    func fresh() async throws {
        try await withSQLite { fixture in
            let schema = SQLiteSchemaDriver(store: try await fixture.open())
            let status = try await schema.status()
            #expect(status.isCurrent)
            #expect(status.store == fixture.path)
            #expect(status.migrations.map(\.number) == Array(1...status.migrations.count))
            #expect(try await schema.migrate().isEmpty)
            let names = try RawSQLite(fixture.path).run("SELECT name FROM sqlite_schema")
            for name in [
                "distributed_locks", "deployment_locks", "processed_events", "scheduled_job_runs", "ops_alerts",
                "work_queue", "cache_entries", "rate_limits", "schema_migrations",
            ] { #expect(names.contains(name), "\(name)") }
        }
    }

    @Test("Eight processes may open a fresh file at once", .timeLimit(.minutes(10)))
    func race() async throws {
        try await withTemporaryFolder { folder in
            for round in 0..<3 {
                let path = folder.appending("\(round)/state.sqlite")
                let probes = try (0..<8).map { _ in try ProbeProcess("open", path) }
                for probe in probes { #expect(await probe.allLines() == ["current"]) }
            }
        }
    }

    @Test("A file of a newer program is refused and left as it is", .timeLimit(.minutes(10)))
    func newer() async throws {
        try await withSQLite { fixture in
            try await fixture.open().close()
            try RawSQLite(fixture.path).run("INSERT INTO schema_migrations VALUES (99, 'from the future', 1)")
            let before = try Data(contentsOf: URL(filePath: fixture.path))
            let error = await #expect(throws: ServicesError.self) { _ = try await fixture.open() }
            #expect(error?.code == .schemaNewer)
            #expect(error?.message.contains("99") == true)
            #expect(error?.message.contains(fixture.path) == true)
            let after = try Data(contentsOf: URL(filePath: fixture.path))
            let changed = zip(before, after).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
            #expect(after.count == before.count && changed.isEmpty, "\(changed.prefix(20))")
        }
    }

    @Test("A file of an older program gets what it lacks, and keeps what it has", .timeLimit(.minutes(10)))
    func older() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open()
            let newest = try await SQLiteSchemaDriver(store: store).status().migrations.count
            let id = try await SQLiteWorkQueueDriver(store: store).push(.make())
            try await store.close()
            try RawSQLite(fixture.path).run(
                """
                DELETE FROM schema_migrations WHERE number = \(newest);
                DROP TABLE processed_events; DROP TABLE guarded_resources;
                DROP TABLE scheduled_job_runs; DROP TABLE ops_alerts
                """
            )
            let old = try await fixture.open { $0.migratesOnOpen = false }
            #expect(try await SQLiteSchemaDriver(store: old).status().pending.map(\.number) == [newest])
            let error = await #expect(throws: ServicesError.self) {
                _ = try await SQLiteAlertDriver(store: old).alerts(includingAcknowledged: true, limit: 1)
            }
            #expect(error?.code == .schemaMissing)
            let new = try await fixture.open()
            #expect(try await SQLiteSchemaDriver(store: new).status().isCurrent)
            #expect(try await SQLiteAlertDriver(store: new).alerts(includingAcknowledged: true, limit: 1).isEmpty)
            #expect(try await SQLiteWorkQueueDriver(store: new).state(id[0]) == .ready)
        }
    }

    @Test("Without its tables every request says what to do", .timeLimit(.minutes(10)))
    func missing() async throws {
        try await withSQLite { fixture in
            let drivers = ServiceDrivers.sqlite(try await fixture.open { $0.migratesOnOpen = false })
            let reading = await #expect(throws: ServicesError.self) { _ = try await drivers.queue.job(JobID(1)) }
            let writing = await #expect(throws: ServicesError.self) { _ = try await drivers.lock.take("a", by: "one") }
            for error in [reading, writing] {
                #expect(error?.code == .schemaMissing)
                #expect(error?.hint == "make them: 'switchyard db migrate'")
            }
            #expect(try await drivers.schema?.migrate().isEmpty == false)
            #expect(try await drivers.lock.take("a", by: "one") != nil)
        }
    }
}
