import ChildProcesses
import TestSupport
import Testing

@Suite("Line splitter")
struct LineSplitterTests {
    private func lines(_ pieces: [[UInt8]], limit: Int = 100) -> [String] {
        var lines: [String] = []
        withUnsafeMutablePointer(to: &lines) { lines in
            var splitter = LineSplitter(limitInBytes: limit) { lines.pointee.append($0) }
            for piece in pieces { piece.withUnsafeBytes { splitter.consume($0) } }
            splitter.finish()
        }
        return lines
    }

    @Test(
        "Lines end at LF, with one CR before it dropped",
        arguments: [
            ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]),
            ("a\r\r\n", ["a\r"]), ("a\rb\n", ["a\rb"]), ("\r\n\r\n", ["", ""]),
            ("a\u{85}b\u{2028}c\u{0b}\n", ["a\u{85}b\u{2028}c\u{0b}"]),
        ]
    )
    func lineEnds(text: String, expected: [String]) {
        #expect(lines([Array(text.utf8)]) == expected)
    }

    @Test("Invalid UTF-8 is repaired and does not join lines")
    func invalid() {
        #expect(lines([[0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82, 0x0a]]) == ["a\u{fffd}b", "\u{fffd}"])
    }

    @Test("A character cut in two by the pipe is whole again")
    func splitCharacter() {
        let bytes = Array("a€b\n".utf8)
        for cut in 0...bytes.count {
            #expect(lines([Array(bytes[..<cut]), Array(bytes[cut...])]) == ["a€b"])
        }
    }

    @Test("A line over the limit keeps its beginning and tells what is missing")
    func longLine() {
        #expect(lines([Array("abcdefgh\nx\n".utf8)], limit: 4) == ["abcd [line cut: 4 more bytes]", "x"])
        #expect(lines([Array("abcd\r\n".utf8)], limit: 4) == ["abcd"])
        #expect(lines([Array("abcd".utf8), Array("efg".utf8)], limit: 4) == ["abcd [line cut: 3 more bytes]"])
    }

    @Test("However the bytes are cut into pieces, the lines are the same", arguments: SeededRandom.seeds(200))
    func pieces(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet: [UInt8] = [0x0a, 0x0a, 0x0d, 0x61, 0x62, 0xc3, 0xa4, 0xff, 0x00]
        let bytes = (0..<random.int(in: 0...300)).map { _ in random.pick(alphabet) }
        let limit = random.int(in: 1...40)
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = random.int(in: 1...min(rest.count, 30))
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(lines(pieces, limit: limit) == lines([bytes], limit: limit), "seed \(seed)")
        #expect(lines(pieces, limit: 1000) == reference(bytes), "seed \(seed)")
    }

    /// The definition, written the slow way.
    private func reference(_ bytes: [UInt8]) -> [String] {
        var parts = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { String(decoding: $0.last == 0x0d ? $0.dropLast() : $0, as: UTF8.self) }
    }
}
