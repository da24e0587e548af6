/// Names a ticket: `TKT-005b`, `TKT-007-V2`, `SEC-001`, `SPRINT-82-1B`.
///
/// Ids that differ in case alone are one ticket; the id is kept in its usual spelling: letters before the number in
/// capitals, the letter after it small.
package struct TicketID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    /// Takes a field's text as an id: its usual spelling where it has the usual shape, else the text, trimmed.
    ///
    /// What is joined to the number belongs to the id (`TKT-007-FOLLOWUP` is another ticket than `TKT-007`), but for
    /// stamps and words that tell what became of it (`TKT-003-FAILED-20251207`).
    ///
    /// `nil` for an empty text and for words that stand for none, such as `unknown` or `N/A`.
    package init?(_ text: String) {
        let text = text.trimmingSpace.trimmingQuotes
        guard !text.isEmpty, !Self.placeholders.contains(text.lowercased()) else { return nil }
        if let found = TicketID(exactly: text) ?? Self.first(in: text, isAnyPrefix: true) {
            self = found
        } else {
            rawValue = String(text.prefix(120))
        }
    }

    /// Takes a text that is an id of the usual shape and nothing else.
    package init?(exactly text: String) {
        let bytes = Array(text.utf8.prefix(121))
        let word = bytes.prefix { $0.isLetterOrDigit }.count
        guard bytes.count <= 120, bytes.first?.isLetter == true,
            let (id, after) = Self.id(in: bytes, from: 0, word: word, isAnyPrefix: true)
        else { return nil }
        let rest = bytes[after...]
        guard rest.first.map({ !$0.isLetterOrDigit }) ?? true,
            rest.allSatisfy({ $0.isLetterOrDigit || $0.isJoint })
        else { return nil }
        let parts = rest.split { !$0.isLetterOrDigit }.map { String(decoding: $0, as: UTF8.self) }
        self = id.joined(with: parts.prefix { !Self.tellsOutcome($0) })
    }

    package init(canonical: String) { rawValue = canonical }

    package var description: String { rawValue }

    package static func < (left: TicketID, right: TicketID) -> Bool { left.rawValue < right.rawValue }

    package static func == (left: TicketID, right: TicketID) -> Bool { left.folded == right.folded }

    package func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    private var folded: String { rawValue.lowercased() }

    /// The id as a part of a file name: nothing that leads out of a folder, at most 80 bytes.
    package var fileName: String {
        var name = ""
        for scalar in rawValue.unicodeScalars {
            let isKept =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "-" || scalar == "_"
            name.unicodeScalars.append(isKept ? scalar : "-")
        }
        name = String(name.prefix(80))
        return name.allSatisfy { $0 == "-" } ? "ticket" : name
    }

    /// The id without what is joined to its number: what a file's name is known to hold of it.
    package var base: TicketID { Self.first(in: rawValue, isAnyPrefix: true) ?? self }

    private static let placeholders: Set<String> = [
        "unknown", "n/a", "na", "none", "null", "undefined", "nil", "-", "tbd", "ticket", "ticket_id", "ticket-id", "?",
    ]

    /// Prefixes that name tickets wherever they stand in prose; others (`UTF-8`, `AES-128`) may be anything.
    static let knownPrefixes: Set<String> = [
        "TKT", "SEC", "BUG", "FEAT", "TASK", "TICKET", "ISSUE", "STORY", "FIX", "HOTFIX", "CHORE", "TOOL", "TOOLING",
        "OPS", "INFRA", "PERF", "DOC", "DOCS", "DEBT", "REFACTOR", "SPIKE", "EPIC", "DEV", "QOL", "A11Y", "SRE", "PLAT",
    ]

    /// The first id in a text: in prose only with a known prefix, in a field or a file name with any.
    package static func first(in text: String, isAnyPrefix: Bool = false) -> TicketID? {
        all(in: text, isAnyPrefix: isAnyPrefix, limit: 1).first
    }

    /// All ids in a text in their order, each once.
    ///
    /// - Parameters:
    ///   - text: prose, a branch, a file name.
    ///   - isAnyPrefix: takes prefixes that are not known for tickets too.
    ///   - isWhole: capitals and digits joined to an id belong to it: `TKT-007-FOLLOWUP` does not name `TKT-007`.
    ///   - limit: most ids.
    /// - Returns: the ids; empty when the text names none.
    package static func all(
        in text: String,
        isAnyPrefix: Bool = false,
        isWhole: Bool = false,
        limit: Int = 100
    ) -> [TicketID] {
        var found: [TicketID] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count, found.count < limit {
            guard bytes[index].isLetter, index == 0 || !bytes[index - 1].isLetterOrDigit else {
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, bytes[end].isLetterOrDigit { end += 1 }
            let word = end
            if var (id, after) = id(in: bytes, from: index, word: word, isAnyPrefix: isAnyPrefix) {
                while isWhole, let (part, end) = capitals(in: bytes, after: after) {
                    (id, after) = (id.joined(with: [part]), end)
                }
                if !found.contains(id) { found.append(id) }
                index = after
            } else {
                index = word
            }
        }
        return found
    }

    private func joined(with parts: some Sequence<String>) -> TicketID {
        TicketID(canonical: ([rawValue] + parts).joined(separator: "-"))
    }

    /// The part of a name that is joined to what ends at a place, when it is no word of prose.
    private static func capitals(in bytes: [UInt8], after place: Int) -> (part: String, end: Int)? {
        guard place < bytes.count, bytes[place].isJoint else { return nil }
        let rest = bytes[(place + 1)...].prefix { $0.isLetterOrDigit }
        let part = String(decoding: rest, as: UTF8.self)
        guard !part.isEmpty, part == part.uppercased(), !tellsOutcome(part) else { return nil }
        return (part, rest.endIndex)
    }

    /// A part of a name that is a stamp or says what became of the ticket.
    private static func tellsOutcome(_ part: String) -> Bool {
        part.prefix { $0.isNumber }.count >= 4 || outcomes.contains(part.lowercased())
    }

    private static let outcomes: Set<String> = [
        "failed", "failure", "fail", "blocked", "blocker", "passed", "done", "error", "result", "results", "report",
        "qa",
        "ci", "test", "tests", "retest", "regression", "tooling", "infrastructure", "environment", "continuation",
        "retry", "attempt", "iteration", "wip",
    ]

    private static func id(
        in bytes: [UInt8],
        from start: Int,
        word: Int,
        isAnyPrefix: Bool
    ) -> (TicketID, after: Int)? {
        let prefix = String(decoding: bytes[start..<word], as: UTF8.self).uppercased()
        guard (2...10).contains(prefix.count), isAnyPrefix || knownPrefixes.contains(prefix) else { return nil }
        guard word + 1 < bytes.count, bytes[word].isJoint, bytes[word + 1].isDigit else {
            return nil
        }
        var end = word + 1
        while end < bytes.count, bytes[end].isDigit { end += 1 }
        // Longer numbers are stamps.
        guard end - word <= 6 else { return nil }
        var name = prefix + "-" + String(decoding: bytes[(word + 1)..<end], as: UTF8.self)
        if end < bytes.count, bytes[end].isLetter {
            guard end + 1 == bytes.count || !bytes[end + 1].isLetterOrDigit else { return nil }
            name += String(decoding: [bytes[end] | 0x20], as: UTF8.self)
            end += 1
        }
        // A second version: `-V2`, `-v2`.
        if end + 2 < bytes.count, bytes[end].isJoint, bytes[end + 1] | 0x20 == 0x76 {
            var digits = end + 2
            while digits < bytes.count, bytes[digits].isDigit { digits += 1 }
            if digits > end + 2, digits == bytes.count || !bytes[digits].isLetterOrDigit {
                name += "-V" + String(decoding: bytes[(end + 2)..<digits], as: UTF8.self)
                end = digits
            }
        }
        return (TicketID(canonical: name), end)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
    fileprivate var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    fileprivate var isLetterOrDigit: Bool { isDigit || isLetter }
    /// Joins the parts of a name.
    fileprivate var isJoint: Bool { self == 0x2D || self == 0x5F }
}

extension String {
    fileprivate var trimmingQuotes: String {
        guard count >= 2, let first, first == last, "\"'`".contains(first) else { return self }
        return String(dropFirst().dropLast()).trimmingSpace
    }
}
