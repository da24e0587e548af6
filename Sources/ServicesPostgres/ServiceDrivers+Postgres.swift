package import Services

extension ServiceDrivers {
    /// All services on one PostgreSQL database.
    package static func postgres(_ store: PostgresStore) -> ServiceDrivers {
        ServiceDrivers(
            lock: PostgresLockDriver(store: store),
            queue: PostgresWorkQueueDriver(store: store),
            cache: PostgresCacheDriver(store: store),
            rateLimiter: PostgresRateLimiterDriver(store: store),
            pubSub: PostgresPubSubDriver(store: store),
            idempotency: PostgresIdempotencyDriver(store: store),
            resources: PostgresResourceGuardDriver(store: store),
            jobHistory: PostgresJobHistoryDriver(store: store),
            alerts: PostgresAlertDriver(store: store),
            schema: PostgresSchemaDriver(store: store)
        )
    }
}
