import Postgres
import Services
import ServicesPostgres
import TestSupport
import Testing

@Suite("Schema of PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresSchemaTests {
    @Test("An empty database is reported as such, migrated once, and current afterwards")
    func emptyDatabasesAreMigrated() async throws {
        try await PostgresFixture.run(migrated: false) { fixture in
            let schema = PostgresSchemaDriver(store: try fixture.open())
            let before = try await schema.status()
            #expect(before.pending.count == before.migrations.count)
            #expect(before.unknown == [])
            let done = try await schema.migrate()
            #expect(done.map(\.number) == Array(1...before.migrations.count))
            #expect(done.allSatisfy { $0.appliedAt != nil })
            #expect(try await schema.status().isCurrent)
            #expect(try await schema.migrate() == [])
        }
    }

    @Test("Programs that migrate at the same time apply each step once")
    func migrationsAreSerialized() async throws {
        try await PostgresFixture.run(migrated: false) { fixture in
            let applied = try await withThrowingTaskGroup(of: [SchemaMigration].self) { group in
                for _ in 0..<6 {
                    let schema = PostgresSchemaDriver(store: try fixture.open())
                    group.addTask { try await schema.migrate() }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let status = try await PostgresSchemaDriver(store: try fixture.open()).status()
            #expect(applied.map(\.number).sorted() == status.migrations.map(\.number))
            #expect(status.isCurrent)
        }
    }

    @Test("A schema of a newer program is refused and named")
    func newerSchemasAreRefused() async throws {
        try await PostgresFixture.run { fixture in
            let store = try fixture.open()
            try await store.pool.query("INSERT INTO schema_migrations (number, name) VALUES (99, 'from the future')")
            let schema = PostgresSchemaDriver(store: store)
            #expect(try await schema.status().unknown == [99])
            #expect(try await schema.status().isCurrent == false)
            let error = await #expect(throws: ServicesError.self) { try await schema.migrate() }
            #expect(error?.code == .schemaNewer)
        }
    }

    @Test("Without tables a request says that they are missing")
    func missingTablesAreNamed() async throws {
        try await PostgresFixture.run(migrated: false) { fixture in
            let store = try fixture.open()
            let request = LeaseRequest(names: ["a"], holder: "h", timeToLive: .seconds(1), requestID: "r")
            let lock = await #expect(throws: ServicesError.self) {
                _ = try await PostgresLockDriver(store: store).acquire(request)
            }
            #expect(lock?.code == .schemaMissing)
            let queue = await #expect(throws: ServicesError.self) {
                _ = try await PostgresWorkQueueDriver(store: store).enqueue([.make()])
            }
            #expect(queue?.code == .schemaMissing)
        }
    }

    @Test("Other programs take part in locks by SQL functions")
    func functionsLock() async throws {
        try await PostgresFixture.run { fixture in
            let store = try fixture.open()
            let driver = PostgresLockDriver(store: store)
            let lease = try #require(try await driver.take("nightly", by: "swift"))
            func ask(_ sql: String) async throws -> PostgresRow {
                try #require(try await store.pool.query(sql).first)
            }
            #expect(try await ask("SELECT acquire_distributed_lock('nightly', 'psql')").optionalInt(0) == nil)
            #expect(try await ask("SELECT release_distributed_lock('nightly', 'psql')").bool(0) == false)
            #expect(try await driver.release([lease]) == 1)
            let token = try await ask("SELECT acquire_distributed_lock('nightly', 'psql', 60)").int(0)
            #expect(token > Int64(lease.token.rawValue))
            #expect(try await driver.take("nightly", by: "swift") == nil)
            #expect(try await ask("SELECT release_distributed_lock('nightly', 'psql')").bool(0))
            #expect(try await driver.take("nightly", by: "swift") != nil)

            #expect(try await ask("SELECT acquire_deployment_lock('api', 'psql')").optionalInt(0) == 1)
            #expect(try await ask("SELECT owner FROM deployment_locks WHERE holder = 'psql'").text(0) == "api")
            #expect(try await driver.take("deployment:api", by: "swift") == nil)
            #expect(try await ask("SELECT release_deployment_lock('api', 'psql')").bool(0))
        }
    }

    @Test("A lock released by SQL wakes who waits for it")
    func releasesWake() async throws {
        try await PostgresFixture.run { fixture in
            let store = try fixture.open()
            let releases = try await PostgresLockDriver(store: store).releases(of: ["a", "b"])
            try await store.pool.query("SELECT acquire_distributed_lock('b', 'psql')")
            try await store.pool.query("SELECT release_distributed_lock('b', 'psql')")
            #expect(await releases.yields(within: .seconds(30)))
        }
    }

    @Test("A job inserted by plain SQL is handed out")
    func insertedJobsAreFound() async throws {
        try await PostgresFixture.run { fixture in
            let store = try fixture.open()
            let driver = PostgresWorkQueueDriver(store: store)
            try await store.pool.query("INSERT INTO work_queue (queue, payload) VALUES ('q', 'by hand')")
            let worker = try await driver.worker()
            let deliveries = try await driver.claim(worker, 5)
            #expect(deliveries.map(\.text) == ["by hand"])
            #expect(try await driver.settle(worker, deliveries[0].receipt, .completed).settled.count == 1)
        }
    }
}
