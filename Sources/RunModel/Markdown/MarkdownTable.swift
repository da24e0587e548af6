/// A table whose columns line up in the Markdown source too.
///
/// Cells are finished Markdown: text from outside goes through ``MarkdownText`` first.
package struct MarkdownTable {
    package enum Alignment {
        case left, right
    }

    private let header: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    package init(_ columns: [(title: String, alignment: Alignment)]) {
        header = columns.map(\.title)
        alignments = columns.map(\.alignment)
    }

    /// Adds a row; missing cells are empty, surplus ones are dropped.
    package mutating func add(_ cells: [String]) {
        rows.append(header.indices.map { $0 < cells.count ? cells[$0] : "" })
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// The table's lines, without a line feed at the end.
    package func render() -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in max(3, all.map { Self.width(of: $0[column]) }.max() ?? 0) }
        let rule = header.indices.map { column in
            let dashes = String(repeating: "-", count: widths[column] - 1)
            return alignments[column] == .right ? dashes + ":" : dashes + "-"
        }
        let lines = [line(header, widths), "| " + rule.joined(separator: " | ") + " |"]
        return (lines + rows.map { line($0, widths) }).joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = cells.indices.map { column in
            let space = String(repeating: " ", count: widths[column] - Self.width(of: cells[column]))
            return alignments[column] == .right ? space + cells[column] : cells[column] + space
        }
        return "| " + padded.joined(separator: " | ") + " |"
    }

    /// Columns a text takes in a fixed-width font: wide East Asian characters and emoji count twice.
    package static func width(of text: String) -> Int {
        text.reduce(0) { total, character in
            guard let scalar = character.unicodeScalars.first else { return total }
            let isWide =
                scalar.properties.isEmojiPresentation
                || [
                    0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
                    0xFF00...0xFF60,
                ]
                .contains { $0.contains(Int(scalar.value)) }
            return total + (isWide ? 2 : 1)
        }
    }
}
