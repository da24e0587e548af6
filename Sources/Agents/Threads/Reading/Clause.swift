/// A piece of a message that says one thing.
struct Clause: Sendable, Hashable {
    var words: [String]
    /// A question mark follows it.
    var isAsked = false
    /// It is set against what stood before it: `but`, `otherwise`.
    var isContrast = false
    /// It holds only under a condition named beside it: `if not`, `otherwise`.
    var isConditional = false
    /// It stood alone in brackets, or had a bracket or full stop after a number: `(1)`, `2.`, `3)`.
    var isNumbered = false
}

/// Cuts a message into clauses.
///
/// At the ends of sentences, at commas, colons, dashes and brackets, and before the words that begin a new thought:
/// `but`, `because`, `so`, `and how`. A full stop inside of a name (`app.ts`, `1.5`, `e.g.`) cuts nothing.
enum ClauseSplitter {
    static func clauses(of text: String) -> [Clause] {
        pieces(of: Wording.folded(withoutQuotes(signs(text)))).flatMap { piece -> [Clause] in
            let words = joined(Wording.words(piece.text))
            guard !words.isEmpty else { return piece.isAsked ? [Clause(words: [], isAsked: true)] : [] }
            var parts = split(words)
            parts[parts.count - 1].isAsked = piece.isAsked
            parts[0].isNumbered = piece.isNumbered
            return parts
        }
    }

    // Regular expressions do not change once they are made; their type is not yet marked as sendable.
    nonisolated(unsafe) private static let quotation = /["“„][^"“”„]{1,80}["”“]/

    /// What stands between quotation marks in the middle of a sentence is named, not said.
    private static func withoutQuotes(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            let bare = line.replacing(quotation, with: " quotedtext ")
            let outside = bare.split(whereSeparator: \.isWhitespace).filter { $0 != "quotedtext" }
            return outside.count > 2 ? String(bare) : String(line)
        }.joined(separator: "\n")
    }

