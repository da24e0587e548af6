/// What texts are about, as sets of words that can be compared.
package struct SubjectWords: Sendable, Hashable {
    let words: Set<String>

    package init(_ texts: String...) {
        var words: Set<String> = []
        for text in texts {
            for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
            where word.count > 2 {
                let plain = String(word)
                guard !WordTables.empty.contains(plain), !Self.common.contains(plain) else { continue }
                words.insert(Self.stem(plain))
            }
        }
        self.words = words
    }

    /// Share of the words of both that both have, from 0 to 1.
    package func likeness(to other: SubjectWords) -> Double {
        let shared = words.intersection(other.words).count
        let all = words.count + other.words.count - shared
        return all == 0 ? 0 : Double(shared) / Double(all)
    }

    package var count: Int { words.count }

    /// Without the endings that number and time put on.
    private static func stem(_ word: String) -> String {
        for ending in ["ing", "ed", "es", "s"] where word.count > ending.count + 3 && word.hasSuffix(ending) {
            return String(word.dropLast(ending.count))
        }
        return word
    }

    private static let common: Set<String> = [
        "the", "and", "but", "documentation", "section", "explicitly", "states", "notes", "issue", "currently", "there",
        "where", "during",
        "while", "because", "must", "could", "may", "after", "before", "without", "instead", "when", "than", "more",
        "each", "every", "such",
        "does", "doesn", "being", "into", "other", "same", "new", "via", "per",
    ]
}
