import Services
import ServicesPostgres
import TestSupport
import Testing

@Suite("Contracts on one PostgreSQL database, opened several times")
struct PostgresContractTests {
    @Test("Locks keep their contract", .timeLimit(.minutes(10)), arguments: LockContract.checks)
    func lock(_ check: LockContract.Check) async throws {
        try await PostgresFixture.run { try await check.run(on: $0.underTest { PostgresLockDriver(store: $0) }) }
    }

    @Test("The work queue keeps its contract", .timeLimit(.minutes(10)), arguments: WorkQueueContract.checks)
    func queue(_ check: WorkQueueContract.Check) async throws {
        try await PostgresFixture.run { try await check.run(on: $0.underTest { PostgresWorkQueueDriver(store: $0) }) }
    }

    @Test("The cache keeps its contract", .timeLimit(.minutes(10)), arguments: CacheContract.checks)
    func cache(_ check: CacheContract.Check) async throws {
        try await PostgresFixture.run { try await check.run(on: $0.underTest { PostgresCacheDriver(store: $0) }) }
    }

    @Test("The rate limiter keeps its contract", .timeLimit(.minutes(10)), arguments: RateLimiterContract.checks)
    func rateLimiter(_ check: RateLimiterContract.Check) async throws {
        try await PostgresFixture.run { try await check.run(on: $0.underTest { PostgresRateLimiterDriver(store: $0) }) }
    }

    @Test("Pub/sub keeps its contract", .timeLimit(.minutes(10)), arguments: PubSubContract.checks)
    func pubSub(_ check: PubSubContract.Check) async throws {
        try await PostgresFixture.run { try await check.run(on: $0.underTest { PostgresPubSubDriver(store: $0) }) }
    }

    @Test("Idempotency keeps its contract", .timeLimit(.minutes(10)), arguments: IdempotencyContract.checks)
    func idempotency(_ check: IdempotencyContract.Check) async throws {
        try await PostgresFixture.run { try await check.run(on: $0.underTest { PostgresIdempotencyDriver(store: $0) }) }
    }

    @Test("The resource guard keeps its contract", .timeLimit(.minutes(10)), arguments: ResourceGuardContract.checks)
    func resources(_ check: ResourceGuardContract.Check) async throws {
        try await PostgresFixture.run {
            try await check.run(on: $0.underTest { PostgresResourceGuardDriver(store: $0) })
        }
    }

    @Test("The job history keeps its contract", .timeLimit(.minutes(10)), arguments: JobHistoryContract.checks)
    func jobHistory(_ check: JobHistoryContract.Check) async throws {
        try await PostgresFixture.run { try await check.run(on: $0.underTest { PostgresJobHistoryDriver(store: $0) }) }
    }

    @Test("Alerts keep their contract", .timeLimit(.minutes(10)), arguments: AlertContract.checks)
    func alerts(_ check: AlertContract.Check) async throws {
        try await PostgresFixture.run { try await check.run(on: $0.underTest { PostgresAlertDriver(store: $0) }) }
    }
}
