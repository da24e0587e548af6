import Services
import ServicesSQLite
import TestSupport
import Testing

@Suite("Locks in SQLite")
struct SQLiteLockDriverTests {
    @Test("Keeps the contract of leases", .timeLimit(.minutes(10)), arguments: LockContract.checks)
    func contract(_ check: LockContract.Check) async throws {
        try await withSQLite { fixture in
            try await check.run(on: fixture.underTest { SQLiteLockDriver(store: $0) })
        }
    }
}
