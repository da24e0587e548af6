import RunModel

/// Reads the acts of one clause by the word tables; pure.
///
/// Words that only open a thought are taken off first (`ok so i think`); what is left decides. Agreement, thanks and
/// `no` at the beginning are acts of their own, because `no, use the other one` is two.
struct ClauseReader {
    let clause: Clause
    let offered: [DecisionOption]
    private var next = 0
    private var acts: [ClauseAct] = []
    private var isHedged = false
    private var isPolite = false

    private init(_ clause: Clause, offered: [DecisionOption]) {
        self.clause = clause
        self.offered = offered
    }

    static func acts(of clause: Clause, offered: [DecisionOption]) -> [ClauseAct] {
        var reader = ClauseReader(clause, offered: offered)
        reader.read()
        return reader.acts
    }

    private var words: [String] { clause.words }
    private var rest: ArraySlice<String> { words[min(next, words.count)...] }

    private mutating func add(_ kind: ClauseAct.Kind, _ strength: Double) {
        acts.append(
            ClauseAct(
                kind: kind,
                strength: isHedged ? strength - 0.15 : strength,
                // `so forget it` concludes: what stood before was weighed.
                isContrast: clause.isContrast || kind == .refuses && words.first == "so",
                isConditional: clause.isConditional,
                isHedged: isHedged,
                words: Array(rest)
            )
        )
    }

    private mutating func read() {
        isHedged = words.contains { WordTables.hedges.contains($0) }
        isPolite = words.contains("please")
        if words.isEmpty { return clause.isAsked ? add(.asks, 0.6) : () }
        if clause.isAsked, WordTables.tags.length(in: words, at: 0) == words.count { return }
        while next < words.count {
            if readWhole() { return }
            guard takeOpening() else { break }
        }
        guard next < words.count else {
            if clause.isAsked, acts.allSatisfy({ $0.kind == .agrees || $0.kind == .notes }) {
                // `fix it?` asks; `ok?` was a tag.
                acts = []
                add(.asks, 0.6)
            }
            return
        }
        readRest()
    }

    /// Reads what takes the clause to its end.
    private mutating func readWhole() -> Bool {
        let isFirst = next == 0
        if !isQuestionWord, let pointer = pointer {
            if clause.isAsked {
                add(.asks, 0.75)
            } else {
                add(.points(pointer), pointer.rest.isEmpty ? 0.95 : 0.85)
            }
            return true
        }
        if let length = WordTables.asks.length(in: words, at: next) {
            readRequest(after: length)
            return true
        }
        if WordTables.notAsking.length(in: words, at: next) == nil, isAsking {
            add(.asks, clause.isAsked ? 0.95 : 0.9)
            return true
        }
        if isRefusalWithin { return true }
        if let length = WordTables.refusing.length(in: words, at: next), !isRefusalOfThing(length) {
            if clause.isAsked { add(.asks, 0.7) } else { add(.refuses, isFirst ? 0.95 : 0.9) }
            return true
        }
        if let length = WordTables.deciding.length(in: words, at: next), !agreesLonger(than: length) {
            readDecision()
            return true
        }
        return false
    }

    private var pointer: OptionPointer? {
        var clause = clause
        clause.words = Array(rest)
        if next > 0 { clause.isNumbered = false }
        return OptionPointer.read(clause, offered: offered)
    }

    private var isQuestionWord: Bool {
        ["what", "why", "how", "which", "who", "is", "are", "does", "isnt", "should", "would", "could", "can", "did"]
            .contains(words[next])
            && WordTables.recommended.length(in: words, at: next) == nil
    }

    private var isAsking: Bool {
        if WordTables.asking.length(in: words, at: next) != nil { return true }
        // `i want to understand`, `we need more details`.
        guard ["i", "we"].contains(words[next]) else { return false }
        var place = next + 1
        while place < words.count, ["still", "really", "also", "just", "do", "would", "first"].contains(words[place]) {
            place += 1
        }
        guard place < words.count, Self.wishes.contains(words[place]) else { return false }
        return WordTables.asking.length(in: words, at: place) != nil
    }

