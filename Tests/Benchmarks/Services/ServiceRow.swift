import Foundation

/// A line of the services' table.
struct ServiceRow: Sendable {
    var number: String
    var what: String
    var how: String
    var median = ""
    var least = ""
    var greatest = ""
    var ratio = ""
    var target = ""
    /// `nil` without a target.
    var isMet: Bool?
    /// Microseconds of processor time each: of the program, and of the server.
    var cost = ""
    /// What is to be said where the target is missed.
    var claim = ""
    /// The same as numbers.
    var costs: [Double] = []

    init(number: String, what: String, how: String) {
        self.number = number
        self.what = what
        self.how = how
    }

    static let head = [
        line([
            "No.", "What", "How", "Median", "Least", "Greatest", "Ratio", "Target", "Met", "CPU µs each",
        ]),
        line(["---", "---", "---", "---:", "---:", "---:", "---:", "---:", "---", "---:"]),
    ]

    var text: String {
        Self.line([
            number, what, how, median, least, greatest, ratio, target, isMet.map { $0 ? "yes" : "**no**" } ?? "", cost,
        ])
    }

    /// Cells padded so that the table can also be read as it is.
    private static func line(_ cells: [String]) -> String {
        let widths = [4, 46, 40, 10, 10, 10, 6, 10, 6, 12]
        let padded = zip(cells, widths).enumerated().map { column, pair in
            let padding = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
            return (3...7).contains(column) || column == 9 ? padding + pair.0 : pair.0 + padding
        }
        return "| " + padded.joined(separator: " | ") + " |"
    }

    static func rate(_ perSecond: Double) -> String {
        switch perSecond {
        case 1e6...: String(format: "%.2f M/s", perSecond / 1e6)
        case 1e4...: String(format: "%.1f k/s", perSecond / 1e3)
        default: String(format: "%.0f/s", perSecond)
        }
    }

    static func ratio(_ value: Double) -> String { String(format: value < 10 ? "%.2f" : "%.0f", value) }

    static func cost(_ microseconds: Double) -> String {
        String(format: microseconds < 10 ? "%.1f" : "%.0f", microseconds)
    }

    static func milliseconds(_ value: Double) -> String { String(format: value < 10 ? "%.2f ms" : "%.1f ms", value) }

    /// J3: lines for the processor time of a job, of the program, of the server, and of both.
    var costRows: [ServiceRow] {
        guard costs.count == 2 else { return [] }
        let format: (Double) -> String = { Self.cost($0) + " µs" }
        let title = "processor time of a job" + what.drop { $0 != "," }
        return [
            Gauge(number: "J3", title: title, how: "program", bound: .atMost(10), format: format).row([costs[0]]),
            Gauge(number: "", title: "", how: "server", bound: .atMost(22), format: format).row([costs[1]]),
            Gauge(number: "", title: "", how: "both", bound: .atMost(32), format: format).row([costs[0] + costs[1]]),
        ]
    }
}
