import CoreMetrics
import Locking

/// One number of one series: a counter or a gauge.
final class PrometheusNumber: CounterHandler, MeterHandler {
    private let number = Lock(0.0)

    var value: Double { number.withLock { $0 } }

    func increment(by amount: Int64) { number.withLock { $0 += Double(amount) } }
    func reset() { number.withLock { $0 = 0 } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { number.withLock { $0 = value } }
    func increment(by amount: Double) { number.withLock { $0 += amount } }
    func decrement(by amount: Double) { number.withLock { $0 -= amount } }
}

/// The distribution of one series.
final class PrometheusHistogram: RecorderHandler, TimerHandler {
    private struct State {
        var counts: [Int]
        var sum = 0.0
        var count = 0
    }

    private let buckets: [Double]
    private let state: Lock<State>

    init(buckets: [Double]) {
        self.buckets = buckets.sorted()
        state = Lock(State(counts: Array(repeating: 0, count: buckets.count)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = buckets.firstIndex { value <= $0 }
        state.withLock { state in
            if let bucket { state.counts[bucket] += 1 }
            state.sum += value
            state.count += 1
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    /// Buckets count what is at most their bound, so each contains those before it.
    func lines(_ series: PrometheusSeries) -> String {
        let (counts, sum, count) = state.withLock { ($0.counts, $0.sum, $0.count) }
        var below = 0
        var text = ""
        for (bound, here) in zip(buckets, counts) {
            below += here
            text += series.line(
                "_bucket",
                [PrometheusSeries.Label(name: "le", value: PrometheusSeries.number(bound))],
                Double(below)
            )
        }
        text += series.line("_bucket", [PrometheusSeries.Label(name: "le", value: "+Inf")], Double(count))
        return text + series.line("_sum", [], sum) + series.line("_count", [], Double(count))
    }
}
