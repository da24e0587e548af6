/// Deletes what the stores keep and nobody asks for any more, in bounded steps.
///
/// Workers prune their queues themselves, caches in Redis forget by themselves; everything else stays until this runs:
/// after a run, hourly beside a worker, or by `switchyard db prune`. Deleting twice, or by several at once, is harmless.
package struct StorePruning: Sendable {
    package struct Options: Sendable {
        /// How long ended job runs, and alerts that somebody acknowledged, are kept.
        ///
        /// Default 90 days.
        package var retention: Duration = .seconds(90 * 86_400)
        /// Rows one request deletes at most.
        ///
        /// Default 1,000.
        package var step = 1_000
        /// Requests for each service in one go.
        ///
        /// Default 1,000.
        package var mostSteps = 1_000
        /// How long nobody prunes again after ``StorePruning/performWhenDue(by:)``.
        ///
        /// Default 1 hour.
        package var interval: Duration = .seconds(3_600)

        package init() {}
    }

    /// How many were deleted.
    package struct Report: Hashable, Sendable {
        package var jobs = 0
        package var idempotencyKeys = 0
        package var cacheEntries = 0
        package var jobRuns = 0
        package var alerts = 0

        package init() {}
    }

    /// The lock that says when somebody has pruned last: taken for the interval and never given back.
    private static let turn = "stores:pruning"

    private let drivers: ServiceDrivers
    private let options: Options

    package init(drivers: ServiceDrivers, options: Options = Options()) {
        self.drivers = drivers
        self.options = options
    }

    /// Deletes everything that is due.
    package func perform() async throws(ServicesError) -> Report {
        var report = Report()
        let (drivers, options) = (drivers, options)
        report.idempotencyKeys = try await all { limit throws(ServicesError) in
            try await drivers.idempotency.prune(limit: limit)
        }
        report.cacheEntries = try await all { limit throws(ServicesError) in
            try await drivers.cache.prune(limit: limit)
        }
        report.jobRuns = try await all { limit throws(ServicesError) in
            try await drivers.jobHistory.prune(olderThan: options.retention, limit: limit)
        }
        report.alerts = try await all { limit throws(ServicesError) in
            try await drivers.alerts.prune(olderThan: options.retention, limit: limit)
        }
        var upkeep = QueueUpkeep.Options()
        upkeep.limit = options.step
        for _ in 0..<options.mostSteps {
            let step = try await drivers.queue.maintain(upkeep)
            report.jobs += step.pruned
            if !step.isIncomplete { break }
        }
        return report
    }

    /// The same, unless somebody did so within the interval.
    ///
    /// - Returns: `nil` when it was not due.
    package func performWhenDue(by instance: InstanceID) async throws -> Report? {
        let turn = try await LeaseLock(driver: drivers.lock).acquire(
            [Self.turn],
            holder: instance.rawValue,
            timeToLive: options.interval,
            wait: .zero
        )
        guard case .granted = turn else { return nil }
        return try await perform()
    }

    private func all(
        _ prune: (_ limit: Int) async throws(ServicesError) -> Int
    ) async throws(ServicesError) -> Int {
        var sum = 0
        for _ in 0..<options.mostSteps {
            let count = try await prune(options.step)
            sum += count
            if count < options.step { break }
        }
        return sum
    }
}
