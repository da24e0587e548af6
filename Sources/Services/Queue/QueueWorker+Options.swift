extension QueueWorker {
    /// Settings of a worker; the defaults suit jobs of any length.
    package struct Options: Sendable {
        /// Handlers that run at once.
        ///
        /// Default 10.
        package var concurrency = 10
        /// Jobs one claim asks for at most; the size follows how fast jobs are done.
        ///
        /// Default 2,000.
        package var claimLimit = 2_000
        /// Work that is fetched ahead, as the time its handlers take.
        ///
        /// Default 100 milliseconds.
        package var prefetchTime: Duration = .milliseconds(100)
        /// How long fetched work waits for a handler while none takes any, before it goes back.
        ///
        /// Default 1 second.
        package var giveBackAfter: Duration = .seconds(1)
        /// Settlements that are sent at once at the latest; at twice as many, handlers wait.
        ///
        /// Default 1,000.
        package var flushLimit = 1_000
        /// How long a settlement waits for others; none waits when the worker is idle.
        ///
        /// Default 5 milliseconds.
        package var flushAfter: Duration = .milliseconds(5)
        /// How long the worker's hold lasts without a heartbeat; heartbeats are sent every third of it.
        ///
        /// The same for an idle worker: a longer one would cover work it takes just before it dies. Default 10 seconds.
        package var lease: Duration = .seconds(10)
        /// Share of the lease that handlers have to stop in when it cannot be renewed.
        ///
        /// Default 0.1.
        package var safety = 0.1
        package var poll = PollInterval.Options()
        package var retry = JobRetry.exponential()
        /// Bytes kept of a handler's error.
        ///
        /// Default 4,096.
        package var errorSizeInBytes = 4_096
        /// Wait after the store failed; doubles up to `failureWaitLimit`.
        ///
        /// Default 50 milliseconds.
        package var failureWait: Duration = .milliseconds(50)
        /// Default 5 seconds.
        package var failureWaitLimit: Duration = .seconds(5)
        /// How long handlers may go on after `stop()` before they are cancelled.
        ///
        /// Default 20 seconds.
        package var shutdownLimit: Duration = .seconds(20)
        /// How long the last requests of a worker that ends may take; after it the lease runs out by itself.
        ///
        /// Default 5 seconds.
        package var farewellLimit: Duration = .seconds(5)
        package var upkeep = QueueUpkeep.Options()
        /// Time between two steps of housekeeping while there is something to do; doubles up to `upkeepLimit`.
        ///
        /// Default 1 second.
        package var upkeepInterval: Duration = .seconds(1)
        /// With the lease it bounds how long a dead worker's jobs wait.
        ///
        /// Default 2.5 seconds.
        package var upkeepLimit: Duration = .milliseconds(2_500)

        package init() {}
    }
}

/// Time between two looks for work that no signal told of: short after work, longer while there is none.
package struct PollInterval: Hashable, Sendable {
    package struct Options: Hashable, Sendable {
        /// Default 25 milliseconds.
        package var shortest: Duration = .milliseconds(25)
        /// Default 5 seconds.
        package var longest: Duration = .seconds(5)
        /// The longest for a store without signals.
        ///
        /// Default 1 second.
        package var longestWithoutSignals: Duration = .seconds(1)
        /// Share by which an interval may be shorter or longer, so that workers do not all look at once.
        ///
        /// Default 0.2.
        package var jitter = 0.2

        package init() {}
    }

    private let options: Options
    private let longest: Duration
    private var interval: Duration

    package init(options: Options, hasSignals: Bool) {
        self.options = options
        longest = hasSignals ? options.longest : min(options.longest, options.longestWithoutSignals)
        interval = options.shortest
    }

    /// Something was found.
    package mutating func reset() { interval = options.shortest }

    /// Nothing was found: the time until the next look.
    package mutating func next(random: Double) -> Duration {
        defer { interval = min(interval * 2, longest) }
        return interval * (1 + options.jitter * (2 * random - 1))
    }
}
