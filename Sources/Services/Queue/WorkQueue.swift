/// Work that is stored now and done at least once, by any process that shares the store.
///
/// Single jobs of concurrent callers leave together in one transaction; workers are woken after it.
package struct WorkQueue: Sendable {
    package struct Options: Sendable {
        package var limits = SizeLimits()
        package var grouping = EnqueueGroup.Options()
        /// Shortest time between two wake-up signals for one queue.
        ///
        /// Default 5 milliseconds.
        package var announceInterval: Duration = .milliseconds(5)
        /// Jobs that one `redrive`, `purge` or listing may touch.
        ///
        /// Default 10,000.
        package var administrationLimit = 10_000

        package init() {}
    }

    package let driver: any WorkQueueDriver
    private let options: Options
    private let group: EnqueueGroup
    private let announcer: Announcer

    package init(
        driver: any WorkQueueDriver,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.driver = driver
        self.options = options
        let announcer = Announcer(driver: driver, interval: options.announceInterval, stopwatch: Stopwatch(clock))
        self.announcer = announcer
        group = EnqueueGroup(
            driver: driver,
            options: options.grouping,
            stopwatch: Stopwatch(clock),
            stored: { await announcer.announce($0) }
        )
    }

    /// Stores one job, together with those of other callers of this process at the moment.
    ///
    /// Once handed over, the job is stored whether or not the caller's task is cancelled meanwhile.
    ///
    /// - Throws: `ServicesError`; with the code `outcomeUnknown` the job may have been stored.
    package func enqueue(_ job: NewJob) async throws(ServicesError) -> EnqueueOutcome {
        try options.limits.check(job)
        return try await group.enqueue(job)
    }

    /// Stores the jobs in one transaction, in order: all or none.
    ///
    /// - Throws: `ServicesError`; with the code `outcomeUnknown` the jobs may have been stored.
    package func enqueue(_ jobs: [NewJob]) async throws(ServicesError) -> [EnqueueOutcome] {
        guard jobs.count <= options.limits.batch else {
            throw .outOfRange("number of jobs", jobs.count, allowed: "at most \(options.limits.batch)")
        }
        for job in jobs { try options.limits.check(job) }
        guard !jobs.isEmpty else { return [] }
        let outcomes = try await driver.enqueue(jobs)
        await announcer.announce(jobs.readyQueues)
        return outcomes
    }

    /// Takes back unfinished jobs.
    ///
    /// - Returns: those that were cancelled.
    package func cancel(_ jobs: [JobID]) async throws(ServicesError) -> [JobID] {
        try await driver.cancel(jobs)
    }

    package func job(_ id: JobID) async throws(ServicesError) -> JobRecord? {
        try await driver.job(id)
    }

    /// Jobs of a queue in one state, by id, after the given one.
    package func jobs(
        in queue: String,
        state: JobState,
        after id: JobID? = nil,
        limit: Int = 100
    ) async throws(ServicesError) -> [JobRecord] {
        try options.limits.check(name: queue, what: "queue name")
        return try await driver.jobs(in: queue, state: state, after: id, limit: min(limit, options.administrationLimit))
    }

    package func statistics(of queues: [String] = []) async throws(ServicesError) -> [QueueStatistics] {
        try await driver.statistics(of: queues)
    }

    /// Makes dead jobs ready again; all of the queue, up to the limit in the options, when no ids are given.
    package func redrive(_ queue: String, jobs: [JobID]? = nil, limit: Int? = nil) async throws(ServicesError) -> Int {
        try options.limits.check(name: queue, what: "queue name")
        let limit = min(limit ?? options.administrationLimit, options.administrationLimit)
        let count = try await driver.redrive(queue, jobs: jobs, limit: limit)
        if count > 0 { await announcer.announce([queue]) }
        return count
    }

    /// Deletes jobs of a queue in one state, oldest first, up to the limit in the options.
    package func purge(_ queue: String, state: JobState, limit: Int? = nil) async throws(ServicesError) -> Int {
        try options.limits.check(name: queue, what: "queue name")
        let limit = min(limit ?? options.administrationLimit, options.administrationLimit)
        return try await driver.purge(queue, state: state, limit: limit)
    }

    /// Stops the hand-out from a queue; what runs is not touched.
    package func pause(_ queue: String) async throws(ServicesError) {
        try options.limits.check(name: queue, what: "queue name")
        try await driver.setPaused(queue, true)
    }

    package func resume(_ queue: String) async throws(ServicesError) {
        try options.limits.check(name: queue, what: "queue name")
        try await driver.setPaused(queue, false)
        await announcer.announce([queue])
    }

    package func setLimits(_ queue: String, _ limits: QueueLimits) async throws(ServicesError) {
        try options.limits.check(name: queue, what: "queue name")
        try limits.check()
        try await driver.setLimits(queue, limits)
        await announcer.announce([queue])
    }
}

extension [NewJob] {
    /// The queues in which workers have something to do now.
    var readyQueues: Set<String> { Set(lazy.filter { $0.delay == nil && $0.runAt == nil }.map(\.queue)) }
}
