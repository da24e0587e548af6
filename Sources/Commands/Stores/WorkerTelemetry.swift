import CoreMetrics
import Foundation
import Logging
import Services
import Terminal

/// What a long-running worker tells of itself: events as lines for people, numbers as a file of Prometheus text.
struct WorkerTelemetry: Sendable {
    /// How often the file is written.
    static let interval: Duration = .seconds(10)

    let telemetry: Telemetry
    private let metrics = PrometheusMetrics()
    private let path: String?

    /// - Parameters:
    ///   - path: the file for the numbers; `nil` keeps none.
    ///   - talk: where events are written.
    init(path: String?, talk: any TextSink) {
        self.path = path
        let logger = Logger(label: "switchyard") { _ in EventLines(write: { talk.writeLine($0) }) }
        telemetry = Telemetry(factory: path == nil ? NOOPMetricsHandler.instance : metrics, logger: logger)
    }

    /// Writes the file until the task is cancelled, and once more then.
    ///
    /// - Throws: the error of the first write; later ones are tried again at the next interval.
    func export() async throws {
        guard let path else { return }
        try write(to: path)
        // A cancelled sleep ends the loop.
        while (try? await ContinuousClock().sleep(for: Self.interval)) != nil { try? write(to: path) }
        try? write(to: path)
    }

    /// A reader sees the numbers of before or of now, never half of a file.
    private func write(to path: String) throws {
        try Data(metrics.text().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}

/// Writes the events of services as one line each.
private struct EventLines: LogHandler {
    let write: @Sendable (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let details = (event.metadata ?? [:]).filter { $0.key != "event" }
            .sorted { $0.key < $1.key }
            .map { "\($0.key): \($0.value)" }
        let suffix = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
        write("\(event.level): \(event.message)\(suffix)")
    }
}
