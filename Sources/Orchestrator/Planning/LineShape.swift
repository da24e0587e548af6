/// What one line of Markdown is by its first characters.
enum LineShape {
    struct FenceLine {
        var marker: Character
        var length: Int
        var info: String
    }

    /// Leading white space in cells, a tab counting to the next multiple of four.
    static func indent(_ text: some StringProtocol) -> Int {
        var cells = 0
        for byte in text.utf8 {
            if byte == 0x20 {
                cells += 1
            } else if byte == 0x09 {
                cells += 4 - cells % 4
            } else {
                break
            }
        }
        return cells
    }

    static func trim(_ text: some StringProtocol) -> String {
        var view = Substring(text)
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        while let last = view.last, last.isWhitespace { view.removeLast() }
        return String(view)
    }

    /// Characters of white space at the start.
    static func leading(_ text: some StringProtocol) -> Int {
        var count = 0
        for character in text {
            guard character.isWhitespace else { break }
            count += 1
        }
        return count
    }

    static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    /// A line of three or more backticks or tildes; a backtick fence's info string holds no backtick.
    static func fence(_ text: String) -> FenceLine? {
        var bytes = text.utf8[...]
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        guard let marker = bytes.first, marker == 0x60 || marker == 0x7E else { return nil }
        var length = 0
        while bytes.first == marker {
            bytes.removeFirst()
            length += 1
        }
        guard length >= 3 else { return nil }
        if marker == 0x60, bytes.contains(0x60) { return nil }
        let info = trim(String(Substring(bytes)))
        return FenceLine(marker: marker == 0x60 ? "`" : "~", length: length, info: info)
    }

    /// An ATX heading: its level, its text without closing hashes, and the characters before the text.
    static func heading(_ text: String) -> (level: Int, text: String, column: Int)? {
        guard indent(text) < 4 else { return nil }
        let lead = leading(text)
        let body = text.dropFirst(lead)
        guard body.utf8.first == 0x23 else { return nil }
        let level = body.utf8.prefix { $0 == 0x23 }.count
        guard level <= 6 else { return nil }
        let rest = body.dropFirst(level)
        guard rest.isEmpty || rest.first?.isWhitespace == true else { return nil }
        var title = trim(rest)
        if title.hasSuffix("#") {
            let cut = title.reversed().prefix { $0 == "#" }.count
            let kept = title.dropLast(cut)
            if kept.isEmpty || kept.last?.isWhitespace == true { title = trim(kept) }
        }
        return (level, title, lead + level + leading(rest))
    }

    /// A list item: its number, and the characters before its content.
    static func item(_ text: String) -> (ordinal: Int?, column: Int)? {
        let lead = leading(text)
        let body = text.dropFirst(lead)
        guard let first = body.utf8.first else { return nil }
        if first == 0x2D || first == 0x2A || first == 0x2B || body.hasPrefix("•") {
            let rest = body.dropFirst()
            guard rest.first == " " || rest.first == "\t" else { return nil }
            return (nil, lead + 1 + leading(rest))
        }
        guard (0x30...0x39).contains(first) else { return nil }
        let keycaps = body.prefix { $0.unicodeScalars.contains("\u{20E3}") }
        if !keycaps.isEmpty {
            let rest = body.dropFirst(keycaps.count)
            guard rest.first == " ", keycaps.count <= 9 else { return nil }
            let digits = keycaps.compactMap { $0.unicodeScalars.first.map(Character.init) }
            return (Int(String(digits)), lead + keycaps.count + leading(rest))
        }
        let digits = body.utf8.prefix { (0x30...0x39).contains($0) }.count
        guard digits <= 9 else { return nil }
        let rest = body.dropFirst(digits)
        guard rest.first == "." || rest.first == ")" else { return nil }
        let tail = rest.dropFirst()
        guard tail.first == " " || tail.first == "\t" else { return nil }
        return (Int(body.prefix(digits)), lead + digits + 1 + leading(tail))
    }

    /// The line under a heading that underlines it: level 1 for `===`, 2 for `---`.
    static func underline(_ text: String) -> Int? {
        let body = trim(text).utf8
        guard body.count >= 3, indent(text) < 4, let first = body.first, first == 0x3D || first == 0x2D,
            body.allSatisfy({ $0 == first })
        else { return nil }
        return first == 0x3D ? 1 : 2
    }

    /// A thematic break.
    static func isRule(_ text: String) -> Bool {
        let body = text.utf8.filter { $0 != 0x20 && $0 != 0x09 }
        guard body.count >= 3, let first = body.first, first == 0x2D || first == 0x2A || first == 0x5F else {
            return false
        }
        return body.allSatisfy { $0 == first }
    }

    /// The row of dashes under a table's header.
    static func isTableDelimiter(_ text: String) -> Bool {
        let bytes = text.utf8
        return bytes.contains(0x7C) && bytes.contains(0x2D)
            && bytes.allSatisfy { $0 == 0x7C || $0 == 0x2D || $0 == 0x3A || $0 == 0x20 || $0 == 0x09 }
    }

    /// The cells of a table's row, with `\|` read as a plain bar.
    static func cells(_ line: SourceLine) -> [Table.Cell] {
        var cells: [Table.Cell] = []
        var text = ""
        var start = 0
        var position = 0
        var isEscaped = false
        let outer = leading(line.text)
        func close() {
            cells.append(Table.Cell(text: trim(text), column: line.columnOffset + start + leading(text)))
        }
        for character in line.text {
            if character == "|", !isEscaped {
                if position > outer { close() }
                text = ""
                start = position + 1
            } else {
                if isEscaped, character == "|" { text.removeLast() }
                text.append(character)
            }
            isEscaped = character == "\\" && !isEscaped
            position += 1
        }
        if !isBlank(text) { close() }
        return cells
    }
}
