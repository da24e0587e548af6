import Foundation

/// The results as lines of a Markdown table; the terminal gets the same lines.
enum ResultTable {
    static let head = [
        row(["What", "How", "Median", "Least", "Greatest", "Ratio", "Target", "Met"]),
        row(["---", "---", "---:", "---:", "---:", "---:", "---:", "---"]),
    ]

    /// A line per contender; the ratio says how many times as long it took as Switchyard, round by round.
    static func lines(_ result: ContestResult) -> [String] {
        result.names.indices.map { index in
            let series = result.series[index]
            let target = result.targets[result.names[index]]
            return row([
                index == 0 ? result.title : "", result.names[index],
                time(series.median), time(series.least), time(series.greatest),
                index == 0 ? "" : String(format: "%.2f", result.ratio(index)) + "x",
                target.map { String(format: "%.1fx", $0) } ?? "",
                result.isMet(index).map { $0 ? "yes" : "**no**" } ?? "",
            ])
        }
    }

    /// Cells padded so that the table can also be read as it is.
    private static func row(_ cells: [String]) -> String {
        let widths = [44, 32, 9, 9, 9, 7, 6, 7]
        let padded = zip(cells, widths).enumerated().map { column, pair in
            let padding = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
            return (2...6).contains(column) ? padding + pair.0 : pair.0 + padding
        }
        return "| " + padded.joined(separator: " | ") + " |"
    }

    static func time(_ seconds: Double) -> String {
        seconds < 0.95 ? String(format: "%.0f ms", seconds * 1_000) : String(format: "%.2f s", seconds)
    }
}
