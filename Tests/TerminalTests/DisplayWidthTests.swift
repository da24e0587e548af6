import Terminal
import TestSupport
import Testing

@Suite("Width on a terminal")
struct DisplayWidthTests {
    @Test(
        "Wide characters count two, combining marks none",
        arguments: [
            ("", 0), ("abc", 3), ("日本語", 6), ("e\u{301}", 1), ("👍", 2), ("👩‍👩‍👧", 2), ("❤\u{FE0F}", 2), ("❤", 1), ("한국", 4),
            ("ｗｉｄｅ", 8), ("…", 1), ("✓", 1), ("🇩🇪", 2),
        ]
    )
    func width(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test(
        "Cutting keeps to the width and marks the cut",
        arguments: [
            ("short", 10, "short"), ("exactly", 7, "exactly"), ("too long", 5, "too…"), ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"), ("abc", 1, "…"), ("abc", 0, ""),
        ]
    )
    func cut(text: String, width: Int, result: String) {
        #expect(DisplayWidth.cut(text, to: width) == result)
    }

    @Test("Fitted text has exactly the width asked for", arguments: 0...12)
    func fit(width: Int) {
        for text in ["", "abc", "日本語テキスト", "a日b本c", "👍👍👍👍👍👍👍"] {
            #expect(DisplayWidth.of(DisplayWidth.fit(text, to: width)) == width, "'\(text)'")
            let styled = StyledText(text, .red).fit(to: width, alignment: .trailing)
            #expect(styled.width == width, "'\(text)'")
        }
    }

    @Test("Wrapping breaks at spaces and loses no word")
    func wrap() {
        let text = "the quick brown fox jumps over the lazy dog"
        for width in 1...50 {
            let lines = DisplayWidth.wrap(text, to: width)
            #expect(lines.joined(separator: " ") == text)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= max(width, 5) })
        }
    }

    @Test("A styled line is cut across its pieces, and its style codes add no width")
    func styled() {
        let line = StyledText("abc", .red) + StyledText("defgh", .bold)
        #expect(line.cut(to: 8).text == "abcdefgh")
        #expect(line.cut(to: 5).text == "abcd…")
        #expect(line.cut(to: 3).text == "ab…")
        #expect(line.cut(to: 5).rendered(isColoured: true) == "\u{1B}[31mabc\u{1B}[0m\u{1B}[1md…\u{1B}[0m")
        #expect((line + StyledText("   ")).rendered(isColoured: false) == "abcdefgh")
    }
}
