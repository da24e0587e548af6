import Terminal
import TestSupport
import Testing

@Suite("Text from outside is made harmless")
struct CleanTextTests {
    @Test(
        "Escape sequences vanish whole, text stays",
        arguments: [
            ("plain", "plain"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{7}text", "text"),
            ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"), ("\u{1B}Pq#0\u{1B}\\sixel", "sixel"),
            ("\u{9B}2Jcleared", "cleared"), ("\u{1B}(Bcharset", "charset"), ("\u{1B}[38;5;1", ""),
            ("a\tb", "a b"), ("a\nb", "a b"), ("10%\r50%\r100%", "100%"), ("done\r", "done"), ("a\u{8}b\u{7}", "ab"),
            ("\u{202E}reversed", "reversed"), ("zero\u{200B}width", "zerowidth"), ("caf\u{E9} 日本 👩‍👩‍👧", "caf\u{E9} 日本 👩‍👩‍👧"),
            ("\u{1B}[31\u{1B}[32mtwice", "twice"), ("\u{1B}", ""),
        ]
    )
    func cleans(raw: String, clean: String) {
        #expect(CleanText.line(raw) == clean)
    }

    @Test("No random input leaves a control character, and cleaning twice changes nothing more", arguments: 0..<20)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet: [Unicode.Scalar] = [
            "\u{1B}", "[", "]", "m", "\u{7}", "\\", "\r", "\n", "\u{9B}", "\u{9D}", "\u{9C}", "P", ";", "3", "a", "é",
            "日", "\u{202E}",
            "\u{0}", "\u{7F}",
        ]
        for _ in 0..<200 {
            var raw = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                raw.append(alphabet.randomElement(using: &random) ?? "a")
            }
            let clean = CleanText.line(String(raw))
            let isHarmless = clean.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
            #expect(isHarmless, "seed \(seed): \(clean.debugDescription)")
            #expect(CleanText.line(clean) == clean, "seed \(seed): \(clean.debugDescription)")
        }
    }
}
