/// A queue in numbers.
package struct QueueStatistics: Hashable, Sendable {
    package let queue: String
    package var ready = 0
    package var scheduled = 0
    package var running = 0
    package var dead = 0
    /// Finished jobs that retention has not pruned yet.
    package var completed = 0
    package var expired = 0
    package var cancelled = 0
    package var isPaused = false
    /// How long the oldest ready job has been ready.
    package var oldestReady: Duration?
    package var limits = QueueLimits()

    package init(queue: String) {
        self.queue = queue
    }
}

/// How many jobs of a queue may run at once, over all workers.
package struct QueueLimits: Hashable, Sendable {
    /// `nil`: no limit, the default.
    package var running: Int?
    /// Per concurrency key; default 1.
    package var runningPerKey = 1
    /// Waiting time that counts as one priority step.
    ///
    /// Default 5 minutes; `nil`: priorities do not age.
    package var ageingStep: Duration? = .seconds(300)

    package init() {}
}

/// One bounded step of a queue's housekeeping.
package struct QueueUpkeep: Hashable, Sendable {
    package struct Options: Hashable, Sendable {
        /// Rows one step may touch of each sort.
        ///
        /// Default 1,000.
        package var limit = 1_000
        /// How long finished jobs are kept.
        ///
        /// Default 7 days.
        package var retention: Duration = .seconds(7 * 86_400)
        /// How long dead letters are kept; `nil` keeps them until they are purged.
        package var deadRetention: Duration? = .seconds(90 * 86_400)

        package init() {}
    }

    /// Jobs taken back from workers whose lease had ended.
    package var orphans = 0
    /// Scheduled jobs whose time had come.
    package var promoted = 0
    package var expired = 0
    package var pruned = 0
    /// Whether a limit was reached, so that another step at once is worth it.
    package var isIncomplete = false

    package init() {}
}
