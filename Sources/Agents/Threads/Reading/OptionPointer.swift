import RunModel

/// What a clause points at among the offered options.
struct OptionPointer: Sendable, Hashable {
    /// Positions as people count them, from 1; -1 is the last.
    var numbers: [Int] = []
    /// Letters as they were written, lower case.
    var letters: [String] = []
    var isRecommended = false
    var isAll = false
    /// Words behind the pointer that say more than which one: `option 2 but only for admins`.
    var rest: [String] = []
    /// The option is only spoken about: `option 1 is too expensive`, `anything but option 1`.
    var isSubject = false

    var isEmpty: Bool { numbers.isEmpty && letters.isEmpty && !isRecommended && !isAll }

    /// Reads a clause that points, and nothing else or something more behind it; `nil` for any other clause.
    static func read(_ clause: Clause, offered: [DecisionOption]) -> OptionPointer? {
        var reader = PointerReader(words: clause.words, isNumbered: clause.isNumbered, offered: offered)
        return reader.read()
    }
}

private struct PointerReader {
    let words: [String]
    let isNumbered: Bool
    let offered: [DecisionOption]
    var next = 0
    var pointer = OptionPointer()
    /// An `option` or the like stood before: letters and number words may follow.
    var isNamed = false
    /// The clause names the option beyond doubt, so other words may follow.
    var isPlain = false
    /// Behind the last word that points.
    var pointed = 0

    mutating func read() -> OptionPointer? {
        guard !words.isEmpty, !["is", "are", "does", "do you", "which", "should", "would", "can"].contains(words[0])
        else { return nil }
        while next < words.count {
            if takePointer() {
                pointed = next
                continue
            }
            let word = words[next]
            let isAround = pointer.isEmpty ? WordTables.choosing.contains(word) : isTrailing(word)
            if ["option", "options", "choice", "number", "answer"].contains(word) {
                isNamed = true
                next += 1
            } else if isAround || word == "is" && isNamed {
                if !pointer.isEmpty { isNamed = false }
                next += 1
            } else {
                break
            }
        }
        guard !pointer.isEmpty else { return nil }
        if next < words.count {
            guard isPlain || isNumbered else { return nil }
            pointer.rest = Array(words[next...])
        }
        pointer.isSubject = isExcluded || (next < words.count && isSpokenOf)
        return pointer
    }

    /// Everything else is meant: `anything but option 1`.
    private var isExcluded: Bool {
        let excluding = ["but", "except", "besides"]
        return words.indices.dropLast().contains { place in
            excluding.contains(words[place]) && place < next
                && ["anything", "any", "all", "everything"].contains(words[0])
        }
    }

    private var isSpokenOf: Bool {
        let said = words[pointed...]
        guard let first = said.first, first == "is" || WordTables.stating.contains(first) else { return false }
        return WordTables.praising.isDisjoint(with: said.prefix(5))
    }

    private func isTrailing(_ word: String) -> Bool {
        WordTables.trailing.contains(word) || WordTables.choosing.contains(word)
    }

    private mutating func takePointer() -> Bool {
        if let length = WordTables.recommended.length(in: words, at: next) {
            // `i recommend`, `what do you recommend` are not here: the table holds only names of it.
            pointer.isRecommended = true
            next += length
            isPlain = true
            return true
        }
        let word = words[next]
        let following = next + 1 < words.count ? words[next + 1] : nil
        if word == "last", following == nil || following == "one" || following == "option" {
            pointer.numbers.append(-1)
            isPlain = true
            next += 1
            return true
        }
        if word == "both" || word == "all" || word == "everything" {
            // `both` with other words behind it (`both admins and agents`) is read as content by what follows.
            guard pointer.isEmpty else { return false }
            pointer.isAll = true
            next += 1
            return true
        }
        if let number = WordTables.ordinals[word] {
            let isOrdinal =
                following == nil && (next == 0 || ["the", "option", "want", "do", "with"].contains(words[next - 1]))
                || ["one", "option", "approach", "choice", "solution", "suggestion", "and", "two", "way", "fix"]
                    .contains(following ?? "")
            guard isOrdinal else { return false }
            if following == "two" {
                pointer.numbers += [1, 2]
                next += 2
            } else {
                pointer.numbers.append(number)
                next += 1
            }
            isPlain = true
            return true
        }
        if let numbers = Self.numbers(word) {
            guard isNamed || isNumbered || isFreeNumber(following) || isChosen(at: next) else { return false }
            if !isNamed, !isNumbered, let most = numbers.max(), most > max(10, offered.count) { return false }
            pointer.numbers += numbers
            if isNamed || word.first?.isLetter == true || word.first == "#" || isChosen(at: next) { isPlain = true }
            next += 1
            return true
        }
        if let letters = letters(word) {
            pointer.letters += letters
            if isNamed { isPlain = true }
            next += 1
            return true
        }
        if isNamed, let number = WordTables.numberWords[word] {
            pointer.numbers.append(number)
            isPlain = true
            next += 1
            return true
        }
        if words.count == 1, let number = WordTables.numberWords[word], word.count > 2 || word == "ii" {
            pointer.numbers.append(number)
            next += 1
            return true
        }
        if ["&", "+", "plus", "and", "then", "or"].contains(word), !pointer.isEmpty, following != nil {
            let rest = PointerReader(words: Array(words[(next + 1)...]), isNumbered: isNumbered, offered: offered)
            guard rest.beginsWithPointer(isNamed: isPlain) else { return false }
            isNamed = isPlain
            next += 1
            return true
        }
        return false
    }

