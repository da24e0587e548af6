package import CoreMetrics
import Locking
package import Logging

/// Where services send their numbers and events.
///
/// Numbers go to a swift-metrics backend such as ``PrometheusMetrics``, events to a swift-log logger. Both are handed in:
/// nothing here is global, so tests and several servers in one process do not mix.
package final class Telemetry: Sendable {
    package struct Options: Sendable {
        /// Different label values per metric; further ones are counted under `other`.
        ///
        /// Default 100.
        package var labelLimit = 100

        package init() {}
    }

    private struct Series: Hashable {
        let metric: String
        let labels: [String]
    }

    private struct State {
        var counters: [Series: Counter] = [:]
        var gauges: [Series: Meter] = [:]
        var histograms: [Series: Recorder] = [:]
        var seen: [String: Set<[String]>] = [:]
    }

    private let state = Lock(State())
    private let factory: any MetricsFactory
    private let logger: Logger?
    private let options: Options

    /// - Parameters:
    ///   - factory: the metrics backend.
    ///   - logger: hears the events; `nil` drops them.
    ///   - options: bounds.
    package init(factory: any MetricsFactory, logger: Logger? = nil, options: Options = Options()) {
        self.factory = factory
        self.logger = logger
        self.options = options
    }

    /// Takes everything and keeps nothing.
    package static let none = Telemetry(factory: NOOPMetricsHandler.instance)

    /// A counter to be kept by whoever counts often.
    package func counter(_ metric: MetricDefinition, _ labels: String...) -> TelemetryCounter {
        TelemetryCounter(counter: counter(metric, labels))
    }

    /// Adds to a counter.
    package func count(_ metric: MetricDefinition, _ labels: String..., by amount: Int = 1) {
        counter(metric, labels).increment(by: amount)
    }

    /// Sets a gauge.
    package func set(_ metric: MetricDefinition, _ labels: String..., to value: Double) {
        let meter = state.withLock { state in
            let series = series(metric, labels, &state)
            if let known = state.gauges[series] { return known }
            let made = Meter(label: metric.name, dimensions: dimensions(metric, series), factory: factory)
            state.gauges[series] = made
            return made
        }
        meter.set(value)
    }

    /// Records one duration of a distribution, in seconds.
    package func record(_ metric: MetricDefinition, _ labels: String..., duration: Duration) {
        let recorder = state.withLock { state in
            let series = series(metric, labels, &state)
            if let known = state.histograms[series] { return known }
            let made = Recorder(label: metric.name, dimensions: dimensions(metric, series), factory: factory)
            state.histograms[series] = made
            return made
        }
        recorder.record(Double(duration.wholeMicroseconds) / 1_000_000)
    }

    /// Logs an event: its constant sentence, with what varies as metadata.
    package func log(_ event: EventDefinition, _ metadata: [String: String] = [:]) {
        guard let logger else { return }
        let level: Logger.Level =
            switch event.level {
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        var values: Logger.Metadata = ["event": .string(event.name)]
        for (key, value) in metadata { values[key] = .string(value) }
        logger.log(level: level, "\(event.sentence)", metadata: values)
    }

    private func counter(_ metric: MetricDefinition, _ labels: [String]) -> Counter {
        state.withLock { state in
            let series = series(metric, labels, &state)
            if let known = state.counters[series] { return known }
            let made = Counter(label: metric.name, dimensions: dimensions(metric, series), factory: factory)
            state.counters[series] = made
            return made
        }
    }

    /// The labels' series, or that of `other` when the metric has too many.
    private func series(_ metric: MetricDefinition, _ labels: [String], _ state: inout State) -> Series {
        let known = state.seen[metric.name, default: []]
        if labels.isEmpty || known.contains(labels) { return Series(metric: metric.name, labels: labels) }
        guard known.count < options.labelLimit else {
            return Series(metric: metric.name, labels: labels.map { _ in "other" })
        }
        state.seen[metric.name, default: []].insert(labels)
        return Series(metric: metric.name, labels: labels)
    }

    private func dimensions(_ metric: MetricDefinition, _ series: Series) -> [(String, String)] {
        Array(zip(metric.labels, series.labels))
    }
}

/// One counter of one set of labels.
package struct TelemetryCounter: Sendable {
    fileprivate let counter: Counter

    package func increment(by amount: Int = 1) {
        counter.increment(by: amount)
    }
}
