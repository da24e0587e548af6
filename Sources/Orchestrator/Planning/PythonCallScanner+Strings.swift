/// String literals: short ones with escapes, and blocks of prose.
extension PythonCallScanner {
    mutating func scanString(at quote: Int) -> PythonString? {
        let mark = bytes[quote]
        let prefix = bytes[offset..<quote]
        let isRaw = prefix.contains(0x72) || prefix.contains(0x52)
        offset = quote
        if bytes[quote...].starts(with: [mark, mark, mark]) {
            return scanBlock(delimiter: [mark, mark, mark])
        }
        if let short = scanShort(mark: mark, isRaw: isRaw) { return short }
        // An ordinary quote that stays open at the end of its line: not Python, but people write it.
        return scanBlock(delimiter: [mark])
    }

    /// A literal that ends on its line, with its escapes decoded; `nil`, without moving, when it does not end there.
    private mutating func scanShort(mark: UInt8, isRaw: Bool) -> PythonString? {
        var text: [UInt8] = []
        var index = offset + 1
        while index < bytes.count, bytes[index] != mark {
            if bytes[index] == 0x5C, index + 1 < bytes.count {
                if isRaw {
                    text += bytes[index...index + 1]
                    index += 2
                } else {
                    index = Self.decodeEscape(bytes, at: index, into: &text)
                }
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        guard index < bytes.count else { return nil }
        let start = lines[row]
        let column = start.columnOffset + String(decoding: bytes[...offset], as: UTF8.self).count
        offset = index + 1
        let decoded = String(decoding: text, as: UTF8.self)
        let parts = decoded.split(separator: "\n", omittingEmptySubsequences: false)
        let pieces = parts.enumerated().map { position, part in
            SourceLine(
                text: String(part),
                number: start.number,
                columnOffset: position == 0 ? column : 0,
                ending: position == parts.count - 1 ? "" : "\n"
            )
        }
        return PythonString(text: decoded, lines: pieces)
    }

    private static func decodeEscape(_ bytes: [UInt8], at index: Int, into text: inout [UInt8]) -> Int {
        let next = bytes[index + 1]
        switch next {
        case 0x6E: text.append(0x0A)
        case 0x74: text.append(0x09)
        case 0x72: text.append(0x0D)
        case 0x5C, 0x27, 0x22: text.append(next)
        case 0x78, 0x75, 0x55:
            let width = next == 0x78 ? 2 : next == 0x75 ? 4 : 8
            let digits = String(decoding: bytes[(index + 2)..<min(index + 2 + width, bytes.count)], as: UTF8.self)
            guard digits.utf8.count == width, let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else {
                text += [0x5C, next]
                return index + 2
            }
            text += Array(String(Character(scalar)).utf8)
            return index + 2 + width
        default: text += [0x5C, next]
        }
        return index + 2
    }

    // MARK: Blocks

    /// A literal over several lines, kept byte for byte.
    private mutating func scanBlock(delimiter: [UInt8]) -> PythonString? {
        let openRow = row
        let bodyStart = offset + delimiter.count
        if delimiter.count == 3, let end = Self.find(delimiter, in: bytes, from: bodyStart) {
            let string = extract(fromRow: openRow, offset: bodyStart, toRow: openRow, end: end)
            offset = end + delimiter.count
            return string
        }
        let indent = closingIndent(openedAt: openRow)
        var fences = FenceStack()
        var isInnerOpen = false
        var fallback: (row: Int, end: Int)?
        var index = openRow + 1
        while index < lines.count {
            steps += 1
            let text = lines[index].text
            if let end = strongEnd(at: index, delimiter: delimiter, indent: indent), !(isInnerOpen && fences.depth > 0)
            {
                return close(openRow, bodyStart, at: index, end: end, length: delimiter.count)
            }
            if fences.depth == 0, let end = trailingEnd(at: index, delimiter: delimiter) {
                if LineShape.fence(nextText(after: index) ?? "```") != nil {
                    return close(openRow, bodyStart, at: index, end: end, length: delimiter.count)
                }
                if fallback == nil { fallback = (index, end) }
            }
            if fallback == nil, delimiter.count == 3, LineShape.trim(text).utf8.elementsEqual(delimiter),
                LineShape.indent(text) <= indent
            {
                fallback = (index, LineShape.leading(text))
            }
            if isNextAgent(at: index, isInFence: fences.depth > 0) { break }
            let depth = fences.depth
            fences.take(text)
            if fences.depth != depth { isInnerOpen = false }
            if Self.count(delimiter, in: text) % 2 == 1 { isInnerOpen.toggle() }
            index += 1
        }
        if let fallback {
            return close(openRow, bodyStart, at: fallback.row, end: fallback.end, length: delimiter.count)
        }
        guard delimiter.count == 3 else { return nil }
        isUnclosed = true
        var last = index - 1
        while last > openRow, LineShape.isBlank(lines[last].text) || LineShape.isRule(lines[last].text) { last -= 1 }
        if last > openRow, LineShape.fence(lines[last].text) != nil { last -= 1 }
        let string = extract(fromRow: openRow, offset: bodyStart, toRow: last, end: lines[last].text.utf8.count)
        move(to: index - 1)
        offset = bytes.count
        return string
    }

    private mutating func close(_ openRow: Int, _ start: Int, at row: Int, end: Int, length: Int) -> PythonString {
        let string = extract(fromRow: openRow, offset: start, toRow: row, end: end)
        move(to: row)
        offset = end + length
        return string
    }

    /// The delimiter starts the line, not deeper than the call, and is followed by what may follow an argument.
    private func strongEnd(at index: Int, delimiter: [UInt8], indent: Int) -> Int? {
        let bytes = Array(lines[index].text.utf8)
        var start = 0
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        guard bytes[start...].starts(with: delimiter), LineShape.indent(lines[index].text) <= indent else { return nil }
        let rest = bytes[(start + delimiter.count)...].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard let next = rest.first else {
            guard let following = nextText(after: index) else { return start }
            let trimmed = LineShape.trim(following)
            let isEnd = trimmed.hasPrefix(")") || trimmed.hasPrefix(",") || LineShape.fence(following) != nil
            return isEnd ? start : nil
        }
        if next == 0x29 || next == 0x2C { return start }
        return next == 0x2E && rest.dropFirst().first.map(Self.isWord) == true && rest.contains(0x28) ? start : nil
    }

    /// The delimiter ends the line together with the call, for example `...done.""")`.
    private func trailingEnd(at index: Int, delimiter: [UInt8]) -> Int? {
        let text = lines[index].text
        guard text.utf8.count >= delimiter.count else { return nil }
        var bytes = Array(text.utf8)
        while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x2C { bytes.removeLast() }
        guard bytes.last == 0x29 else { return nil }
        bytes.removeLast()
        guard bytes.suffix(delimiter.count).elementsEqual(delimiter) else { return nil }
        guard delimiter.count == 1 || Self.count(delimiter, in: text) % 2 == 1 else { return nil }
        return bytes.count - delimiter.count
    }

    /// The first following line with content, at most forty lines away.
    private func nextText(after index: Int) -> String? {
        var next = index + 1
        while next < lines.count, next < index + 40 {
            if !LineShape.isBlank(lines[next].text) { return lines[next].text }
            next += 1
        }
        return nil
    }

    /// A heading of another agent, followed by a fence or a call: the literal before it was never closed.
    private func isNextAgent(at index: Int, isInFence: Bool) -> Bool {
        guard !isInFence, let heading = LineShape.heading(lines[index].text),
            AgentHeading.parse(heading.text) != nil, let next = nextText(after: index)
        else { return false }
        return LineShape.fence(next) != nil || Self.startsCall(next)
    }

    private func extract(fromRow: Int, offset start: Int, toRow: Int, end: Int) -> PythonString {
        var pieces: [SourceLine] = []
        for index in fromRow...toRow {
            var line = lines[index]
            let bytes = Array(line.text.utf8)
            let upper = index == toRow ? max(end, index == fromRow ? start : 0) : bytes.count
            if index == fromRow {
                line.columnOffset += String(decoding: bytes[..<start], as: UTF8.self).count
                line.text = String(decoding: bytes[start..<upper], as: UTF8.self)
            } else if index == toRow {
                line.text = String(decoding: bytes[..<upper], as: UTF8.self)
            }
            if index == toRow { line.ending = "" }
            pieces.append(line)
        }
        return PythonString(text: pieces.map { $0.text + $0.ending }.joined(), lines: pieces)
    }

    private static func find(_ delimiter: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + delimiter.count <= bytes.count {
            if bytes[index] == 0x5C {
                index += 2
                continue
            }
            if bytes[index...].starts(with: delimiter) { return index }
            index += 1
        }
        return nil
    }

    /// Unescaped delimiters on a line.
    private static func count(_ delimiter: [UInt8], in text: String) -> Int {
        guard text.utf8.contains(delimiter[0]) else { return 0 }
        let bytes = Array(text.utf8)
        var count = 0
        var index = 0
        while let found = find(delimiter, in: bytes, from: index) {
            count += 1
            index = found + delimiter.count
        }
        return count
    }
}

/// Which fences are open: a fence line with an info string opens one, a bare one closes the innermost.
struct FenceStack: Sendable {
    private var open: [LineShape.FenceLine] = []

    var depth: Int { open.count }

    init(_ first: LineShape.FenceLine? = nil) {
        if let first { open = [first] }
    }

    /// Takes in a line of the document; a line that is no fence changes nothing.
    mutating func take(_ text: String) {
        guard let line = LineShape.fence(text) else { return }
        guard let top = open.last else {
            open.append(line)
            return
        }
        if !line.info.isEmpty {
            // A bare run of another marker is content; so is one that could only be closed by itself.
            if open.count < 64 { open.append(line) }
        } else if line.marker == top.marker {
            if line.length >= top.length {
                open.removeLast()
            } else if open.count < 64 {
                open.append(line)
            }
        }
    }
}
