/// The heading of an agent's part: its identifier and its title.
struct AgentHeading: Hashable, Sendable {
    var id: String
    var title: String

    private static let leads: Set<String> = [
        "launch", "spawn", "run", "start", "prompt", "for", "brief", "instructions", "the", "build", "dev", "sub",
        "coding",
    ]
    private static let keywords: Set<String> = ["agent", "subagent", "sub-agent", "worker", "builder"]
    private static let otherKeywords: Set<String> = [
        "task", "terminal", "session", "track", "stream", "workstream", "lane",
    ]
    /// Words that follow `Agent` in headings which are about agents, not one agent's part.
    private static let stops: Set<String> = [
        "rules", "rule", "definitions", "definition", "instructions", "prompts", "prompt", "preamble", "overview",
        "results", "result", "output", "outputs", "table", "matrix", "ownership", "setup", "launch", "context",
        "guidelines", "notes", "protocol", "requirements", "tasks", "task", "list", "summary", "roles", "role",
        "assignments", "assignment", "configuration", "config", "status", "report", "reports", "files", "file", "model",
        "models", "team", "teams", "breakdown", "details", "specs", "spec", "structure", "plan", "dispatch",
        "execution",
        "coordination", "dependencies", "order", "merge", "completion", "checklist", "tool", "type", "types", "count",
        "and", "to", "is", "in", "for", "of", "calls", "call", "template", "templates", "constraints", "standards",
        "work", "scope", "responsibilities", "gotchas", "reminders", "workflow", "conventions", "swarm", "architecture",
    ]
    private static let trailing: Set<String> = ["prompt", "task", "brief", "instructions", "spec", "assignment"]
    private static let refusing: Set<String> = [
        "and", "results", "result", "output", "outputs", "status", "report", "checklist", "summary", "complete",
        "completes",
        "merge", "review", "handoff", "done", "owns", "first", "files", "branch", "depends", "then", "or", "runs",
        "must",
    ]

    /// Reads a heading's text, or gives `nil` when it is not an agent's.
    ///
    /// `known` are identifiers from ownership tables: a heading may then be just `A: Title`, with `isBare` also `A`.
    /// With `isWide` also `Task 1`, `Terminal A`, `Track B` count.
    static func parse(
        _ heading: String,
        known: Set<String> = [],
        isBare: Bool = false,
        isWide: Bool = false
    ) -> AgentHeading? {
        guard heading.utf8.count < 400 else { return nil }
        var rest = Substring(Inline.plain(heading))
        rest = rest.drop { !$0.isLetter && !$0.isNumber && $0 != "#" }
        rest = dropNumbering(rest)
        var words = 0
        while let word = firstWord(rest), words < 4, leads.contains(word.lowercased()), !isKnown(word, known) {
            rest = skip(word, in: rest)
            words += 1
        }
        guard let keyword = firstWord(rest) else { return nil }
        let lower = keyword.lowercased()
        if keywords.contains(lower) || (isWide && otherKeywords.contains(lower)) {
            return afterKeyword(skip(keyword, in: rest), known: known)
        }
        guard words == 0, let id = identifier(rest), isKnown(id, known) else { return nil }
        let tail = rest.dropFirst(id.count)
        return isBare || !tail.allSatisfy(\.isWhitespace) ? titled(id, behind: tail) : nil
    }

    /// Reads a name on its own: `T1: Title`, `Alice — Title`, `sdk-dev`, and `2. Backend worker`, whose name is 2.
    ///
    /// Any heading may look so: the caller must know from elsewhere that an agent is meant.
    static func named(_ heading: String) -> AgentHeading? {
        guard heading.utf8.count < 400 else { return nil }
        let rest = Substring(Inline.plain(heading)).drop { !$0.isLetter && !$0.isNumber }
        let unnumbered = dropNumbering(rest)
        if unnumbered.startIndex > rest.startIndex {
            let number = rest.prefix(while: \.isNumber)
            let words = unnumbered.split(separator: " ")
            guard !number.isEmpty, words.count <= 6, let last = words.last, keywords.contains(last.lowercased()) else {
                return nil
            }
            return AgentHeading(id: String(number), title: LineShape.trim(unnumbered))
        }
        guard let id = identifier(rest), !stops.contains(id.lowercased()) else { return nil }
        return titled(id, behind: rest.dropFirst(id.count))
    }

