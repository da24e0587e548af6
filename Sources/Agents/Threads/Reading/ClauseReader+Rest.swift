/// What stands in no table: verbs, conditions, wishes, remarks.
extension ClauseReader {
    /// Reads what no table begins.
    mutating func readRest() {
        let word = words[next]
        if WordTables.conditions.contains(word), !clause.isAsked {
            return readCondition()
        }
        if WordTables.reasons.contains(word), !clause.isAsked { return add(.tells, 0.5) }
        if word == "do", next + 1 < words.count, !Self.afterDo.contains(words[next + 1]), Int(words[next + 1]) == nil {
            return add(.asks, 0.6)
        }
        if isVerb(word), !isVerbUsedAsNoun {
            return clause.isAsked && !isPolite ? add(.asks, 0.7) : add(.decides, 0.9)
        }
        if clause.isAsked, !isPolite { return add(.asks, 0.8) }
        if Self.doubts.contains(word), rest.count > 2 { return add(.asks, 0.65) }
        if isPreference || isCall { return add(.decides, 0.6) }
        if word == "dont" { return add(next + 2 >= words.count ? .refuses : .decides, 0.75) }
        if word == "no" { return add(rest.last.map(Self.absences.contains) == true ? .tells : .decides, 0.6) }
        // What follows courtesy belongs to it: `thanks for the list`, `will look into it`.
        if acts.last?.kind == .notes, !rest.contains(where: { WordTables.shaping.contains($0) }) { return }
        let isAfterAgreement = acts.last.map { $0.kind == .agrees || $0.kind == .denies } ?? false
        if Self.limiters.contains(word), rest.count > 1 { return add(.limits, 0.7) }
        if rest.contains(where: { WordTables.shaping.contains($0) }) { return add(.decides, 0.75) }
        if let place = WordTables.refusing.firstPlace(in: words, from: next + 1), place - next <= 4,
            WordTables.refusing.length(in: words, at: place).map({ $0 > 1 || place + 1 == words.count }) == true
        {
            return add(.refuses, 0.7)
        }
        add(isAfterAgreement && rest.count > 2 ? .limits : .tells, 0.5)
    }

    /// `if users complain hide it`: what follows of the condition, when it stands in the same clause.
    private mutating func readCondition() {
        for place in min(next + 2, words.count)..<words.count {
            if ["will", "would", "do", "does", "is", "are", "can", "should", "what", "how", "who", "where"].contains(
                words[place]
            ),
                WordTables.asking.length(in: words, at: place) != nil, words[place - 1] != "what"
            {
                return add(.asks, 0.7)
            }
            let isOrder = [WordTables.agreeing, WordTables.deciding, WordTables.refusing].contains {
                ($0.length(in: words, at: place) ?? 0) > 1
            }
            let isCall = words[place] == "just" || words[place] == "please"
            guard isOrder || isCall else { continue }
            let count = acts.count
            next = isCall ? place + 1 : place
            if next < words.count, readWhole(), acts.count > count {
                acts[count].isConditional = true
                return
            }
            return add(.decides, 0.65)
        }
        add(.conditions, 0.6)
    }

    /// A verb of the table, or one with a syllable before it: `retest`, `re-run`, `unhide`.
    private func isVerb(_ word: String) -> Bool {
        if WordTables.verbs.contains(word) { return true }
        return ["re-", "re", "un", "de-", "de", "dis", "pre", "auto", "auto-", "over"].contains { prefix in
            word.hasPrefix(prefix) && word.count > prefix.count + 1
                && WordTables.verbs.contains(String(word.dropFirst(prefix.count)))
        }
    }

    /// `generic is fine`, `a toast would be enough`: names the thing that will do.
    private var isPreference: Bool {
        let words = Array(rest)
        guard (3...9).contains(words.count),
            !["it", "this", "that", "current", "everything", "all", "they", "we", "i", "how"].contains(words[0]),
            let last = words.last,
            [
                "fine", "ok", "good", "best", "better", "enough", "preferable", "sufficient", "preferred", "perfect",
                "ideal",
            ].contains(last)
        else { return false }
        return ["is", "are", "be", "works", "sounds", "seems", "looks"].contains(words[words.count - 2])
    }

    /// `the second list then`, `you prepare a list`: says what to do without a verb of its own, or to whom.
    private var isCall: Bool {
        if words[next] == "you" { return next + 1 < words.count && WordTables.verbs.contains(words[next + 1]) }
        return (3...9).contains(rest.count) && rest.last == "then" && acts.isEmpty && MessageProse.isPhrase(Array(rest))
            && !["it", "this", "that", "see", "until", "till", "back", "since", "by"].contains(words[words.count - 2])
    }

    /// Behind `no`, these say that something is not there: `no android here`.
    private static let absences: Set<String> = ["here", "there", "yet", "idea", "clue", "sorry", "left"]

    /// `report is wrong`, `log shows`, `test failed`: a noun with its verb behind it.
    private var isVerbUsedAsNoun: Bool {
        guard next + 1 < words.count else { return false }
        return [
            "is", "are", "was", "were", "has", "shows", "says", "failed", "fails", "seems", "looks", "isnt", "doesnt",
            "works", "did", "does",
            "asked", "said", "told", "wanted", "needed", "complained", "will", "can", "wrote", "team",
        ]
        .contains(words[next + 1]) || words[next] == "back" && ["then", "in", "when"].contains(words[next + 1])
    }

    static let wishes: Set<String> = [
        "need", "want", "like", "dont", "not", "curious", "wondering", "wonder", "no", "unclear", "confused", "have",
    ]

    private static let doubts: Set<String> = [
        "isnt", "arent", "wouldnt", "hasnt", "havent", "didnt", "wasnt", "werent", "couldnt", "doesnt",
    ]

    private static let afterDo: Set<String> = [
        "it", "this", "that", "the", "a", "an", "what", "whatever", "both", "all", "option", "options", "number",
        "nothing", "something", "so",
        "one", "your", "as", "whichever", "same", "these", "those", "them", "only", "not", "like", "some", "more", "b",
        "c", "d", "server", "soft",
        "hard", "two", "three", "just", "exactly", "proper", "everything", "anything", "another", "first",
        "server-side", "client-side", "no",
    ]

    static let afterRefusal: Set<String> = [
        "to", "this", "it", "until", "till", "for", "that", "because", "as", "of", "please", "now", "again", "later",
        "and", "entirely",
        "completely", "everything", "altogether", "here", "today", "these", "those", "since", "thanks", "if",
        "indefinitely", "both", "then", "ok", "anyway",
    ]

    private static let limiters: Set<String> = [
        "for", "with", "without", "in", "on", "only", "using", "after", "before", "by", "at", "via", "from", "except",
        "via", "to",
        "not", "under", "between", "within", "per", "max", "minimum", "maximum", "through", "into", "inside", "behind",
    ]
}
