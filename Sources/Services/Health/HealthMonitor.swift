/// Looks at all parts at once and reports.
package struct HealthMonitor: Sendable {
    package struct Options: Sendable {
        /// Longest wait for one part; it is failing then.
        ///
        /// Default 2 seconds.
        package var timeLimit: Duration = .seconds(2)
        /// A part that takes longer to answer is degraded.
        ///
        /// Default 500 milliseconds.
        package var slowAfter: Duration = .milliseconds(500)

        package init() {}
    }

    private let checks: [HealthCheck]
    private let options: Options
    private let clock: any Clock<Duration>
    private let storeClock: StoreClock
    private let telemetry: Telemetry

    /// - Parameters:
    ///   - checks: the parts; their names must differ.
    ///   - options: time limits.
    ///   - clock: measures the time limit.
    ///   - storeClock: measures how long a part took.
    ///   - telemetry: hears of every status and latency.
    package init(
        checks: [HealthCheck],
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock(),
        storeClock: StoreClock = .system,
        telemetry: Telemetry = .none
    ) {
        self.checks = checks
        self.options = options
        self.clock = clock
        self.storeClock = storeClock
        self.telemetry = telemetry
    }

    /// Looks at every part; takes no longer than the time limit.
    package func report() async -> HealthReport {
        let components = await withTaskGroup(of: HealthReport.Component.self) { group in
            for check in checks { group.addTask { await look(check) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for component in components {
            telemetry.set(Metric.healthStatus, component.name, to: Double(component.status.rank))
            telemetry.record(
                Metric.storeLatencySeconds,
                component.name,
                duration: .microseconds(Int64(component.latencyInSeconds * 1_000_000))
            )
        }
        return HealthReport(components: components)
    }

    private func look(_ check: HealthCheck) async -> HealthReport.Component {
        let start = storeClock.now
        var finding: HealthFinding
        do {
            finding =
                try await TimeLimit.run(options.timeLimit, clock: clock) { try await check.look() }
                ?? .failing("it did not answer within \(options.timeLimit)")
        } catch {
            // The description of errors is safe to show; that of a foreign error is its type at least.
            finding = .failing((error as? ServicesError)?.message ?? "\(type(of: error))")
        }
        let latency = storeClock.now - start
        if finding.status == .ready, latency > options.slowAfter {
            finding = .degraded("it took \(latency) to answer")
        }
        return HealthReport.Component(
            name: check.component,
            finding: finding,
            isEssential: check.isEssential,
            latency: latency
        )
    }
}
