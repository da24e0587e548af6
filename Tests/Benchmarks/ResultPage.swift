import Foundation

/// The page `docs/benchmarks.md`: a part for the main path and one for the services, each as of its last full run.
struct ResultPage {
    enum Part: String, CaseIterable {
        case mainPath = "Main path"
        case services = "Services"
    }

    private static let head = [
        "# Benchmarks",
        "",
        "Written by `scripts/bench`; do not edit. Each part is kept as it is until it is measured anew, by `scripts/bench`,",
        "`scripts/bench --only main` or `scripts/bench --only services`. What the services' numbers mean for a fleet is told",
        "in [scaling](scaling.md).",
    ]

    /// Lines by part, without the heading.
    private var parts: [Part: [String]] = [:]

    /// Reads the page; a missing one is empty.
    init(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var current: Part?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("## ") {
                current = Part(rawValue: String(line.dropFirst(3)))
            } else if let current {
                parts[current, default: []].append(line)
            }
        }
    }

    mutating func set(_ part: Part, to lines: [String]) {
        parts[part] = [""] + lines
    }

    var text: String {
        var lines = Self.head
        for part in Part.allCases {
            guard var content = parts[part] else { continue }
            while content.last?.isEmpty == true { content.removeLast() }
            lines += ["", "## " + part.rawValue] + content
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
