import Foundation

/// Runs the other queues, locks and limiters: small Python scripts around packages from PyPI.
struct PeerScripts: Sendable {
    /// What a script says of itself.
    struct Report: Decodable {
        var count: Int?
        var seconds: Double?
        var cpu: Double?
        /// Seconds each, where single events were timed.
        var times: [Double]?
        /// Hit ratios by policy.
        var lru: Double?
        var tinylfu: Double?
    }

    let workplace: Workplace
    /// An interpreter that has the packages.
    let python: String
    /// The folder of the scripts.
    let folder: String

    @discardableResult
    func run(_ script: String, _ arguments: [String]) async throws -> Report {
        let words = (["'\(python)'", "'\(folder)/\(script).py'"] + arguments.map { "'\($0)'" }).joined(separator: " ")
        let output = try await workplace.shell("PYTHONDONTWRITEBYTECODE=1 exec \(words)", in: workplace.folder).output
        guard let line = output.split(separator: "\n").last else { return Report() }
        return try JSONDecoder().decode(Report.self, from: Data(line.utf8))
    }

    /// Runs a script that does something so many times.
    func measure(_ script: String, _ arguments: [String], meter: ProcessorMeter) async throws -> Effort {
        try await meter.measureChild {
            let report = try await run(script, arguments)
            guard let count = report.count, count > 0, let seconds = report.seconds, let cpu = report.cpu else {
                throw BenchmarkFailure("'\(script)' did nothing: \(arguments)")
            }
            return Effort(count: count, duration: .seconds(seconds), clientTime: .seconds(cpu))
        }
    }
}
