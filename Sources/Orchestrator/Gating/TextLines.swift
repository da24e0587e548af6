/// A text cut at its line feeds, with lines counted from 1 in all that is said about them.
struct TextLines: Sendable {
    let lines: [ArraySlice<UInt8>]

    /// The line feed belongs to no line; a last line without one counts.
    init(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }

    var count: Int { lines.count }

    /// The line without its line feed and without a carriage return before it.
    subscript(_ number: Int) -> ArraySlice<UInt8> {
        let line = lines[number - 1]
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    func text(_ number: Int) -> String { String(decoding: self[number], as: UTF8.self) }

    func isBlank(_ number: Int) -> Bool { Self.isBlank(self[number]) }

    /// Columns of white space in front; a tab goes to the next multiple of eight.
    func indentation(_ number: Int) -> Int {
        var column = 0
        for byte in self[number] {
            if byte == UInt8(ascii: " ") {
                column += 1
            } else if byte == UInt8(ascii: "\t") {
                column += 8 - column % 8
            } else {
                break
            }
        }
        return column
    }

    static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
        line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    }
}
