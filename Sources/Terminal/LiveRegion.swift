/// Lines at the bottom of a terminal that are redrawn in place.
///
/// A pure value: every method returns the text to write, and the caller writes it in one piece. The cursor rests on the
/// line below the region and is hidden while the region stands; whoever draws must also ``close()``.
package struct LiveRegion: Sendable {
    private static let hideCursor = "\u{1B}[?25l"
    private static let showCursor = "\u{1B}[?25h"
    private static let clearToEnd = "\u{1B}[0J"
    private static let clearLineRest = "\u{1B}[0K"
    /// Asks the terminal to show a whole update at once; those that do not know it ignore it.
    private static let beginUpdate = "\u{1B}[?2026h"
    private static let endUpdate = "\u{1B}[?2026l"

    /// Widths of the lines on the screen, to know how a narrower window wrapped them.
    private var drawnWidths: [Int] = []
    private var isCursorHidden = false

    package init() {}

    /// Replaces the region by these lines, with `above` printed for good over it.
    ///
    /// Lines are cut to the width, and lines beyond the height of the window are left out from the top, because what
    /// has scrolled out of the window cannot be redrawn.
    package mutating func draw(
        _ lines: [StyledText],
        above: [StyledText] = [],
        size: TerminalTraits.Size,
        isColoured: Bool
    ) -> String {
        var text = Self.beginUpdate
        if !isCursorHidden { text += Self.hideCursor }
        isCursorHidden = true
        text += moveToTop(columns: size.columns)
        for line in above { text += line.rendered(isColoured: isColoured) + Self.clearLineRest + "\n" }
        let shown = lines.suffix(max(1, size.rows - 1)).map { $0.cut(to: size.columns) }
        for line in shown { text += line.rendered(isColoured: isColoured) + Self.clearLineRest + "\n" }
        drawnWidths = shown.map(\.width)
        return text + Self.clearToEnd + Self.endUpdate
    }

    /// Leaves the lines on the screen and gives the cursor back.
    package mutating func close() -> String {
        drawnWidths = []
        defer { isCursorHidden = false }
        return isCursorHidden ? Self.showCursor : ""
    }

    /// Removes the lines and gives the cursor back.
    package mutating func erase(size: TerminalTraits.Size) -> String {
        moveToTop(columns: size.columns) + (drawnWidths.isEmpty ? "" : Self.clearToEnd) + close()
    }

    private func moveToTop(columns: Int) -> String {
        let columns = max(1, columns)
        // A line that was drawn in a wider window now takes several rows.
        let rows = drawnWidths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
        return rows == 0 ? "" : "\r\u{1B}[\(rows)A"
    }
}
