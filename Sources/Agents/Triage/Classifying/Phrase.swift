/// A sequence of words with their endings left open, as the tables of triage write it.
///
/// `config*` is every word that begins so, `a|b_c` either `a` or the words `b c`, `~` up to four words in between.
/// Contractions are written out: `does not`. A phrase does not match
/// where a negation stands shortly before it in the same sentence: "not an environment problem" is none.
struct Phrase: Sendable {
    private struct Item: Sendable {
        /// Alternatives, each one or several words.
        var choices: [[(text: String, isStart: Bool)]]
        /// Words that may stand before this one.
        var gap: Int

        /// How many words it takes from that one on; `nil` when it does not match there.
        func length(in words: [String], at start: Int) -> Int? {
            choices.first { choice in
                start + choice.count <= words.count
                    && zip(choice, words[start...]).allSatisfy {
                        $0.isStart ? $1.hasPrefix($0.text) : $1 == $0.text
                    }
            }?.count
        }
    }

    let text: String
    private let items: [Item]
    /// The first letters of what it can begin with.
    let initials: Set<UInt8>

    init(_ text: String) {
        self.text = text
        var items: [Item] = []
        var gap = 0
        for part in text.split(separator: " ") {
            if part == "~" {
                gap = 4
                continue
            }
            let choices = part.split(separator: "|").map { choice in
                choice.split(separator: "_").map { word in
                    word.hasSuffix("*")
                        ? (text: String(word.dropLast()), isStart: true) : (text: String(word), isStart: false)
                }
            }
            items.append(Item(choices: choices, gap: gap))
            gap = 0
        }
        self.items = items
        initials = Set(items.first?.choices.compactMap { $0.first?.text.utf8.first } ?? [])
    }

    /// The place after the phrase, when it begins at that word of the sentence.
    func end(_ words: [String], from start: Int) -> Int? {
        guard let first = items.first, let length = first.length(in: words, at: start) else { return nil }
        var position = start + length
        search: for item in items.dropFirst() {
            for place in position..<max(position, min(words.count, position + item.gap + 1)) {
                guard let length = item.length(in: words, at: place) else { continue }
                position = place + length
                continue search
            }
            return nil
        }
        return position
    }

    private static let negations: Set<String> = [
        "no", "not", "without", "never", "nothing", "neither", "nor", "non", "isnt", "wasnt", "arent", "dont",
        "doesnt", "didnt", "hasnt", "zero", "rather", "instead", "unrelated",
    ]

    /// Words that a negation reaches over.
    private static let reach = 4

    /// After `not`, what is denied; anything else is a state (`not set in the environment`), which denies nothing.
    private static let denied: Set<String> = [
        "a", "an", "the", "any", "due", "about", "caused", "related", "because", "require", "requires", "required",
        "need",
        "needed", "necessary", "involve", "mean", "have", "been", "be", "for",
    ]

    /// Whether what stands between the two places is denied: before it, or by `is not needed` after it.
    static func isNegated(_ words: [String], _ start: Int, _ end: Int) -> Bool {
        isDeniedBefore(words, at: start) || isDeniedAfter(words, at: end)
    }

    private static func isDeniedAfter(_ words: [String], at end: Int) -> Bool {
        let rest = words[min(end, words.count)...].drop { ["is", "are", "was", "will", "would", "be"].contains($0) }
        guard let first = rest.first else { return false }
        if first == "unnecessary" || first == "superfluous" { return true }
        guard first == "not" || first == "isnt" || first == "no", let second = rest.dropFirst().first else {
            return first == "none" || (first == "no" && rest.count == 1)
        }
        return ["necessary", "needed", "required", "wanted", "asked", "longer"].contains(second)
    }

    private static func isDeniedBefore(_ words: [String], at start: Int) -> Bool {
        for place in (max(0, start - reach)..<start).reversed() {
            let word = words[place]
            if word == "but" || word == "however" { return false }
            guard negations.contains(word) else { continue }
            if word != "not" || place + 1 == start || denied.contains(words[place + 1]) { return true }
        }
        return false
    }
}

/// Phrases that speak for something, each with its weight.
struct PhraseTable<Meaning: Hashable & Sendable>: Sendable {
    struct Row: Sendable {
        let phrase: Phrase
        let meaning: Meaning
        let weight: Double
    }

    /// A phrase found in a text.
    struct Hit: Sendable {
        let meaning: Meaning
        let weight: Double
        let phrase: String
        let isNegated: Bool
    }

    private let rows: [UInt8: [Row]]

    init(_ table: [(meaning: Meaning, weight: Double, phrases: [String])]) {
        var rows: [UInt8: [Row]] = [:]
        for (meaning, weight, phrases) in table {
            for text in phrases {
                let row = Row(phrase: Phrase(text), meaning: meaning, weight: weight)
                for initial in row.phrase.initials { rows[initial, default: []].append(row) }
            }
        }
        self.rows = rows
    }

    /// Every phrase that stands in the text, each at most once, and once more where it is denied.
    func hits(in text: String) -> [Hit] {
        var hits: [Hit] = []
        var seen: Set<String> = []
        for words in Words.sentences(text) {
            for start in words.indices {
                guard let initial = words[start].utf8.first else { continue }
                for row in rows[initial] ?? [] {
                    guard let end = row.phrase.end(words, from: start) else { continue }
                    let isNegated = Phrase.isNegated(words, start, end)
                    guard seen.insert((isNegated ? "!" : "") + row.phrase.text).inserted else { continue }
                    hits.append(
                        Hit(meaning: row.meaning, weight: row.weight, phrase: row.phrase.text, isNegated: isNegated)
                    )
                }
            }
        }
        return hits
    }

    /// The first row, in the order of the table, that stands in a few words; for labels.
    func first(in text: String) -> Meaning? {
        let words = Words.tokens(Words.split(camelCase: text))
        var best: (order: Int, meaning: Meaning)?
        for start in words.indices {
            guard let initial = words[start].utf8.first else { continue }
            for row in rows[initial] ?? [] {
                let order = Int(row.weight)
                guard order < best?.order ?? .max, let end = row.phrase.end(words, from: start),
                    !Phrase.isNegated(words, start, end)
                else { continue }
                best = (order, row.meaning)
            }
        }
        return best?.meaning
    }
}
