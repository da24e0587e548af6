/// Writes `docs/metrics.md` from the tables of metrics and events.
package enum MetricsPage {
    package static func markdown(
        metrics: [MetricDefinition] = Metric.all,
        events: [EventDefinition] = TelemetryEvent.all
    ) -> String {
        """
        # Metrics and events

        Made from `Sources/Services/Telemetry/Metric.swift` and `TelemetryEvent.swift`; a test compares this page with them.
        Label values are bounded sets: when a metric has more than a hundred, the rest is counted under `other`.

        ## Metrics

        | Name | Kind | Labels | Meaning |
        | --- | --- | --- | --- |
        \(metrics.sorted { $0.name < $1.name }.map(row).joined(separator: "\n"))

        ## Events

        Each is one log line: the sentence, and the event's name and keys as metadata.

        | Name | Level | Keys | Sentence |
        | --- | --- | --- | --- |
        \(events.sorted { $0.name < $1.name }.map(row).joined(separator: "\n"))

        """
    }

    private static func row(_ metric: MetricDefinition) -> String {
        "| `\(metric.name)` | \(metric.kind.rawValue) | \(codes(metric.labels)) | \(metric.meaning) |"
    }

    private static func row(_ event: EventDefinition) -> String {
        "| `\(event.name)` | \(event.level.rawValue) | \(codes(event.keys)) | \(event.sentence) |"
    }

    private static func codes(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
}
