/// Reads one call in Python's notation from the lines of a document.
///
/// Blocks of prose in triple quotes often hold code with triple quotes of its own, which Python would take for the
/// end. Only a delimiter that starts a line and is followed by `)`, `,` or nothing ends such a block.
struct PythonCallScanner {
    let lines: [SourceLine]
    private(set) var row: Int
    var offset: Int
    var bytes: [UInt8]
    /// Lines visited, look-ahead included.
    var steps = 0
    var isUnclosed = false
    private let callIndent: Int

    init(lines: [SourceLine], row: Int) {
        self.lines = lines
        self.row = row
        bytes = Array(lines[row].text.utf8)
        offset = 0
        callIndent = LineShape.indent(lines[row].text)
    }

    /// Whether a line may start a call of an agent tool: `Task(`, `result = await Agent(`.
    static func startsCall(_ text: String) -> Bool {
        guard text.utf8.contains(0x28) else { return false }
        let head = text.prefix { $0 != "(" }
        guard head.count < 60, head.last?.isWhitespace != true else { return false }
        let name = head.split { $0 == " " || $0 == "=" || $0 == "." || $0 == "\t" }.last ?? ""
        let lower = name.lowercased()
        guard lower.hasSuffix("task") || lower.hasSuffix("agent") else { return false }
        return name.utf8.allSatisfy { $0 == 0x5F || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) }
            && head.utf8.allSatisfy { $0 < 0x80 && $0 != 0x60 && $0 != 0x22 && $0 != 0x23 }
    }

    /// Reads the call on the current line, or gives `nil` when it is none that can be read.
    mutating func scan() -> PythonCall? {
        let first = row
        guard let bracket = bytes.firstIndex(of: 0x28) else { return nil }
        let head = String(decoding: bytes[..<bracket], as: UTF8.self)
        let name = head.split { $0 == " " || $0 == "=" || $0 == "." || $0 == "\t" }.last.map(String.init) ?? ""
        offset = bracket + 1
        guard let arguments = scanArguments(depth: 0), arguments.contains(where: { $0.keyword != nil }) else {
            return nil
        }
        return PythonCall(name: name, arguments: arguments, lines: first..<row + 1, isUnclosed: isUnclosed)
    }

    // MARK: Moving

    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func move(to newRow: Int) {
        row = newRow
        offset = 0
        bytes = newRow < lines.count ? Array(lines[newRow].text.utf8) : []
        steps += 1
    }

    /// Skips white space, comments and line ends; `false` at the end of the document.
    private mutating func skipSpace() -> Bool {
        while row < lines.count {
            while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x5C { offset += 1 }
            if let byte = current, byte != 0x23 { return true }
            guard row + 1 < lines.count else { return false }
            move(to: row + 1)
        }
        return false
    }

    // MARK: Grammar

    private mutating func scanArguments(depth: Int) -> [PythonCall.Argument]? {
        guard depth < 16 else { return nil }
        var arguments: [PythonCall.Argument] = []
        while skipSpace(), let byte = current {
            if byte == 0x29 {
                offset += 1
                return arguments
            }
            if byte == 0x2C {
                offset += 1
                continue
            }
            let keyword = scanKeyword()
            guard skipSpace(), let value = scanExpression(depth: depth) else { return isUnclosed ? arguments : nil }
            arguments.append(PythonCall.Argument(keyword: keyword, value: value))
            if isUnclosed { return arguments }
        }
        return isUnclosed ? arguments : nil
    }

    private mutating func scanKeyword() -> String? {
        var end = offset
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        guard end > offset else { return nil }
        var after = end
        while after < bytes.count, bytes[after] == 0x20 { after += 1 }
        guard after < bytes.count, bytes[after] == 0x3D || bytes[after] == 0x3A else { return nil }
        if after + 1 < bytes.count, bytes[after + 1] == 0x3D { return nil }
        let keyword = String(decoding: bytes[offset..<end], as: UTF8.self)
        offset = after + 1
        return keyword
    }

    private mutating func scanExpression(depth: Int) -> PythonValue? {
        guard var value = scanPrimary(depth: depth) else { return nil }
        while !isUnclosed, skipSpace(), let byte = current {
            if byte == 0x2C || byte == 0x29 || byte == 0x5D || byte == 0x7D { return value }
            if byte == 0x2B || byte == 0x25 { offset += 1 }
            if byte == 0x2E {
                offset += 1
                while let next = current, Self.isWord(next) { offset += 1 }
                guard current == 0x28 else { continue }
                offset += 1
                guard scanArguments(depth: depth + 1) != nil else { return nil }
                continue
            }
            guard skipSpace(), let next = scanPrimary(depth: depth) else { return nil }
            if case .string(var left) = value, case .string(let right) = next, byte != 0x25 {
                left.append(right)
                value = .string(left)
            }
        }
        return isUnclosed ? value : nil
    }

    private mutating func scanPrimary(depth: Int) -> PythonValue? {
        guard depth < 16, let byte = current else { return nil }
        if let quote = stringStart() { return scanString(at: quote).map(PythonValue.string) }
        if byte == 0x28 || byte == 0x5B || byte == 0x7B {
            offset += 1
            return scanGroup(closing: byte == 0x28 ? 0x29 : byte == 0x5B ? 0x5D : 0x7D, depth: depth + 1)
        }
        let start = offset
        if byte == 0x2D { offset += 1 }
        while let next = current, Self.isWord(next) || next == 0x2E { offset += 1 }
        guard offset > start else { return nil }
        let word = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard current == 0x28 else { return .other(word) }
        offset += 1
        guard let arguments = scanArguments(depth: depth + 1) else { return nil }
        return arguments.first?.value ?? .other(word)
    }

    /// The inside of brackets: a lone value in round ones stands for itself.
    private mutating func scanGroup(closing: UInt8, depth: Int) -> PythonValue? {
        var values: [PythonValue] = []
        while skipSpace(), let byte = current {
            if byte == closing {
                offset += 1
                if closing == 0x29, values.count == 1 { return values[0] }
                return .other("")
            }
            if byte == 0x2C || byte == 0x3A {
                offset += 1
                continue
            }
            guard let value = scanExpressionInGroup(depth: depth) else { return nil }
            values.append(value)
            if isUnclosed { return value }
        }
        return nil
    }

    private mutating func scanExpressionInGroup(depth: Int) -> PythonValue? {
        guard var value = scanPrimary(depth: depth) else { return nil }
        while !isUnclosed, skipSpace(), let byte = current {
            if byte == 0x2B { offset += 1 }
            guard byte == 0x2B || stringStart() != nil else { return value }
            guard skipSpace(), let next = scanPrimary(depth: depth) else { return nil }
            if case .string(var left) = value, case .string(let right) = next {
                left.append(right)
                value = .string(left)
            }
        }
        return isUnclosed ? value : nil
    }

    /// Offset of the quote when a string literal starts here, prefix letters included.
    private func stringStart() -> Int? {
        var index = offset
        while index < bytes.count, index - offset < 3 {
            let byte = bytes[index]
            if byte == 0x22 || byte == 0x27 { return index }
            guard "rRbBfFuU".utf8.contains(byte) else { return nil }
            index += 1
        }
        return nil
    }

    static func isWord(_ byte: UInt8) -> Bool {
        byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte >= 0x80
    }

    /// Indent up to which a line may end a block literal.
    func closingIndent(openedAt row: Int) -> Int {
        max(callIndent, LineShape.indent(lines[row].text))
    }
}
