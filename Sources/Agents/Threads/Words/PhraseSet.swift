/// A set of phrases that is looked up at a place in a list of words.
///
/// In a phrase `_` stands for up to three words of any kind, and `|` at the end means that nothing of weight may follow.
struct PhraseSet: Sendable {
    private let phrases: [String: [Phrase]]

    /// Words at the end that weigh nothing: `close it then`.
    private static let closers: Set<String> = [
        "then", "please", "now", "thanks", "anyway", "anyways", "ok", "though", "imo", "here", "guys", "yes", "too",
        "tbh", "thumbsup",
    ]

    private struct Phrase: Sendable {
        var words: [String]
        var isWhole: Bool
    }

    init(_ texts: [String]) {
        var phrases: [String: [Phrase]] = [:]
        for text in texts {
            var words = text.split(separator: " ").map(String.init)
            let isWhole = words.last == "|"
            if isWhole { words.removeLast() }
            guard let first = words.first else { continue }
            phrases[first, default: []].append(Phrase(words: words, isWhole: isWhole))
        }
        self.phrases = phrases.mapValues { $0.sorted { $0.words.count > $1.words.count } }
    }

    /// Number of words that the longest phrase takes which begins there, or `nil`.
    func length(in words: [String], at start: Int) -> Int? {
        guard start < words.count, let candidates = phrases[words[start]] else { return nil }
        return candidates.compactMap { phrase -> Int? in
            guard let end = Self.end(of: phrase.words[...], in: words, from: start),
                !phrase.isWhole || words[end...].allSatisfy({ Self.closers.contains($0) })
            else { return nil }
            return end - start
        }.max()
    }

    /// Where in the words a phrase begins first, at or after a place.
    func firstPlace(in words: [String], from start: Int = 0) -> Int? {
        (start..<max(start, words.count)).first { length(in: words, at: $0) != nil }
    }

    func contains(_ word: String) -> Bool { length(in: [word], at: 0) == 1 }

    private static func end(of phrase: ArraySlice<String>, in words: [String], from start: Int) -> Int? {
        guard let first = phrase.first else { return start }
        if first == "_" {
            for skipped in 0...3 {
                if let end = end(of: phrase.dropFirst(), in: words, from: start + skipped) { return end }
            }
            return nil
        }
        guard start < words.count, words[start] == first else { return nil }
        return end(of: phrase.dropFirst(), in: words, from: start + 1)
    }
}
