/// A message without what was pasted into it: code fences, quotations, log lines.
struct MessageProse: Sendable, Hashable {
    /// What the person wrote; empty when all of it was pasted.
    let text: String
    let words: [String]
    /// Something was pasted.
    let isPasted: Bool
    /// It says of itself that it is a decision: `Decision: ...`.
    private(set) var isLabelledDecision = false
    private(set) var isLabelledQuestion = false

    init(_ message: String) {
        var kept: [Substring] = []
        var fence: Character?
        var pasted = false
        let source = Self.withoutMarks(message)
        for line in source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let content = line.trimmingSpaces()
            if content.hasPrefix("```") || content.hasPrefix("~~~") {
                fence = fence == nil ? content.first : nil
                pasted = true
            } else if fence != nil || content.hasPrefix("> ") || content == ">" || Self.isLog(content) {
                pasted = true
            } else if !content.isEmpty {
                kept.append(content)
            }
        }
        var body = kept.joined(separator: "\n")
        for label in Self.decisionLabels where body.lowercased().hasPrefix(label) {
            body = String(body.dropFirst(label.count).trimmingSpaces())
            isLabelledDecision = true
            break
        }
        for label in ["question:", "q:"] where body.lowercased().hasPrefix(label) {
            body = String(body.dropFirst(label.count).trimmingSpaces())
            isLabelledQuestion = true
        }
        text = body
        words = Wording.words(body)
        isPasted = pasted
    }

    /// Names, addresses, keys and numbers rather than words.
    var isData: Bool {
        let plain = words.filter { $0.allSatisfy { $0.isLetter } }
        return plain.count * 2 < words.count && words.count > 1 || words.contains { $0.contains("://") }
            || words.contains { $0.contains("@") && $0.contains(".") }
    }

    /// A phrase without a verb that says how something is.
    static func isPhrase(_ words: [String]) -> Bool {
        if let first = words.first,
            ["it", "this", "that", "we", "they", "he", "she", "because", "there"].contains(first)
        {
            return false
        }
        let verbs: Set<String> = [
            "is", "are", "was", "were", "am", "has", "had", "got", "saw", "seems", "looks", "happened", "failed",
            "fails", "works", "did",
            "does", "doesnt", "didnt", "isnt", "cant", "created", "sent", "tried", "found", "keeps", "says", "think",
            "feel", "hate",
            "saves", "helps", "avoids", "told", "said", "wrote", "asked", "complained", "reported", "noticed",
            "remember", "know", "wonder", "love",
            "went", "broke", "crashed",
            "hit", "came", "gets", "makes", "takes", "costs", "means", "needs", "be", "have",
        ]
        return !words.contains { verbs.contains($0) }
    }

    private static let decisionLabels = [
        "custom response:", "custom:", "decision:", "pm decision:", "my decision:", "final decision:", "answer:",
        "my answer:",
        "selected:", "selected option:", "choice:", "my choice:", "response:", "resolution:", "human decision:",
        "owner decision:",
    ]

    private static func withoutMarks(_ message: String) -> String {
        message.replacing("**", with: "").replacing("__", with: " ")
    }

    /// Lines that programs print.
    private static func isLog(_ line: Substring) -> Bool {
        guard line.count > 12 else { return false }
        let folded = line.lowercased()
        if ["at ", "    at"].contains(where: folded.hasPrefix), folded.contains("("), folded.contains(":") {
            return true
        }
        for start in [
            "error:", "error ts", "typeerror", "referenceerror", "syntaxerror", "uncaught ", "traceback", "npm err",
            "warning:", "fatal:",
            "exception", "[error]", "[info]", "[warn]", "[debug]", "info:", "debug:", "warn:", "file \"", "$ ", "{\"",
            "http/1", "panic:", "stack:",
        ]
        where folded.hasPrefix(start) {
            return true
        }
        if line.first == "{" && line.last == "}" || line.first == "[" && line.last == "]" && line.contains(":") {
            return true
        }
        // `2025-01-02T10:00:00 ...` and `[10:00:01] ...`
        let head = line.drop { $0 == "[" }.prefix(10)
        let digits = head.count { $0.isNumber }
        return digits >= 6 && head.contains { "-:/".contains($0) }
    }
}
