import Services
import ServicesSQLite
import TestSupport
import Testing

@Suite("Contracts on one SQLite file, opened several times")
struct SQLiteContractTests {
    @Test("Locks keep their contract", .timeLimit(.minutes(10)), arguments: LockContract.checks)
    func lock(_ check: LockContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLiteLockDriver(store: $0) }) }
    }

    @Test("The work queue keeps its contract", .timeLimit(.minutes(10)), arguments: WorkQueueContract.checks)
    func queue(_ check: WorkQueueContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLiteWorkQueueDriver(store: $0) }) }
    }

    @Test("The cache keeps its contract", .timeLimit(.minutes(10)), arguments: CacheContract.checks)
    func cache(_ check: CacheContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLiteCacheDriver(store: $0) }) }
    }

    @Test("The rate limiter keeps its contract", .timeLimit(.minutes(10)), arguments: RateLimiterContract.checks)
    func rateLimiter(_ check: RateLimiterContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLiteRateLimiterDriver(store: $0) }) }
    }

    @Test("Pub/sub keeps its contract", .timeLimit(.minutes(10)), arguments: PubSubContract.checks)
    func pubSub(_ check: PubSubContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLitePubSubDriver(store: $0) }) }
    }

    @Test("Idempotency keeps its contract", .timeLimit(.minutes(10)), arguments: IdempotencyContract.checks)
    func idempotency(_ check: IdempotencyContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLiteIdempotencyDriver(store: $0) }) }
    }

    @Test("The resource guard keeps its contract", .timeLimit(.minutes(10)), arguments: ResourceGuardContract.checks)
    func resources(_ check: ResourceGuardContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLiteResourceGuardDriver(store: $0) }) }
    }

    @Test("The job history keeps its contract", .timeLimit(.minutes(10)), arguments: JobHistoryContract.checks)
    func jobHistory(_ check: JobHistoryContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLiteJobHistoryDriver(store: $0) }) }
    }

    @Test("Alerts keep their contract", .timeLimit(.minutes(10)), arguments: AlertContract.checks)
    func alerts(_ check: AlertContract.Check) async throws {
        try await withSQLite { try await check.run(on: $0.underTest { SQLiteAlertDriver(store: $0) }) }
    }
}
