/// How many columns text takes on a terminal, and cutting and padding by that measure.
///
/// The text must be clean (see ``CleanText``): escape sequences are not recognised here.
package enum DisplayWidth {
    /// Columns the text takes: 2 for wide East Asian characters and emoji, 0 for combining marks, else 1.
    package static func of(_ text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// Columns of one character, which may be made of many scalars.
    package static func of(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars {
            // Variation selector 16 asks for the picture form, which is wide.
            if scalar.value == 0xFE0F, width > 0 { return 2 }
            width = max(width, columns(of: scalar))
        }
        return width
    }

    /// The text cut to at most `width` columns, with `mark` in place of what is missing.
    package static func cut(_ text: String, to width: Int, mark: String = "…") -> String {
        guard of(text) > width else { return text }
        let room = width - of(mark)
        guard room > 0 else { return width > 0 ? String(mark.prefix(width)) : "" }
        var kept = ""
        var used = 0
        for character in text {
            let columns = of(character)
            if used + columns > room { break }
            kept.append(character)
            used += columns
        }
        while kept.hasSuffix(" ") { kept.removeLast() }
        return kept + mark
    }

    /// The text cut or filled with spaces to exactly `width` columns.
    package static func fit(_ text: String, to width: Int, alignment: Alignment = .leading) -> String {
        let text = cut(text, to: width)
        let fill = String(repeating: " ", count: max(0, width - of(text)))
        return alignment == .leading ? text + fill : fill + text
    }

    /// Breaks text at spaces into lines of at most `width` columns; a longer word stands alone and is not broken.
    package static func wrap(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, of(line) + 1 + of(word) > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) ? 1 : 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .surrogate: return 0
        default: break
        }
        return scalar.properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
    }

    /// Ranges of East Asian Width `W` and `F` (UAX #11), joined where only unassigned code points lie between.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18AFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

/// The side text leans to when it is narrower than its column.
package enum Alignment: Sendable, Hashable {
    case leading
    case trailing
}