    /// A name that stands alone or before a separator.
    private static func titled(_ id: Substring, behind text: Substring) -> AgentHeading? {
        let title = text.allSatisfy(\.isWhitespace) ? "" : separated(text)
        return title.map { AgentHeading(id: String(id), title: $0) }
    }

    private static func isKnown(_ word: Substring, _ known: Set<String>) -> Bool {
        !known.isEmpty && known.contains(word.lowercased())
    }

    private static func afterKeyword(_ text: Substring, known: Set<String>) -> AgentHeading? {
        var rest = text.drop { $0 == " " || $0 == "#" || $0 == "\t" || $0 == "[" || $0 == "(" || $0 == ":" }
        guard let id = identifier(rest) else { return nil }
        rest = rest.dropFirst(id.count)
        rest = rest.drop { $0 == "]" || ($0 == ")" && text.contains("(")) }
        let isShort = id.contains(where: \.isNumber) || (id.count <= 2 && id.allSatisfy(\.isUppercase)) || id.count == 1
        let lower = id.lowercased()
        if stops.contains(lower), !isKnown(id, known) { return nil }
        let end = rest.drop(while: \.isWhitespace)
        if end.isEmpty { return AgentHeading(id: String(id), title: "") }
        if let title = separated(rest) { return AgentHeading(id: String(id), title: title) }
        guard isShort || isKnown(id, known), let word = firstWord(end) else { return nil }
        if refusing.contains(word.lowercased()) { return nil }
        guard end.first?.isLetter == true || end.first?.isNumber == true else { return nil }
        if trailing.contains(word.lowercased()) {
            let after = skip(word, in: end)
            if after.drop(while: \.isWhitespace).isEmpty { return AgentHeading(id: String(id), title: "") }
            if let title = separated(after) { return AgentHeading(id: String(id), title: title) }
        }
        return AgentHeading(id: String(id), title: LineShape.trim(end))
    }

    /// `1. `, `2) `, `Step 3: ` before the heading proper.
    private static func dropNumbering(_ text: Substring) -> Substring {
        let digits = text.prefix { $0.isNumber }
        if !digits.isEmpty {
            let rest = text.dropFirst(digits.count)
            if let mark = rest.first, mark == "." || mark == ")" {
                let tail = rest.dropFirst()
                if tail.first?.isWhitespace == true { return tail.drop(while: \.isWhitespace) }
            }
        }
        guard let word = firstWord(text), word.lowercased() == "step" else { return text }
        let rest = skip(word, in: text)
        let number = rest.prefix { $0.isNumber }
        guard !number.isEmpty else { return text }
        let tail = rest.dropFirst(number.count)
        return tail.drop { !$0.isLetter && !$0.isNumber }
    }

    private static func identifier(_ text: Substring) -> Substring? {
        var end = text.startIndex
        while end < text.endIndex {
            let character = text[end]
            if character.isLetter || character.isNumber || character == "_" {
                end = text.index(after: end)
                continue
            }
            let next = text.index(after: end)
            let isJoint = character == "-" || character == "."
            guard isJoint, end > text.startIndex, next < text.endIndex, text[next].isLetter || text[next].isNumber
            else {
                break
            }
            end = next
        }
        let id = text[..<end]
        return id.isEmpty || id.count > 40 ? nil : id
    }

    private static func firstWord(_ text: Substring) -> Substring? {
        let word = text.prefix { $0.isLetter || $0 == "-" }
        return word.isEmpty ? nil : word
    }

    private static func skip(_ word: Substring, in text: Substring) -> Substring {
        text.dropFirst(word.count).drop { $0 == " " || $0 == "\t" }
    }

    /// The title after a colon, dash, bar or in brackets; `nil` when no separator follows.
    private static func separated(_ text: Substring) -> String? {
        let rest = text.drop(while: \.isWhitespace)
        guard let first = rest.first else { return nil }
        if "([{".contains(first) {
            let close = rest.firstIndex { ")]}".contains($0) } ?? rest.endIndex
            let after = close < rest.endIndex ? rest[rest.index(after: close)...] : ""
            return separated(after) ?? LineShape.trim(rest.dropFirst().prefix { !")]}".contains($0) })
        }
        guard ":—–-|→.•=".contains(first) else { return nil }
        if first == "-" || first == ".", text.first == first, rest.dropFirst().first?.isWhitespace == false,
            !rest.dropFirst().hasPrefix("-")
        {
            return nil
        }
        return LineShape.trim(rest.drop { ":—–-|→.•=> ".contains($0) || $0.isWhitespace })
    }
}
