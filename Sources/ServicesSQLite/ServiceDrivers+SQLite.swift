package import Services

extension ServiceDrivers {
    /// All services on one SQLite file.
    package static func sqlite(_ store: SQLiteStore) -> ServiceDrivers {
        ServiceDrivers(
            lock: SQLiteLockDriver(store: store),
            queue: SQLiteWorkQueueDriver(store: store),
            cache: SQLiteCacheDriver(store: store),
            rateLimiter: SQLiteRateLimiterDriver(store: store),
            pubSub: SQLitePubSubDriver(store: store),
            idempotency: SQLiteIdempotencyDriver(store: store),
            resources: SQLiteResourceGuardDriver(store: store),
            jobHistory: SQLiteJobHistoryDriver(store: store),
            alerts: SQLiteAlertDriver(store: store),
            schema: SQLiteSchemaDriver(store: store)
        )
    }
}
