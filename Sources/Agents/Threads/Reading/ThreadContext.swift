import RunModel

/// What stands before a message, as far as it decides what the message is.
struct ThreadContext: Sendable, Hashable {
    /// What may be chosen: the last list a system post showed, or the finding's own.
    var offered: [DecisionOption]
    /// The last system post wants an answer, or no post is there and the finding itself is the question.
    var isAsked: Bool
    /// The last system post proposes one thing and asks whether to do it (`Should I add retries?`).
    var isProposed = false
    /// The last system post wants facts from a person, not a choice: `Then reply with: - Region`.
    var wantsFacts = false
    /// Some system post stands before.
    var isPosted = false
    /// The words of weight in the last system post.
    var postWords: Set<String> = []

    /// The one proposal a `yes` means: the recommended option, or the only one.
    var proposal: DecisionOption? {
        if let recommended = offered.first(where: \.isRecommended) { return recommended }
        return offered.count == 1 ? offered.first : nil
    }

    /// Whether a phrase says again what the last post spoke of: `new field beside the old one`.
    func repeatsPost(_ words: [String]) -> Bool {
        let own = Set(words).subtracting(WordTables.empty)
        guard own.count >= 3, MessageProse.isPhrase(words) else { return false }
        return Double(own.intersection(postWords).count) >= 0.7 * Double(own.count)
    }

    /// The options a pointer names, in the order they were offered; empty when it names none of these.
    func options(at pointer: OptionPointer) -> [DecisionOption] {
        var chosen: [DecisionOption] = []
        for number in pointer.numbers {
            let named = offered.first { $0.id == String(number) }
            let place = number == -1 ? offered.count - 1 : number - 1
            if let option = named ?? (offered.indices.contains(place) ? offered[place] : nil) { chosen.append(option) }
        }
        for letter in pointer.letters {
            let place = Int(letter.unicodeScalars.first?.value ?? 97) - 97
            let named = offered.first { $0.id.lowercased() == letter }
            if let option = named ?? (offered.indices.contains(place) ? offered[place] : nil) { chosen.append(option) }
        }
        if pointer.isRecommended, chosen.isEmpty, let proposal { chosen.append(proposal) }
        if pointer.isAll, chosen.isEmpty { chosen = offered.filter { !$0.isSkip } }
        var seen: Set<String> = []
        return chosen.filter { seen.insert($0.id + $0.label).inserted }
    }

    /// The option whose text a message repeats or clearly names by its words.
    func option(named words: [String], minimum: Int = 2) -> DecisionOption? {
        let wanted = Set(words).subtracting(WordTables.empty)
        guard wanted.count >= minimum else { return nil }
        let ranked = offered.map { option -> (option: DecisionOption, share: Double) in
            let own = Set(Wording.words(option.label, isMending: false))
            return (option, Double(wanted.intersection(own).count) / Double(wanted.count))
        }.sorted { $0.share > $1.share }
        guard let best = ranked.first, best.share >= 0.6 else { return nil }
        if ranked.count > 1, ranked[1].share >= best.share { return nil }
        return best.option
    }
}