    /// Emoji that stand for a word become it.
    private static func signs(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character.unicodeScalars.first ?? " " {
            case "👍", "👌", "💯", "🆗", "🚀", "🎉": result += " thumbsup "
            case "✅", "✔", "☑": result += " yes "
            case "👎", "❌", "🚫", "✖": result += " no "
            case "🙏": result += " thanks "
            case "❓", "❔", "🤔", "🤷": result += "? "
            // A number in a box is the number with two more scalars.
            case let first where character.unicodeScalars.contains("\u{20E3}"): result += " \(first) "
            default: result.append(character)
            }
        }
        return result
    }

    private struct Piece {
        var text: String
        var isAsked: Bool
        var isNumbered: Bool
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var current = ""
        let characters = Array(text)
        func isSpace(_ index: Int) -> Bool { index >= characters.count || characters[index].isWhitespace }
        func close(asked: Bool = false, numbered: Bool = false) {
            let words = current.contains { $0.isLetter || $0.isNumber }
            if words {
                pieces.append(Piece(text: current, isAsked: asked, isNumbered: numbered))
            } else if asked, let last = pieces.indices.last {
                pieces[last].isAsked = true
            } else if asked {
                pieces.append(Piece(text: "", isAsked: true, isNumbered: false))
            }
            current = ""
        }
        for (index, character) in characters.enumerated() {
            let isNumber = isListNumber(current)
            switch character {
            case "?": close(asked: true)
            case "\n", "\r\n", "\r", "!", "。", "¡", "¿", ";", "…", "؛", "।", "、", "|", "\"", "“", "”": close()
            case "(", "[", "{": close()
            case ")", "]", "}": close(numbered: isNumber)
            case ".":
                if isNumber, isSpace(index + 1) {
                    close(numbered: true)
                } else if isSpace(index + 1) || characters[index + 1] == ".", !isAbbreviation(current) {
                    close()
                } else {
                    current.append(character)
                }
            case ",", ":", "،":
                let next = index + 1 < characters.count ? characters[index + 1] : " "
                let last = current.last
                let isInside = next.isNumber && last?.isNumber == true || character == ":" && !isSpace(index + 1)
                if isInside { current.append(character) } else { close(numbered: isNumber && character == ":") }
            case "-", "–", "—", "=", ">":
                // Between spaces it is a dash; inside of a word it belongs there.
                if current.last?.isWhitespace != false,
                    isSpace(index + 1) || characters[index + 1] == "-" || character == "—"
                {
                    close(numbered: isNumber)
                } else if character == "—" || character == "=" || character == ">" {
                    close()
                } else {
                    current.append(character)
                }
            default: current.append(character)
            }
        }
        close()
        return pieces
    }

    private static func isListNumber(_ text: String) -> Bool {
        let word = text.trimmingSpaces()
        return (1...2).contains(word.count) && word.allSatisfy { $0.isNumber }
            || word.count == 1 && ("a"..."h").contains(word)
    }

    private static func isAbbreviation(_ text: String) -> Bool {
        let word = text.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
        return ["e.g", "i.e", "eg", "ie", "vs", "etc", "approx", "no", "nr", "e", "i"].contains(word) && word.count > 1
            && word != "no"
    }

    /// `do not` is `dont`.
    private static func joined(_ words: [String]) -> [String] {
        var result: [String] = []
        for word in words.flatMap({ $0.split(separator: " ").map(String.init) }) {
            if let last = result.last, let pair = WordTables.pairs[last]?[word] {
                result.removeLast()
                result += pair.split(separator: " ").map(String.init)
            } else {
                result.append(word)
            }
        }
        return result
    }

    private static let starters: Set<String> = [
        "but", "because", "cause", "although", "however", "otherwise", "though",
    ]
    private static let openings: Set<String> = [
        "what", "why", "how", "which", "can", "could", "is", "does", "do", "also", "please", "then", "lets", "make",
        "if", "dont",
        "we", "i", "let", "skip", "ignore", "add", "use", "tell", "explain", "just", "maybe", "should",
    ]

    private static func split(_ words: [String]) -> [Clause] {
        var clauses: [Clause] = []
        var current = Clause(words: [])
        func close(_ next: Clause) {
            if !current.words.isEmpty { clauses.append(current) }
            current = next
        }
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : ""
            if index > 0, starters.contains(word),
                !(word == "but" && ["anything", "everything", "all"].contains(words[index - 1]))
            {
                close(
                    Clause(
                        words: [],
                        isContrast: WordTables.contrasts.contains(word),
                        isConditional: word == "otherwise"
                    )
                )
            } else if index > 0, word == "so", !["that", "much", "many", "far", "long", "on"].contains(next) {
                close(Clause(words: []))
            } else if index > 0, word == "and" || word == "or" || word == "then", openings.contains(next),
                !current.isBarePointer
            {
                close(Clause(words: []))
            } else if index > 0, word == "if",
                !["even", "as", "only", "what", "see", "check", "know", "sure", "and", "or"].contains(words[index - 1])
            {
                close(Clause(words: []))
            } else if word == "then", current.words.first == "if" {
                close(Clause(words: [], isConditional: true))
                continue
            }
            current.words.append(word)
        }
        close(Clause(words: []))
        for index in clauses.indices {
            let words = clauses[index].words
            if words.first == "otherwise" || words.first == "else" || words.starts(with: ["if", "not"])
                || words.starts(with: ["if", "no"])
            {
                clauses[index].isConditional = true
            }
            if let first = words.first, WordTables.contrasts.contains(first) { clauses[index].isContrast = true }
        }
        return clauses
    }
}

extension Clause {
    /// Nothing yet but what may stand before a number: `option 1 and ...` is not cut.
    fileprivate var isBarePointer: Bool {
        words.last.map { $0.allSatisfy(\.isNumber) } == true
    }
}
