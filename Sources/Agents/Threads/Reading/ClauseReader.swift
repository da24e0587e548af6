import RunModel

/// Reads the acts of one clause by the word tables; pure.
///
/// Words that only open a thought are taken off first (`ok so i think`); what is left decides. Agreement, thanks and
/// `no` at the beginning are acts of their own, because `no, use the other one` is two.
struct ClauseReader {
    let clause: Clause
    let offered: [DecisionOption]
    var next = 0
    var acts: [ClauseAct] = []
    private var isHedged = false
    var isPolite = false

    private init(_ clause: Clause, offered: [DecisionOption]) {
        self.clause = clause
        self.offered = offered
    }

    static func acts(of clause: Clause, offered: [DecisionOption]) -> [ClauseAct] {
        var reader = ClauseReader(clause, offered: offered)
        reader.read()
        return reader.acts
    }

    var words: [String] { clause.words }
    var rest: ArraySlice<String> { words[min(next, words.count)...] }

    mutating func add(_ kind: ClauseAct.Kind, _ strength: Double) {
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
    mutating func readWhole() -> Bool {
        let isFirst = next == 0
        if !isQuestionWord, let pointer = pointer {
            if clause.isAsked {
                add(.asks, 0.75)
            } else if pointer.isSubject {
                add(.rates, 0.65)
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
}
