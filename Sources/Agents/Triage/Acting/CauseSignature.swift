import RunModel

/// What identifies a cause or a gap across blockers: names that stand for it, and the longer words around them.
struct CauseSignature: Hashable, Sendable {
    /// Variables, error codes, endpoints, file names, ports: `REDIS_URL`, `econnrefused`, `/qa/time`.
    let names: Set<String>
    let words: Set<String>

    init(names: Set<String>, words: Set<String>) {
        self.names = names
        self.words = words
    }

    init(_ texts: [String]) {
        var names: Set<String> = []
        for text in texts {
            for part in text.split(whereSeparator: { $0.isWhitespace || ",;()[]{}'\"`".contains($0) }).prefix(2_000) {
                let token = part.drop { ".:".contains($0) }
                let trimmed = String(token).trimmingSuffix(".:!?")
                guard trimmed.count >= 4, trimmed.count <= 80, TicketID.first(in: trimmed) == nil else { continue }
                let isVariable =
                    trimmed.contains("_") && trimmed.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" }
                let isCode =
                    trimmed.count > 4 && trimmed.first == "E" && trimmed.allSatisfy { ("A"..."Z").contains($0) }
                let isPath = trimmed.contains("/") && trimmed.contains(where: \.isLetter) && !trimmed.contains("://")
                if isVariable || isCode || isPath || Self.isFile(trimmed) { names.insert(trimmed.lowercased()) }
            }
        }
        self.names = names
        words = Set(
            texts.flatMap { Words.tokens($0) }.filter {
                $0.count > 3 && !Self.common.contains($0) && !$0.contains(where: \.isNumber)
            }
            .map(Self.stem)
        )
    }

    /// A file's name without a folder.
    private static func isFile(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && endings.contains(parts[1])
            && !parts[0].isEmpty && parts[0].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }

    private static let endings: Set<Substring> = [
        "sh", "ts", "tsx", "js", "json", "yml", "yaml", "mmdb", "sql", "py", "go", "rs", "swift", "md", "env",
    ]

    private static func stem(_ word: String) -> String {
        for ending in ["ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "s"]
        where word.hasSuffix(ending) && word.count - ending.count >= 4 {
            return String(word.dropLast(ending.count))
        }
        return word
    }

    private static let common: Set<String> = [
        "cannot", "must", "that", "this", "with", "from", "have", "been", "will", "when", "because", "into", "without",
        "before", "after", "ticket",
        "blocker", "blocked", "testing", "tests", "test", "verify", "verified", "human", "required", "require",
        "requires", "needs", "need", "error",
        "fails", "failed", "missing", "environment", "infrastructure", "should", "could", "would", "there", "their",
        "which", "what", "agent", "completed", "performed", "complete",
    ]

    /// How alike two are, from 0 to 1; a shared name weighs most.
    func likeness(to other: CauseSignature) -> Double {
        let sharedWords = Double(words.intersection(other.words).count)
        let allWords = Double(max(1, min(words.count, other.words.count)))
        let sharedNames = names.intersection(other.names).count
        let overlap = sharedWords / allWords
        if sharedNames > 0 { return min(1, 0.5 + 0.15 * Double(sharedNames) + overlap / 3) }
        // Names on both sides, none in common: another variable, another endpoint.
        return names.isEmpty || other.names.isEmpty ? overlap * 0.95 : overlap * 0.8
    }

    /// Two causes this alike are one.
    static let threshold = 0.6

    /// As it is kept with a thread or a ticket.
    var value: LedgerValue { .texts(names.sorted() + words.sorted().map { "~" + $0 }) }

    init(_ value: LedgerValue) {
        let texts = value.elements.compactMap(\.text)
        names = Set(texts.filter { !$0.hasPrefix("~") })
        words = Set(texts.filter { $0.hasPrefix("~") }.map { String($0.dropFirst()) })
    }
}

extension String {
    fileprivate func trimmingSuffix(_ any: String) -> String {
        var text = self[...]
        while let last = text.last, any.contains(last) { text = text.dropLast() }
        return String(text)
    }
}
