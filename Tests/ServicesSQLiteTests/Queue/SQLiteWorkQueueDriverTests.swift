import Services
import ServicesSQLite
import TestSupport
import Testing

@Suite("The work queue in SQLite")
struct SQLiteWorkQueueDriverTests {
    @Test("Keeps the contract of queues", .timeLimit(.minutes(10)), arguments: WorkQueueContract.checks)
    func contract(_ check: WorkQueueContract.Check) async throws {
        try await withSQLite { fixture in
            try await check.run(on: fixture.underTest { SQLiteWorkQueueDriver(store: $0) })
        }
    }
}
