import CoreMetrics
import Foundation
import Logging
import Services
import TestSupport
import Testing

@Suite("Telemetry")
struct TelemetryTests {
    private let metrics = PrometheusMetrics(
        definitions: [MetricDefinition("hits_total", .counter, "All hits.", labels: ["kind"])],
        options: {
            var options = PrometheusMetrics.Options()
            options.buckets = [0.1, 1]
            return options
        }()
    )

    @Test("Numbers are written as Prometheus reads them, in a fixed order")
    func text() {
        let telemetry = Telemetry(factory: metrics)
        let hits = MetricDefinition("hits_total", .counter, "All hits.", labels: ["kind"])
        telemetry.count(hits, "b")
        telemetry.count(hits, "a\"\\\n", by: 2)
        telemetry.counter(hits, "b").increment(by: 4)
        telemetry.set(MetricDefinition("depth", .gauge, "Depth."), to: 2.5)
        let wait = MetricDefinition("wait_seconds", .histogram, "Waits.")
        for milliseconds in [50, 100, 500, 2_000] { telemetry.record(wait, duration: .milliseconds(milliseconds)) }
        #expect(
            metrics.text() == """
                # TYPE depth gauge
                depth 2.5
                # HELP hits_total All hits.
                # TYPE hits_total counter
                hits_total{kind="a\\"\\\\\\n"} 2
                hits_total{kind="b"} 5
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.1"} 2
                wait_seconds_bucket{le="1"} 3
                wait_seconds_bucket{le="+Inf"} 4
                wait_seconds_sum 2.65
                wait_seconds_count 4

                """
        )
    }

    @Test("Any program's swift-metrics can be written")
    func foreign() {
        Counter(label: "http.requests", dimensions: [("path-name", "/é")], factory: metrics).increment()
        CoreMetrics.Timer(label: "1st", dimensions: [], preferredDisplayUnit: .seconds, factory: metrics)
            .recordNanoseconds(2_000_000_000)
        let text = metrics.text()
        #expect(text.contains("http_requests{path_name=\"/é\"} 1\n") && text.contains("_1st_sum 2\n"))
    }

    @Test("Label values beyond the bound are counted together")
    func labels() {
        var options = Telemetry.Options()
        options.labelLimit = 3
        let telemetry = Telemetry(factory: metrics, options: options)
        let hits = MetricDefinition("hits_total", .counter, "All hits.", labels: ["kind"])
        for index in 0..<100 { telemetry.count(hits, "k\(index)") }
        #expect(metrics.text().contains("hits_total{kind=\"other\"} 97\n"))
        #expect(metrics.text().split(separator: "\n").count == 6)
    }

    @Test("Series beyond the bound are dropped and counted")
    func series() {
        var options = PrometheusMetrics.Options()
        options.seriesLimit = 2
        let metrics = PrometheusMetrics(definitions: [], options: options)
        for index in 0..<5 { Counter(label: "c\(index)", dimensions: [], factory: metrics).increment() }
        #expect(metrics.text().contains("switchyard_metrics_dropped_series 3\n"))
    }

    @Test("Counting from many tasks loses nothing")
    func concurrent() async {
        let telemetry = Telemetry(factory: metrics)
        let hits = MetricDefinition("hits_total", .counter, "All hits.", labels: ["kind"])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for index in 0..<1_000 { telemetry.count(hits, "k\(index % 3)") } }
            }
        }
        #expect(metrics.text().contains("hits_total{kind=\"k1\"} 2664\n"))
    }

    @Test("Names are unique, follow their kind, and labels are plain words")
    func names() {
        #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
        #expect(Set(TelemetryEvent.all.map(\.name)).count == TelemetryEvent.all.count)
        for metric in Metric.all {
            #expect(metric.name.hasPrefix("switchyard_") && metric.meaning.hasSuffix("."), "\(metric.name)")
            #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter), "\(metric.name)")
            #expect(metric.labels.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } }, "\(metric.name)")
        }
        #expect(TelemetryEvent.all.allSatisfy { $0.sentence.hasSuffix(".") })
    }

    @Test("docs/metrics.md is what the tables say")
    func page() throws {
        let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        let root = folder.appending(path: "../../..").standardized
        let page = root.appending(path: "docs/metrics.md")
        let wanted = MetricsPage.markdown()
        if ProcessInfo.processInfo.environment["SWITCHYARD_RECORD"] == "1" {
            try Data(wanted.utf8).write(to: page)
        }
        let text = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        #expect(text == wanted, "run the test with SWITCHYARD_RECORD=1 to write it anew")
    }
}
