/// Rows of cells in aligned columns.
///
/// Widths come from the content. When the table is wider than the room, the column that is marked as flexible is cut;
/// without one the lines stay long, so that nothing is lost where the output is read by a program.
package struct Table: Sendable {
    package struct Column: Sendable, Hashable {
        package var title: String
        package var alignment: Alignment
        /// This column gives way when there is too little room.
        package var isFlexible: Bool

        package init(_ title: String, alignment: Alignment = .leading, isFlexible: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.isFlexible = isFlexible
        }
    }

    /// Columns between two cells.
    private static let gap = 2
    /// A flexible column is not cut below this.
    private static let leastFlexibleWidth = 12

    package var columns: [Column]
    package private(set) var rows: [[StyledText]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; missing cells are empty, surplus ones are dropped.
    package mutating func append(_ cells: [StyledText]) {
        rows.append((0..<columns.count).map { $0 < cells.count ? cells[$0] : "" })
    }

    package mutating func append(_ cells: [String]) {
        append(cells.map { StyledText($0) })
    }

    /// The lines, a dim heading first unless every title is empty.
    package func lines(width: Int? = nil) -> [StyledText] {
        let widths = columnWidths(within: width)
        var lines: [StyledText] = []
        if columns.contains(where: { !$0.title.isEmpty }) {
            lines.append(line(columns.map { StyledText($0.title, .dim) }, widths))
        }
        return lines + rows.map { line($0, widths) }
    }

    private func line(_ cells: [StyledText], _ widths: [Int]) -> StyledText {
        var line = StyledText()
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(String(repeating: " ", count: Self.gap)) }
            line.append(cell.fit(to: widths[index], alignment: columns[index].alignment))
        }
        return line
    }

    private func columnWidths(within room: Int?) -> [Int] {
        var widths = columns.enumerated().map { index, column in
            rows.reduce(DisplayWidth.of(column.title)) { max($0, $1[index].width) }
        }
        guard let room, let flexible = columns.firstIndex(where: \.isFlexible) else { return widths }
        let surplus = widths.reduce(0, +) + Self.gap * (widths.count - 1) - room
        if surplus > 0 {
            widths[flexible] = max(min(widths[flexible], Self.leastFlexibleWidth), widths[flexible] - surplus)
        }
        return widths
    }
}
