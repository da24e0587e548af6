extension CircuitBreaker {
    package struct Options: Hashable, Sendable {
        /// Time over which calls are counted, in ten slices.
        ///
        /// Default 10 seconds.
        package var window: Duration = .seconds(10)
        /// Calls within the window below which no rate is looked at.
        ///
        /// Default 20.
        package var minimumCalls = 20
        /// Failed calls in a hundred that open the breaker.
        ///
        /// Default 50.
        package var failurePercentage = 50
        /// Calls that take longer count as slow; `nil`: none does.
        ///
        /// Default `nil`.
        package var slowCallDuration: Duration?
        /// Slow calls in a hundred that open the breaker.
        ///
        /// Default 80.
        package var slowPercentage = 80
        /// Failures within the window that open the breaker whatever the rate; `nil`: no number does.
        ///
        /// Default `nil`.
        package var failureCount: Int?
        /// Time for which calls are refused before some are let through.
        ///
        /// Default 5 seconds; doubled each time a probe fails, up to `longestOpenDuration`.
        package var openDuration: Duration = .seconds(5)
        /// Bound of `openDuration` as it doubles.
        ///
        /// Default 1 minute.
        package var longestOpenDuration: Duration = .seconds(60)
        /// Calls let through while half open; all must succeed.
        ///
        /// Default 1.
        package var probes = 1
        /// Time for a probe to come back; one that does not has failed.
        ///
        /// Default 10 seconds.
        package var probeDeadline: Duration = .seconds(10)

        package init() {}
    }
}