    private func beginsWithPointer(isNamed: Bool) -> Bool {
        var copy = self
        copy.isNamed = isNamed
        while copy.next < copy.words.count, ["option", "the", "number"].contains(copy.words[copy.next]) {
            copy.isNamed = true
            copy.next += 1
        }
        return copy.next < copy.words.count && copy.takePointer()
    }

    /// `do 1 and ...`: a verb of choosing before the number, and no unit behind it.
    private func isChosen(at place: Int) -> Bool {
        guard place > 0, ["do", "with", "choose", "pick", "take", "use", "prefer", "select"].contains(words[place - 1])
        else { return false }
        guard place + 1 < words.count else { return true }
        return [
            "and", "but", "with", "plus", "then", "also", "as", "for", "on", "in", "without", "using", "only", "if",
            "because", "where",
        ].contains(words[place + 1])
    }

    /// A number that counts nothing: no unit follows.
    private func isFreeNumber(_ following: String?) -> Bool {
        guard let following else { return true }
        return WordTables.trailing.contains(following) || ["and", "&", "+", "plus", "or", "then"].contains(following)
            || Self.numbers(following) != nil
    }

    /// `2`, `#2`, `option2`, `opt2`, `o2`, `1+3`, `1&3`, `1/2`.
    static func numbers(_ word: String) -> [Int]? {
        var text = word[...]
        for prefix in ["options", "option", "opt", "choice", "#", "no", "o"]
        where text.hasPrefix(prefix) && text.count > prefix.count {
            text = text.dropFirst(prefix.count)
            break
        }
        let parts = text.split(omittingEmptySubsequences: false) { "+&/".contains($0) }
        let numbers = parts.compactMap { part -> Int? in
            let digits = part.hasPrefix("#") ? part.dropFirst() : part
            guard digits.count <= 2, digits.allSatisfy(\.isNumber) else { return nil }
            return Int(digits)
        }
        guard numbers.count == parts.count, !numbers.isEmpty, numbers.allSatisfy({ $0 > 0 }) else { return nil }
        return numbers
    }

    /// A letter that is no article: at the end, or joined to another.
    private var isFreeLetter: Bool {
        next + 1 == words.count || ["and", "&", "+", "or", "plus", "is", "please"].contains(words[next + 1])
    }

    /// `b`, `option b`, `a+c`; a lone letter only where the clause is nothing else or options are lettered.
    private func letters(_ word: String) -> [String]? {
        var text = word[...]
        var isJoined = false
        if text.hasPrefix("option"), text.count == 7 {
            text = text.dropFirst(6)
            isJoined = true
        }
        let parts = text.split(omittingEmptySubsequences: false) { "+&/".contains($0) }.map(String.init)
        guard !parts.isEmpty, parts.allSatisfy({ $0.count == 1 && ("a"..."h").contains($0) }) else { return nil }
        let isLettered = offered.contains { $0.id.count == 1 && $0.id.first?.isLetter == true }
        let standsAlone = words.count == 1 || (isLettered && (parts != ["a"] || isFreeLetter))
        return isNamed || isJoined || isNumbered || standsAlone ? parts : nil
    }
}
