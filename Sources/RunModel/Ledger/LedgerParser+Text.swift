extension LedgerParser {
    /// Reads a quoted text; the index stands on its opening quote.
    mutating func text(quote: UInt8) throws(LedgerSyntaxError) -> String {
        index += 1
        let start = index
        while let byte, byte != quote, byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        if byte == quote {
            defer { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }
        var decoded = Array(bytes[start..<index])
        while let byte {
            if byte == quote {
                index += 1
                return String(decoding: decoded, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &decoded)
            } else {
                if byte < 0x20 { warn("json-control-character", "a text holds a raw control character") }
                decoded.append(byte)
                index += 1
            }
        }
        let failure = error(.truncated, "the text ends inside a quoted text")
        guard options.isRecovering else { throw failure }
        mistake = mistake ?? failure
        return String(decoding: decoded, as: UTF8.self)
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(LedgerSyntaxError) {
        index += 1
        guard let byte else { return }
        index += 1
        switch byte {
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "u"): decoded += Array(String(Character(unicode())).utf8)
        default:
            // Paths and regular expressions are often pasted without doubling their backslashes.
            warn("json-escape", "\\\(Character(UnicodeScalar(byte))) is no escape")
            decoded += [UInt8(ascii: "\\"), byte]
        }
    }

    /// The scalar after `\u`; half of a pair, or digits that are none, give the replacement character.
    private mutating func unicode() -> UnicodeScalar {
        let replacement: UnicodeScalar = "\u{FFFD}"
        guard let first = hex() else { return replacement }
        guard (0xD800...0xDBFF).contains(first) else { return UnicodeScalar(first) ?? replacement }
        let mark = index
        if byte == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u") {
            index += 2
            if let second = hex(), (0xDC00...0xDFFF).contains(second) {
                return UnicodeScalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) ?? replacement
            }
        }
        index = mark
        return replacement
    }

    private mutating func hex() -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[index..<(index + 4)] {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }

    /// Goes over white space and comments.
    mutating func skipSpace() {
        while let byte {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            case 0xEF where bytes[index...].starts(with: [0xEF, 0xBB, 0xBF]): index += 3
            case 0xC2 where options.isRecovering && bytes[index...].starts(with: [0xC2, 0xA0]): index += 2
            case UInt8(ascii: "/") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "/"):
                warn("json-comment", "there is a comment")
                while let byte = self.byte, byte != 0x0A { index += 1 }
            case UInt8(ascii: "/") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "*"):
                warn("json-comment", "there is a comment")
                index += 2
                while index < bytes.count, !bytes[index...].starts(with: [0x2A, 0x2F]) { index += 1 }
                index = min(bytes.count, index + 2)
            default: return
            }
        }
    }

    // MARK: Complaints

    /// Goes on after a mistake as if the text had ended there, or throws it.
    mutating func recover(_ error: LedgerSyntaxError) throws(LedgerSyntaxError) {
        guard options.isRecovering else { throw error }
        mistake = mistake ?? error
        index = bytes.count
    }

    mutating func warn(_ code: String, _ message: String) {
        guard findings.count < options.findings else { return }
        let (line, column) = place
        findings.append(
            Finding(
                .warning,
                code,
                message.prefix(1).uppercased() + message.dropFirst() + ".",
                line: line,
                column: column
            )
        )
    }

    func unexpected(_ wanted: String) -> LedgerSyntaxError {
        guard let byte else { return error(.truncated, "the text ends where there should be \(wanted)") }
        return error(.unexpected, "there should be \(wanted), not \(quoted(byte))")
    }

    func error(_ code: LedgerSyntaxError.Code, _ message: String) -> LedgerSyntaxError {
        let (line, column) = place
        return LedgerSyntaxError(code: code, message: message, line: line, column: column)
    }

    func quoted(_ byte: UInt8) -> String {
        (0x21...0x7E).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    }

    private var place: (line: Int, column: Int) {
        let before = bytes[..<min(index, bytes.count)]
        let line = before.reduce(into: 1) { $0 += $1 == 0x0A ? 1 : 0 }
        return (line, before.count - (before.lastIndex(of: 0x0A) ?? -1))
    }
}
