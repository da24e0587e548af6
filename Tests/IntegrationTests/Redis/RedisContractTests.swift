import Redis
import Services
import ServicesRedis
import TestSupport
import Testing

@Suite("Contracts on Redis", .timeLimit(.minutes(10)))
struct RedisContractTests {
    @Test("Locks on Redis keep the contract", arguments: LockContract.checks)
    func lock(_ check: LockContract.Check) async throws {
        try await check.run(on: try await RedisStores.fresh { RedisLockDriver(store: $0) })
    }

    @Test("The cache on Redis keeps the contract", arguments: CacheContract.checks)
    func cache(_ check: CacheContract.Check) async throws {
        try await check.run(on: try await RedisStores.fresh { RedisCacheDriver(store: $0) })
    }

    @Test("Messages over Redis keep the contract", arguments: PubSubContract.checks)
    func pubSub(_ check: PubSubContract.Check) async throws {
        try await check.run(on: try await RedisStores.fresh { RedisPubSubDriver(store: $0) })
    }

    @Test("Rate limits on Redis keep the contract", arguments: RateLimiterContract.checks)
    func rateLimiter(_ check: RateLimiterContract.Check) async throws {
        try await check.run(on: try await RedisStores.fresh { RedisRateLimiterDriver(store: $0) })
    }

    /// The script with the time given; keys stay long enough that the real clock takes no part.
    private struct Timed: TimedRateLimits {
        let driver: RedisRateLimiterDriver

        init(store: RedisStore) {
            var options = RedisRateLimiterDriver.Options()
            options.keepsAfterReset = .seconds(3600)
            driver = RedisRateLimiterDriver(store: store, options: options)
        }

        func hit(_ requests: [RateLimitRequest], at now: StoreTime) async throws -> [RateLimitDecision] {
            try await driver.decide(requests, at: now, isCharging: true)
        }

        func peek(_ request: RateLimitRequest, at now: StoreTime) async throws -> RateLimitDecision {
            let decisions = try await driver.decide([request], at: now, isCharging: false)
            return try #require(decisions.first)
        }
    }

    @Test("Rate limits in Lua compute exactly as the reference", arguments: RateLimitArithmeticContract.checks)
    func arithmetic(_ check: RateLimitArithmeticContract.Check) async throws {
        try await check.run(on: try await RedisStores.fresh { Timed(store: $0) })
    }
}
