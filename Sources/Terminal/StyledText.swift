/// One line of text in pieces that each have a style; measured, cut and padded before any escape code exists.
package struct StyledText: Hashable, Sendable, ExpressibleByStringLiteral {
    package struct Span: Hashable, Sendable {
        package var text: String
        package var style: Style
    }

    package private(set) var spans: [Span] = []

    package init(_ text: String = "", _ style: Style = .plain) {
        append(text, style)
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    /// Columns the line takes.
    package var width: Int { spans.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    package var isEmpty: Bool { spans.isEmpty }

    /// The text without its styles.
    package var text: String { spans.map(\.text).joined() }

    package mutating func append(_ text: String, _ style: Style = .plain) {
        if !text.isEmpty { spans.append(Span(text: text, style: style)) }
    }

    package mutating func append(_ other: StyledText) {
        spans += other.spans
    }

    /// The line cut to at most `width` columns, with an ellipsis in the style of the piece that was cut.
    package func cut(to width: Int) -> StyledText {
        guard self.width > width else { return self }
        var result = StyledText()
        var room = width
        for span in spans {
            let columns = DisplayWidth.of(span.text)
            guard columns < room else {
                // One column more than there is makes `cut` put its mark, also when the piece fits exactly.
                result.append(DisplayWidth.cut(span.text + "  ", to: room), span.style)
                break
            }
            result.append(span.text, span.style)
            room -= columns
        }
        return result
    }

    /// The line cut or filled with spaces to exactly `width` columns.
    package func fit(to width: Int, alignment: Alignment = .leading) -> StyledText {
        var result = cut(to: width)
        let fill = String(repeating: " ", count: max(0, width - result.width))
        if alignment == .leading {
            result.append(fill)
        } else {
            result.spans.insert(Span(text: fill, style: .plain), at: 0)
        }
        return result
    }

    /// The line as bytes for a sink, with escape codes only if asked; never ends in spaces.
    package func rendered(isColoured: Bool) -> String {
        var spans = spans
        while let last = spans.last {
            let trimmed = String(last.text.reversed().drop { $0 == " " }.reversed())
            if trimmed.isEmpty {
                spans.removeLast()
                continue
            }
            spans[spans.count - 1].text = trimmed
            break
        }
        return spans.map { isColoured ? $0.style.apply(to: $0.text) : $0.text }.joined()
    }

    package static func + (left: StyledText, right: StyledText) -> StyledText {
        var result = left
        result.append(right)
        return result
    }
}