    private func agreesLonger(than length: Int) -> Bool {
        (WordTables.agreeing.length(in: words, at: next) ?? 0) >= length
    }

    /// `lets hold off`, `we can skip this`: a refusal behind the words of a proposal.
    private var isRefusalWithin: Bool {
        mutating get {
            guard let length = WordTables.proposals.length(in: words, at: next) else { return false }
            let start = next
            next += length
            while next < words.count, ["just", "probably", "maybe", "simply", "rather"].contains(words[next]) {
                next += 1
            }
            if let length = WordTables.refusing.length(in: words, at: next), !isRefusalOfThing(length) {
                add(clause.isAsked ? .asks : .refuses, 0.85)
                return true
            }
            next = start
            return false
        }
    }

    /// `skip the confirmation for admins` tells what to build; `skip this` and `ignore it for now` do not.
    private func isRefusalOfThing(_ length: Int) -> Bool {
        let verb = words[next]
        guard length == 1, ["skip", "ignore", "defer", "duplicate", "invalid", "park"].contains(verb),
            next + 1 < words.count
        else { return false }
        return !Self.afterRefusal.contains(words[next + 1])
    }

    /// Behind `can you`: to be told is a question, to have it done is a decision.
    private mutating func readRequest(after length: Int) {
        next += length
        while next < words.count, ["please", "just", "also", "maybe"].contains(words[next]) { next += 1 }
        if WordTables.telling.length(in: words, at: next) != nil || next >= words.count {
            add(.asks, 0.9)
        } else if WordTables.verbs.contains(words[next]) || WordTables.agreeing.length(in: words, at: next) != nil {
            add(.decides, clause.isAsked ? 0.7 : 0.8)
        } else {
            add(clause.isAsked ? .asks : .decides, 0.6)
        }
    }

    private mutating func readDecision() {
        if clause.isAsked, !isPolite {
            // `we should just hide it?` wants to hear yes or no; `make sure it does, right?` was cut before the tag.
            add(.asks, 0.65)
        } else {
            add(.decides, 0.85)
        }
    }

    /// Takes off what only opens the clause; `false` when nothing does.
    private mutating func takeOpening() -> Bool {
        if let length = WordTables.agreeing.length(in: words, at: next) {
            let noted = WordTables.noting.length(in: words, at: next) ?? 0
            if noted > length {
                add(.notes, 0.9)
                next += noted
            } else {
                add(.agrees, 0.9)
                next += length
            }
            return true
        }
        if let length = WordTables.noting.length(in: words, at: next) {
            add(.notes, 0.9)
            next += length
            return true
        }
        if let length = WordTables.fillers.length(in: words, at: next), length > 1 {
            next += length
            return true
        }
        if words[next] == "no" {
            // `no` before a noun belongs to it: `no retries`.
            guard next + 1 == words.count || next == 0 && startsThought(next + 1) else { return false }
            add(.denies, 0.9)
            next += 1
            return true
        }
        if let length = WordTables.fillers.length(in: words, at: next) {
            next += length
            return true
        }
        return false
    }

    private func startsThought(_ place: Int) -> Bool {
        let word = words[place]
        return WordTables.verbs.contains(word) || WordTables.fillers.length(in: words, at: place) != nil
            || WordTables.deciding.length(in: words, at: place) != nil
            || WordTables.refusing.length(in: words, at: place) != nil
            || WordTables.noting.length(in: words, at: place) != nil
            || ["i", "we", "it", "this", "that", "they", "you", "the"].contains(word)
    }

    /// Reads what no table begins.
    private mutating func readRest() {
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

    private static let wishes: Set<String> = [
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

    private static let afterRefusal: Set<String> = [
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
