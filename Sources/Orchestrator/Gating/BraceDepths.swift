/// Pairs curly braces over the lines of a source text, outside of strings and comments as far as they can be told.
struct BraceDepths: Sendable {
    private struct Line: Sendable {
        /// Depth at the start of the line, deepest and lowest point in it, and depth at its end.
        var start: Int
        var highest: Int
        var lowest: Int
        var end: Int
        var roundEnd: Int
    }

    private var lines: [Line] = []

    init(_ text: TextLines) {
        var (depth, round) = (0, 0)
        var isInComment = false
        for number in stride(from: 1, through: text.count, by: 1) {
            var line = Line(start: depth, highest: depth, lowest: depth, end: depth, roundEnd: round)
            var scanner = Scanner(bytes: text[number], isInComment: isInComment)
            while let byte = scanner.next() {
                switch byte {
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"): depth -= 1
                case UInt8(ascii: "("): round += 1
                case UInt8(ascii: ")"): round = max(0, round - 1)
                default: continue
                }
                line.highest = max(line.highest, depth)
                line.lowest = min(line.lowest, depth)
            }
            isInComment = scanner.isInComment
            line.end = depth
            line.roundEnd = round
            lines.append(line)
        }
    }

    /// The line that closes the block a definition opens on that line, in its wrapped head, or on the line after it.
    ///
    /// `nil` when it opens none, or the text never closes it.
    func end(from number: Int) -> Int? {
        let depth = lines[number - 1].start
        let round = number > 1 ? lines[number - 2].roundEnd : 0
        var opening = number
        while opening <= lines.count, lines[opening - 1].highest <= depth {
            // The brace may stand one line below the head; a wrapped head ends where its round brackets close.
            let isHead = lines[opening - 1].roundEnd > round || opening == number
            guard isHead, opening - number < 40 else { return nil }
            opening += 1
        }
        guard opening <= lines.count else { return nil }
        if lines[opening - 1].end <= depth, opening == number, lines[opening - 1].roundEnd > round { return nil }
        return (opening...lines.count).first { lines[$0 - 1].end <= depth }
    }

    /// Walks over the bytes that are code.
    private struct Scanner {
        var bytes: ArraySlice<UInt8>
        var isInComment: Bool
        private var quote: UInt8?

        init(bytes: ArraySlice<UInt8>, isInComment: Bool) {
            self.bytes = bytes
            self.isInComment = isInComment
        }

        mutating func next() -> UInt8? {
            while let byte = bytes.popFirst() {
                let following = bytes.first
                if isInComment {
                    if byte == UInt8(ascii: "*"), following == UInt8(ascii: "/") {
                        bytes = bytes.dropFirst()
                        isInComment = false
                    }
                } else if let open = quote {
                    if byte == UInt8(ascii: "\\") {
                        bytes = bytes.dropFirst()
                    } else if byte == open {
                        quote = nil
                    }
                } else if byte == UInt8(ascii: "/"), following == UInt8(ascii: "/") {
                    return nil
                } else if byte == UInt8(ascii: "/"), following == UInt8(ascii: "*") {
                    bytes = bytes.dropFirst()
                    isInComment = true
                } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                    quote = byte
                } else if byte == UInt8(ascii: "'"), bytes.contains(UInt8(ascii: "'")) {
                    // A lone apostrophe is a lifetime or a letter, not a quote.
                    quote = byte
                } else {
                    return byte
                }
            }
            return nil
        }
    }
}
