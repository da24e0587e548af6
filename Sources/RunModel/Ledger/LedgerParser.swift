/// Reads JSON text into ``LedgerValue`` in one pass, keeping the text of every value.
///
/// Accepted with a warning: comments, commas before a closing bracket, raw line breaks in texts, doubled keys. With
/// ``Options/isRecovering`` a broken text gives what could be read of it, and Python's and JavaScript's spellings of
/// values are understood as well.
package struct LedgerParser {
    package struct Options: Hashable, Sendable {
        /// Containers in containers that are followed; default 128.
        package var depth = 128
        /// Largest text in bytes; default 64 MiB.
        package var sizeInBytes = 64 << 20
        /// Complaints that are kept; default 20.
        package var findings = 20
        /// Gives what was read before a mistake instead of throwing; default `false`.
        package var isRecovering = false

        package init(isRecovering: Bool = false) {
            self.isRecovering = isRecovering
        }
    }

    /// What was read, and where it ended.
    package struct Output: Sendable {
        package var value: LedgerValue
        /// Bytes of the value in the text.
        package var range: Range<Int>
        package var findings: [Finding]
        /// The first mistake a recovering reader went over.
        package var mistake: LedgerSyntaxError?
    }

    let bytes: [UInt8]
    let options: Options
    var index: Int
    var depth = 0
    var findings: [Finding] = []
    var mistake: LedgerSyntaxError?

    init(_ bytes: [UInt8], at start: Int, options: Options) {
        self.bytes = bytes
        self.options = options
        index = start
    }

    /// Reads one value that begins at or after the index; what follows it is left.
    package static func parseValue(
        _ bytes: [UInt8],
        from start: Int = 0,
        options: Options = Options()
    ) throws(LedgerSyntaxError) -> Output {
        var parser = LedgerParser(bytes, at: start, options: options)
        guard bytes.count <= options.sizeInBytes else {
            throw LedgerSyntaxError(
                code: .tooLarge,
                message: "the text has \(bytes.count) bytes, more than the \(options.sizeInBytes) that are read",
                line: 1,
                column: 1
            )
        }
        parser.skipSpace()
        let begin = parser.index
        guard begin < bytes.count else { throw parser.error(.empty, "there is no value") }
        let value = try parser.value()
        return Output(
            value: value,
            range: begin..<parser.index,
            findings: parser.findings,
            mistake: parser.mistake
        )
    }

    // MARK: Values

    var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func value() throws(LedgerSyntaxError) -> LedgerValue {
        let start = index
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""):
            let text = try text(quote: UInt8(ascii: "\""))
            return LedgerValue(.text(text), source: bytes[start..<index])
        case UInt8(ascii: "'") where options.isRecovering:
            let text = try text(quote: UInt8(ascii: "'"))
            return LedgerValue(.text(text), source: bytes[start..<index])
        case let byte? where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
            return try number()
        case nil: throw error(.truncated, "the text ends where a value should be")
        default: return try word()
        }
    }

    private mutating func object() throws(LedgerSyntaxError) -> LedgerValue {
        let start = index
        try enter()
        defer { depth -= 1 }
        var members: [LedgerValue.Member] = []
        var keys: Set<String> = []
        var after = index
        do throws(LedgerSyntaxError) {
            while true {
                skipSpace()
                try comma(isFirst: members.isEmpty, end: UInt8(ascii: "}"))
                if byte == UInt8(ascii: "}") { break }
                let keyStart = index
                let key = try self.key()
                skipSpace()
                guard byte == UInt8(ascii: ":") else { throw unexpected("a colon after the key \"\(key.prefix(40))\"") }
                index += 1
                skipSpace()
                if !keys.insert(key).inserted { warn("json-doubled-key", "the key \"\(key.prefix(40))\" stands twice") }
                let keyText = bytes[keyStart..<index]
                let value = try self.value()
                members.append(
                    LedgerValue.Member(key: key, value: value, lead: bytes[after..<keyStart], keyText: keyText)
                )
                after = index
            }
        } catch {
            try recover(error)
            return LedgerValue(.object(members))
        }
        index += 1
        guard mistake == nil else { return LedgerValue(.object(members)) }
        return LedgerValue(.object(members), source: bytes[start..<index], tail: bytes[after..<index])
    }

    private mutating func list() throws(LedgerSyntaxError) -> LedgerValue {
        let start = index
        try enter()
        defer { depth -= 1 }
        var elements: [LedgerValue.Element] = []
        var after = index
        do throws(LedgerSyntaxError) {
            while true {
                skipSpace()
                try comma(isFirst: elements.isEmpty, end: UInt8(ascii: "]"))
                if byte == UInt8(ascii: "]") { break }
                let begin = index
                let value = try self.value()
                elements.append(LedgerValue.Element(value: value, lead: bytes[after..<begin]))
                after = index
            }
        } catch {
            try recover(error)
            return LedgerValue(.list(elements))
        }
        index += 1
        guard mistake == nil else { return LedgerValue(.list(elements)) }
        return LedgerValue(.list(elements), source: bytes[start..<index], tail: bytes[after..<index])
    }

    private mutating func enter() throws(LedgerSyntaxError) {
        guard depth < options.depth else {
            throw error(.tooDeep, "values are nested more than \(options.depth) deep")
        }
        depth += 1
        index += 1
    }

    /// After a value: a comma, or the end of the container.
    private mutating func comma(isFirst: Bool, end: UInt8) throws(LedgerSyntaxError) {
        guard let byte else { throw error(.truncated, "the text ends before the closing \(quoted(end))") }
        if isFirst || byte == end { return }
        guard byte == UInt8(ascii: ",") else {
            guard options.isRecovering, byte == UInt8(ascii: "\"") else {
                throw unexpected("a comma or \(quoted(end))")
            }
            warn("json-missing-comma", "a comma is missing")
            return
        }
        index += 1
        skipSpace()
        if self.byte == end { warn("json-trailing-comma", "there is a comma before \(quoted(end))") }
    }

    private mutating func key() throws(LedgerSyntaxError) -> String {
        switch byte {
        case UInt8(ascii: "\""): return try text(quote: UInt8(ascii: "\""))
        case UInt8(ascii: "'") where options.isRecovering: return try text(quote: UInt8(ascii: "'"))
        case let byte? where options.isRecovering && Self.isWord(byte):
            let start = index
            while let byte = self.byte, Self.isWord(byte) { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        case nil: throw error(.truncated, "the text ends where a key should be")
        default: throw unexpected("a key in double quotes")
        }
    }

    private mutating func number() throws(LedgerSyntaxError) -> LedgerValue {
        let start = index
        while let byte, Self.isWord(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") { index += 1 }
        let spelling = String(decoding: bytes[start..<index], as: UTF8.self)
        // Swift also reads hexadecimal digits, `inf` and `nan`.
        let isPlain = spelling.utf8.allSatisfy { $0 < UInt8(ascii: "A") || $0 | 0x20 == UInt8(ascii: "e") }
        guard isPlain, Double(spelling) != nil else {
            index = start
            return try bareText("a number")
        }
        return LedgerValue(.number(spelling), source: bytes[start..<index])
    }

    private mutating func word() throws(LedgerSyntaxError) -> LedgerValue {
        let start = index
        while let byte, Self.isWord(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        let source = bytes[start..<index]
        switch word {
        case "true": return LedgerValue(.boolean(true), source: source)
        case "false": return LedgerValue(.boolean(false), source: source)
        case "null": return LedgerValue(.null, source: source)
        case "True" where options.isRecovering: return LedgerValue(.boolean(true))
        case "False" where options.isRecovering: return LedgerValue(.boolean(false))
        case "None" where options.isRecovering, "undefined" where options.isRecovering,
            "NaN" where options.isRecovering:
            return LedgerValue(.null)
        default:
            index = start
            return try bareText("a value")
        }
    }

    /// Text without quotes, up to the comma, the bracket or the end of the line; only for a recovering reader.
    private mutating func bareText(_ wanted: String) throws(LedgerSyntaxError) -> LedgerValue {
        let start = index
        let ends: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x0A, 0x0D]
        while options.isRecovering, let byte, !ends.contains(byte) { index += 1 }
        guard index > start else { throw unexpected(wanted) }
        warn("json-bare-text", "a text stands without quotes")
        return LedgerValue(.text(String(decoding: bytes[start..<index], as: UTF8.self).trimmingSpace))
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}
