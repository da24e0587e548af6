/// The bytes of a task file as lines with positions.
///
/// A byte order mark is dropped and invalid UTF-8 is repaired with U+FFFD; everything else is kept, line ends included.
package struct SourceText: Sendable {
    /// All lines in order, without their ends.
    package let lines: [SourceLine]
    /// Line number of the first invalid byte, or `nil` when the bytes are valid UTF-8.
    package let firstInvalidLine: Int?

    package init(_ bytes: [UInt8]) {
        var body = bytes[...]
        if body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
        var lines: [SourceLine] = []
        var firstInvalid: Int?
        var start = body.startIndex
        while start < body.endIndex {
            let end = body[start...].firstIndex(of: 0x0A) ?? body.endIndex
            let hasReturn = end < body.endIndex && end > start && body[end - 1] == 0x0D
            let content = body[start..<(hasReturn ? end - 1 : end)]
            let text = String(decoding: content, as: UTF8.self)
            // Repair changes the length: U+FFFD has three bytes, so a text of equal bytes was valid.
            if firstInvalid == nil, !text.utf8.elementsEqual(content) { firstInvalid = lines.count + 1 }
            let ending = end == body.endIndex ? "" : hasReturn ? "\r\n" : "\n"
            lines.append(SourceLine(text: text, number: lines.count + 1, ending: ending))
            start = end == body.endIndex ? end : end + 1
        }
        self.lines = lines
        firstInvalidLine = firstInvalid
    }
}

/// One line of a task file, or the part of one that belongs to a prompt.
package struct SourceLine: Hashable, Sendable {
    /// The characters without the line end.
    package var text: String
    /// Line number in the file, from 1.
    package var number: Int
    /// Characters of the file's line that stand before `text`; columns count from there.
    package var columnOffset = 0
    /// `\n`, `\r\n`, or empty at the end of the file.
    package var ending = "\n"
}
