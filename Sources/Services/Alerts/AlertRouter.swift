/// Brings alerts to people: stores each one, then tells every sink that wants its severity.
package struct AlertRouter: Sendable {
    package struct Options: Sendable {
        /// Longest time one sink may take.
        ///
        /// Default 10 seconds.
        package var sinkTimeLimit: Duration = .seconds(10)
        /// Sinks hear of an alert the first time, the 2nd, the 4th, the 8th and so on.
        ///
        /// A flood of one alert does not flood people.
        ///
        /// Default `true`.
        package var isRepetitionThinned = true
        package var limits = SizeLimits()

        package init() {}
    }

    private let driver: any AlertDriver
    private let sinks: [any AlertSink]
    private let options: Options
    private let clock: any Clock<Duration>

    package init(
        driver: any AlertDriver,
        sinks: [any AlertSink] = [],
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.driver = driver
        self.sinks = sinks
        self.options = options
        self.clock = clock
    }

    /// Stores the alert and tells the sinks.
    ///
    /// A sink that fails or is slow keeps neither the alert from its store nor the other sinks from hearing of it; its
    /// failure becomes an alert of its own, which is stored and not sent anywhere.
    ///
    /// - Parameter alert: what people should know.
    /// - Returns: the alert as it is stored now.
    /// - Throws: `ServicesError` when the store is away; the sinks are told all the same.
    package func raise(_ alert: NewAlert) async throws(ServicesError) -> Alert {
        try options.limits.check(name: alert.source, what: "alert source")
        try options.limits.check(payload: Array(alert.text.utf8), what: "alert text")
        let stored: Alert
        do {
            stored = try await driver.raise(alert)
        } catch {
            await tell(sinks, alert)
            throw error
        }
        if isWorthTelling(stored) { await tell(sinks, alert) }
        return stored
    }

    private func isWorthTelling(_ alert: Alert) -> Bool {
        !options.isRepetitionThinned || alert.count & (alert.count - 1) == 0
    }

    private func tell(_ sinks: [any AlertSink], _ alert: NewAlert) async {
        let failures = await withTaskGroup(of: NewAlert?.self) { group in
            for sink in sinks where sink.leastSeverity <= alert.severity {
                group.addTask { await deliver(alert, to: sink) }
            }
            return await group.reduce(into: [NewAlert]()) { failures, failure in
                if let failure { failures.append(failure) }
            }
        }
        for failure in failures { _ = try? await driver.raise(failure) }
    }

    /// The failure of a sink as an alert, or `nil`.
    private func deliver(_ alert: NewAlert, to sink: any AlertSink) async -> NewAlert? {
        let why: String? = await withTaskGroup(of: String??.self) { group in
            group.addTask {
                do {
                    try await sink.deliver(alert)
                    return .some(nil)
                } catch {
                    return .some("\(error)")
                }
            }
            group.addTask {
                try? await clock.sleep(for: options.sinkTimeLimit)
                return .some("took longer than \(options.sinkTimeLimit)")
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? nil
        }
        return why.map { why in
            NewAlert(
                severity: .warning,
                source: "alert_sink",
                text: "The alert sink '\(sink.name)' failed: \(why.prefix(bytes: 500))",
                deduplicationKey: "alert_sink:\(sink.name)"
            )
        }
    }
}

/// Somewhere alerts are sent besides their store: a log, a web hook, a command.
package protocol AlertSink: Sendable {
    /// For messages about the sink itself.
    var name: String { get }
    /// Alerts below it are not sent.
    var leastSeverity: Severity { get }

    /// Sends one alert; what it throws is told to people through the store.
    func deliver(_ alert: NewAlert) async throws
}
