import Foundation
import TestSupport
import Testing

@testable import RunModel

@Suite("Markdown text")
struct MarkdownTextTests {
    private static let alphabet = [
        "`", "```", "|", "\\", "<", ">", "&", "*", "_", "[", "]", "#", "~", "!", "@", "\n", "\r\n", "\t",
    ]
    private static let words = ["a", " ", "é", "日本", "👩‍🚀", "\u{1B}[0m", "\u{202E}", "\u{0}", "://", "x", "\u{301}"]

    private func text(_ random: inout SeededRandom) -> String {
        let pieces = Self.alphabet + Self.words
        return (0..<random.int(in: 0...40)).map { _ in random.pick(pieces) }.joined()
    }

    @Test("An escaped text is one line without a bare sign that Markdown reads", arguments: SeededRandom.seeds(200))
    func escaping(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let whole = MarkdownText.escape(text(&random))
        let escaped = whole.replacingOccurrences(of: "&#(64|58);", with: "", options: [.regularExpression])
        var isEscaped = false
        for scalar in escaped.unicodeScalars {
            #expect(!scalar.properties.generalCategory.isControl)
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                #expect(!"`*_[]<>|~!#@".unicodeScalars.contains(scalar), "\(escaped)")
            }
        }
        #expect(!isEscaped)
        #expect(!whole.utf8.contains("://".utf8))
    }

    @Test("Inline code is fenced by more backticks than it holds, also in a cell", arguments: SeededRandom.seeds(200))
    func code(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let source = text(&random)
        let code = MarkdownText.code(source)
        let bytes = Array(code.utf8)
        let fence = bytes.prefix { $0 == UInt8(ascii: "`") }
        let inner = bytes.dropFirst(fence.count).dropLast(fence.count)
        #expect(bytes.suffix(fence.count) == fence)
        #expect(!inner.isEmpty)
        #expect(!inner.split { $0 != UInt8(ascii: "`") }.contains { $0.count == fence.count })
        #expect(!bytes.contains(UInt8(ascii: "\n")))
        let cell = Array(MarkdownText.codeInCell(source).utf8)
        let bars = cell.indices.filter { cell[$0] == UInt8(ascii: "|") }
        #expect(bars.allSatisfy { cell[$0 - 1] == UInt8(ascii: "\\") })
    }

    @Test("No line of a fenced text closes its fence", arguments: SeededRandom.seeds(200))
    func fence(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let lines = MarkdownText.fence(text(&random)).split(separator: "\n", omittingEmptySubsequences: false)
        let fence = String(repeating: "`", count: lines.last?.count ?? 0)
        #expect(lines.first == Substring(fence + "text"))
        #expect(lines.last == Substring(fence))
        #expect(!lines.dropFirst().dropLast().contains { $0.contains(fence) })
    }

    @Test("A table lines up in its source, wide characters included")
    func tables() {
        var table = MarkdownTable([("Name", .left), ("N", .right)])
        table.add(["a", "1"])
        table.add(["日本", "1,000", "dropped"])
        table.add(["short"])
        #expect(
            table.render() == """
                | Name  |     N |
                | ----- | ----: |
                | a     |     1 |
                | 日本  | 1,000 |
                | short |       |
                """
        )
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isControl: Bool { self == .control }
}
