/// Text as sentences of words, for matching phrases whatever their spelling.
package enum Words {
    /// Words longer than that are data, not language.
    private static let longestWord = 40

    /// Sentences of lower-case words; a sentence ends at `.`, `!`, `?`, `;` before white space, and at a line end.
    static func sentences(_ text: String, limit: Int = 4_000) -> [[String]] {
        var sentences: [[String]] = []
        var words: [String] = []
        var word: [UInt8] = []
        var count = 0
        func endWord() {
            if !word.isEmpty, word.count <= longestWord {
                words += written(out: String(decoding: word, as: UTF8.self))
                count += 1
            }
            word = []
        }
        func endSentence() {
            endWord()
            if !words.isEmpty { sentences.append(words) }
            words = []
        }
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count, count < limit {
            let byte = bytes[index]
            switch byte {
            case 0x41...0x5A: word.append(byte | 0x20)
            case 0x61...0x7A, 0x30...0x39: word.append(byte)
            case 0x80...:
                // The typographic apostrophe, U+2019, is one; other letters count as such, symbols as space.
                if byte == 0xE2, index + 2 < bytes.count, bytes[index + 1] == 0x80, bytes[index + 2] == 0x99 {
                    index += 2
                    if !word.isEmpty { word.append(0x27) }
                } else if byte >= 0xE2 && byte < 0xE4 || byte >= 0xF0 {
                    endWord()
                    index += byte >= 0xF0 ? 3 : 2
                } else {
                    word.append(byte)
                }
            case 0x27 where !word.isEmpty: word.append(byte)
            case 0x0A: endSentence()
            case 0x2E, 0x21, 0x3F, 0x3B:
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0x20
                if next <= 0x20 { endSentence() } else { endWord() }
            default: endWord()
            }
            index += 1
        }
        endSentence()
        return sentences
    }

    /// `doesn't` as `does not`; what follows any other apostrophe is cut off.
    private static func written(out word: String) -> [String] {
        guard let apostrophe = word.firstIndex(of: "'") else { return [word] }
        guard word.hasSuffix("n't") else { return [String(word[..<apostrophe])] }
        switch word {
        case "can't": return ["cannot"]
        case "won't": return ["will", "not"]
        default: return [String(word.dropLast(3)), "not"]
        }
    }

    /// All words of a text.
    static func tokens(_ text: String) -> [String] { sentences(text).flatMap(\.self) }

    /// `qaFailedTest` as `qa Failed Test`; capitals in a row stay together.
    static func split(camelCase text: String) -> String {
        var result = ""
        var previous: Character = " "
        for character in text {
            if character.isUppercase, previous.isLowercase || previous.isNumber { result.append(" ") }
            result.append(character)
            previous = character
        }
        return result
    }
}
