extension Cache {
    package struct Options: Sendable {
        /// Times to live by namespace.
        ///
        /// Default `CacheNamespace.defaults`.
        package var namespaces = CacheNamespace.defaults
        /// For namespaces that are not named.
        ///
        /// Default 5 minutes.
        package var fallback = CacheNamespace.fallback
        /// This process's own layer.
        package var memory = MemoryCache.Options()
        /// Longest life in this process's memory while invalidations of others may be missed.
        ///
        /// Default 5 seconds.
        package var deafTimeToLive: Duration = .seconds(5)
        /// Time between two signs of life on the bus.
        ///
        /// Default 2 seconds; a process that has not heard itself for three times that is deaf.
        package var signInterval: Duration = .seconds(2)
        /// Longest wait for one request to the shared store.
        ///
        /// Default 250 milliseconds.
        package var storeTimeLimit: Duration = .milliseconds(250)
        /// Longest time computing one value may take.
        ///
        /// Default 60 seconds.
        package var loadTimeLimit: Duration = .seconds(60)
        /// For so long one process alone computes a value; then another may as well.
        ///
        /// Default 10 seconds.
        package var gateLease: Duration = .seconds(10)
        /// Longest wait for a value that another process computes; then this one computes it too.
        ///
        /// Default 10 seconds.
        package var gateWait: Duration = .seconds(10)
        /// Time between two looks for such a value; doubled up to ten times this.
        ///
        /// Default 10 milliseconds.
        package var gatePollInterval: Duration = .milliseconds(10)
        /// Values renewed in the background at once; more are renewed when they are asked for next.
        ///
        /// Default 64.
        package var backgroundLimit = 64
        /// Time before a value that could not be renewed is tried again, while a stale one is there.
        ///
        /// Default 1 second, doubled with every failure up to 60 seconds.
        package var failureBackoff = Backoff.exponential(base: .seconds(1), cap: .seconds(60))
        /// When the shared store is left alone.
        ///
        /// Default: after 3 failures within 10 seconds, for 1 second.
        package var breaker: CircuitBreaker.Options
        package var limits = SizeLimits()

        package init() {
            breaker = CircuitBreaker.Options()
            breaker.failureCount = 3
            breaker.openDuration = .seconds(1)
            breaker.longestOpenDuration = .seconds(10)
        }
    }
}
