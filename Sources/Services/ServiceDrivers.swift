/// One store for each service: what the settings choose and front types are made of.
package struct ServiceDrivers: Sendable {
    package var lock: any LockDriver
    package var queue: any WorkQueueDriver
    package var cache: any CacheDriver
    package var rateLimiter: any RateLimiterDriver
    package var pubSub: any PubSubDriver
    package var idempotency: any IdempotencyDriver
    package var resources: any ResourceGuardDriver
    package var jobHistory: any JobHistoryDriver
    package var alerts: any AlertDriver
    /// The tables behind them, where there are any.
    package var schema: (any SchemaDriver)?

    package init(
        lock: any LockDriver,
        queue: any WorkQueueDriver,
        cache: any CacheDriver,
        rateLimiter: any RateLimiterDriver,
        pubSub: any PubSubDriver,
        idempotency: any IdempotencyDriver,
        resources: any ResourceGuardDriver,
        jobHistory: any JobHistoryDriver,
        alerts: any AlertDriver,
        schema: (any SchemaDriver)?
    ) {
        self.lock = lock
        self.queue = queue
        self.cache = cache
        self.rateLimiter = rateLimiter
        self.pubSub = pubSub
        self.idempotency = idempotency
        self.resources = resources
        self.jobHistory = jobHistory
        self.alerts = alerts
        self.schema = schema
    }
}
