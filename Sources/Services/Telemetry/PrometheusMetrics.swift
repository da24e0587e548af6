package import CoreMetrics
import Locking

/// A swift-metrics backend that keeps all numbers in this process and writes them as Prometheus text.
///
/// The text is version 0.0.4 of the exposition format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
package final class PrometheusMetrics: MetricsFactory {
    package struct Options: Sendable {
        /// Upper bounds of a histogram's buckets; seconds for durations.
        ///
        /// Default from 1 millisecond to 10 seconds.
        package var buckets: [Double] = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        ]
        /// Series kept over all names; numbers of further ones are dropped, and counted in
        /// `switchyard_metrics_dropped_series`.
        ///
        /// Default 10,000.
        package var seriesLimit = 10_000

        package init() {}
    }

    private struct State {
        var counters: [PrometheusSeries: PrometheusNumber] = [:]
        var gauges: [PrometheusSeries: PrometheusNumber] = [:]
        var histograms: [PrometheusSeries: PrometheusHistogram] = [:]
        var dropped = 0

        var count: Int { counters.count + gauges.count + histograms.count }
    }

    private let state = Lock(State())
    private let options: Options
    private let definitions: [String: MetricDefinition]

    /// - Parameters:
    ///   - definitions: metrics whose meaning is written into the text.
    ///   - options: bounds and buckets.
    package init(definitions: [MetricDefinition] = Metric.all, options: Options = Options()) {
        self.options = options
        self.definitions = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        number(label, dimensions, isGauge: false)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        number(label, dimensions, isGauge: true)
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        histogram(label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    /// All numbers, by name and then by labels.
    package func text() -> String {
        let (counters, gauges, histograms, dropped) = state.withLock { state in
            (state.counters, state.gauges, state.histograms, state.dropped)
        }
        var families: [String: [(labels: String, lines: String)]] = [:]
        var kinds: [String: String] = [:]
        func add(_ kind: String, _ series: PrometheusSeries, _ lines: String) {
            kinds[series.name] = kind
            families[series.name, default: []].append((series.renderedLabels(), lines))
        }
        for (series, number) in counters { add("counter", series, series.line("", [], number.value)) }
        for (series, number) in gauges { add("gauge", series, series.line("", [], number.value)) }
        for (series, histogram) in histograms { add("histogram", series, histogram.lines(series)) }
        if dropped > 0 {
            let series = PrometheusSeries(name: "switchyard_metrics_dropped_series", labels: [])
            add("gauge", series, series.line("", [], Double(dropped)))
        }
        return families.sorted { $0.key < $1.key }.map { name, series in
            var head = ""
            if let meaning = definitions[name]?.meaning { head += "# HELP \(name) \(PrometheusSeries.help(meaning))\n" }
            head += "# TYPE \(name) \(kinds[name] ?? "untyped")\n"
            return head + series.sorted { $0.labels < $1.labels }.map(\.lines).joined()
        }.joined()
    }

    private func number(_ label: String, _ dimensions: [(String, String)], isGauge: Bool) -> PrometheusNumber {
        let series = PrometheusSeries(name: label, labels: dimensions)
        return state.withLock { state in
            if let known = isGauge ? state.gauges[series] : state.counters[series] { return known }
            let made = PrometheusNumber()
            guard keep(&state) else { return made }
            if isGauge { state.gauges[series] = made } else { state.counters[series] = made }
            return made
        }
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> PrometheusHistogram {
        let series = PrometheusSeries(name: label, labels: dimensions)
        return state.withLock { state in
            if let known = state.histograms[series] { return known }
            let made = PrometheusHistogram(buckets: options.buckets)
            if keep(&state) { state.histograms[series] = made }
            return made
        }
    }

    private func keep(_ state: inout State) -> Bool {
        guard state.count >= options.seriesLimit else { return true }
        state.dropped += 1
        return false
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            state.counters = state.counters.filter { $0.value !== handler }
            state.gauges = state.gauges.filter { $0.value !== handler }
            state.histograms = state.histograms.filter { $0.value !== handler }
        }
    }
}
