import Foundation

/// Brings a person's words into the one form that the tables are written in.
///
/// Lower case, no accents, no apostrophes (`don't` is `dont`), full-width signs narrowed, letters repeated for emphasis
/// taken back (`yesss`), and the usual slips of the words that matter mended.
package enum Wording {
    /// The words of a text; signs between them are gone, those inside of a word (`file.ts`, `call:end`) stay.
    ///
    /// `isMending`: mend slips; programs make none, and looking for them takes most of the time.
    package static func words(_ text: some StringProtocol, isMending: Bool = true) -> [String] {
        let folded = folded(text)
        let words =
            PlainBytes.words(of: folded) ?? folded.split { !isInside($0) }.map(\.trimmed).filter { !$0.isEmpty }
        return words.map { isMending ? mended($0) : WordTables.spellings[$0] ?? $0 }
    }

    /// The text in the form of the tables, with its signs.
    package static func folded(_ text: some StringProtocol) -> String {
        if let plain = PlainBytes.folded(text) { return plain }
        var result = ""
        let narrow = String(text).applyingTransform(.fullwidthToHalfwidth, reverse: false) ?? String(text)
        let plain = narrow.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
        for character in plain.lowercased() {
            switch character {
            case "'", "’", "‘", "`", "´", "*": continue
            case "؟", "⁇", "﹖": result.append("?")
            // The Greek question mark equals a semicolon to Swift, so only its scalar tells.
            case let sign where sign.unicodeScalars.first?.value == 0x37E: result.append("?")
            default: result.append(character)
            }
        }
        return result
    }

    private static func isInside(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || innerSigns.contains(character)
    }

    /// Signs that may stand inside of a word.
    static let innerSigns = "_./:@-#&+%$"
    /// Those of them that are taken off a word's ends.
    static let outerSigns = "./:-&+@_"

    private static func mended(_ word: String) -> String {
        if let known = WordTables.spellings[word] { return known }
        if WordTables.known.contains(word) { return word }
        let calm = calmed(word)
        if calm != word { return WordTables.spellings[calm] ?? calm }
        return nearest(to: word) ?? word
    }

    /// Three or more of a letter become one: nobody means the third.
    private static func calmed(_ word: String) -> String {
        var result: [Character] = []
        var run = 0
        for character in word {
            run = character == result.last ? run + 1 : 0
            guard character.isLetter else {
                result.append(character)
                continue
            }
            if run == 2 { result.removeLast() }
            if run < 2 { result.append(character) }
        }
        return String(result)
    }

    /// A word of the tables that is one slip away, two for long ones; words this short stay what they are.
    private static func nearest(to word: String) -> String? {
        let letters = Array(word)
        guard letters.count >= 5, letters.count <= 16, letters.allSatisfy({ $0.isLetter && $0.isASCII }) else {
            return nil
        }
        for candidate in WordTables.mendable where candidate.first == letters[0] {
            let allowed = candidate.count >= 9 ? 2 : 1
            guard abs(candidate.count - letters.count) <= allowed else { continue }
            if slips(letters, candidate) <= allowed { return String(candidate) }
        }
        return nil
    }

    /// Insertions, deletions, replacements and swapped neighbours between two words.
    private static func slips(_ left: [Character], _ right: [Character]) -> Int {
        var rows = [Array(0...right.count)]
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var best = min(rows[row - 1][column] + 1, current[column - 1] + 1, rows[row - 1][column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, rows[row - 2][column - 2] + 1)
                }
                current.append(best)
            }
            rows.append(current)
        }
        return rows[left.count][right.count]
    }
}

extension Substring {
    /// Without the signs that end a sentence or wrap a word.
    fileprivate var trimmed: String {
        var rest = self
        while let last = rest.last, Wording.outerSigns.contains(last) { rest.removeLast() }
        while let first = rest.first, Wording.outerSigns.contains(first), rest.count > 1 || !first.isNumber {
            rest.removeFirst()
        }
        return String(rest)
    }
}
