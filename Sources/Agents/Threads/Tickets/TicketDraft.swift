package import Foundation
package import RunModel

/// A ticket made from a decision, or what the decision lacks for one.
package struct TicketDraft: Sendable, Hashable {
    /// What a ticket cannot do without.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        case decision, files, steps, criteria

        /// What a person should say, as the rest of a sentence.
        package var wanted: String {
            switch self {
            case .decision: "what shall be done, in words of its own"
            case .files: "which files it is about (paths as they are in the repository)"
            case .steps: "what to do, step by step"
            case .criteria: "how anybody can see that it is done: a value, a text, a behaviour that can be tested"
            }
        }
    }

    package var title: String
    package var priority: String
    package var feature: String?
    package var source: String
    package var issue: String
    package var filesToModify: [String]
    package var steps: [String]
    package var criteria: [String]
    package var decision: String

    /// What is missing; empty when a ticket can be made.
    package var missing: [Part] {
        var missing: [Part] = []
        if SubjectWords(decision).count < 2 { missing.append(.decision) }
        if filesToModify.isEmpty { missing.append(.files) }
        if steps.isEmpty { missing.append(.steps) }
        if criteria.isEmpty { missing.append(.criteria) }
        return missing
    }

    /// Makes the draft.
    ///
    /// - Parameters:
    ///   - choice: what a person decided.
    ///   - thread: where; its posts may name files and criteria.
    ///   - finding: what it is about, if that is known.
    ///   - isFile: whether a path names a file of the repository, or a folder a new file may go to.
    package init(
        _ choice: ThreadChoice,
        thread: DecisionThread,
        finding: ReviewFinding?,
        isFile: (String) -> Bool
    ) {
        let person = thread.messages.filter { $0.role == .human }.map { PersonalSecrets.mask($0.text) }
        let posts = thread.messages.filter { $0.role != .human }.map(\.text)
        decision = PersonalSecrets.mask(choice.text)
        title = Self.title(finding: finding, posts: posts, decision: decision)
        priority = Self.priority(finding?.severity)
        feature = finding?.feature
        source = "Finding \(thread.id)"
        let background = finding?.issue ?? ""
        issue = "**Decision:** \(decision)" + (background.isEmpty ? "" : "\n\n**Background:** \(background)")
        // The nearest to the decision first: what the person wrote, the chosen option, the finding, what was posted.
        let texts =
            [decision] + person + [finding?.suggestedFix, finding?.location, finding?.issue].compactMap(\.self) + posts
        var files: [String] = []
        for text in texts {
            for path in PathMentions.paths(in: text) where isFile(path) && !files.contains(path) { files.append(path) }
        }
        filesToModify = Array(files.prefix(Self.mostFiles))
        // A bare yes to a finding means its fix; words of a person's own stand for themselves.
        let statements = Self.statements(decision)
        steps = Array(statements.prefix(Self.mostSteps))
        let listed = (person + posts).flatMap(Self.listedCriteria)
        criteria = listed.isEmpty ? steps.filter(Self.isTestable).map { "Holds when tested: \($0)" } : listed
    }

    /// A draft of what a person gives field by field.
    package init(title: String, issue: String, priority: String, files: [String], steps: [String], criteria: [String]) {
        self.title = title
        self.priority = Self.priority(priority.lowercased())
        self.issue = issue.isEmpty ? title : issue
        self.steps = steps
        self.criteria = criteria
        source = "Person"
        feature = nil
        filesToModify = files
        decision = title + "\n" + steps.joined(separator: "\n")
    }

    /// Most files a decision may name; more is a project, not a ticket.
    static let mostFiles = 12
    static let mostSteps = 12

    private static func title(finding: ReviewFinding?, posts: [String], decision: String) -> String {
        if let title = finding?.title, !title.isEmpty { return title }
        for post in posts {
            guard let line = post.split(whereSeparator: \.isNewline).first else { continue }
            let text = line.drop { "#*📋🚨 ".contains($0) }.replacing("**", with: "")
            let name = text.firstRange(of: ": ").map { String(text[$0.upperBound...]) } ?? String(text)
            if !name.isEmpty { return String(name.prefix(120)) }
        }
        return String((statements(decision).first ?? decision).prefix(120))
    }

    private static func priority(_ severity: String?) -> String {
        switch severity ?? "" {
        case "critical", "blocker", "urgent": "critical"
        case "high", "major": "high"
        case "low", "minor", "trivial", "info": "low"
        default: "medium"
        }
    }

    /// The sentences and list items of a text that tell something to do.
    static func statements(_ text: String) -> [String] {
        var statements: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            var sentence = ""
            let characters = Array(line)
            for (index, character) in characters.enumerated() {
                sentence.append(character)
                let isEnd =
                    ".!?;".contains(character) && (index + 1 == characters.count || characters[index + 1].isWhitespace)
                if isEnd { append(&sentence, to: &statements) }
            }
            append(&sentence, to: &statements)
        }
        return statements
    }

    private static func append(_ sentence: inout String, to statements: inout [String]) {
        defer { sentence = "" }
        let text = sentence.drop { "-*•> \t0123456789.)".contains($0) }.trimmingSpaces()
        guard Wording.words(text).count > 2 else { return }
        let statement = text.hasSuffix(";") ? String(text.dropLast()) : String(text)
        if !statements.contains(statement) { statements.append(statement) }
    }

    /// Criteria that somebody wrote down as such.
    private static func listedCriteria(_ text: String) -> [String] {
        var criteria: [String] = []
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline).map({ $0.trimmingSpaces() }) {
            let words = Wording.words(line)
            let isItem = line.first.map { "-*•0123456789[".contains($0) } ?? false
            if !isItem || line.hasPrefix("**") {
                isInside =
                    words.contains("criteria") || words.starts(with: ["done", "when"])
                    || words.starts(with: ["testable"])
                continue
            }
            if isInside, words.count > 2 { criteria.append(String(line.drop { "-*•0123456789.[]x) ".contains($0) })) }
        }
        return criteria
    }

    /// Whether a sentence says something that can be seen to hold: a value, a quoted text, a name of code, a rule.
    static func isTestable(_ sentence: String) -> Bool {
        if sentence.contains("`") || sentence.contains("\"") || sentence.contains("“") { return true }
        if sentence.contains(where: \.isNumber) || sentence.contains("@") { return true }
        let words = Wording.words(sentence)
        if words.contains(where: { rules.contains($0) }) { return true }
        // Code names: `markCallCancelled`, `gather_stats`, `call:end`.
        if sentence.split(separator: " ").contains(where: isCodeName) { return true }
        guard let first = words.first, words.count > 4 else { return false }
        return observable.contains(first)
    }

    private static func isCodeName(_ word: Substring) -> Bool {
        let core = word.drop { !$0.isLetter }
        guard core.count > 3 else { return false }
        if core.contains("_") || core.contains("()") { return true }
        return core.dropFirst().contains(where: \.isUppercase) && core.contains(where: \.isLowercase)
    }

    private static let rules: Set<String> = [
        "must", "should", "only", "never", "always", "when", "if", "unless", "until", "every", "no", "not", "dont",
        "without", "before", "after",
        "instead", "both", "all", "each", "any",
    ]
    private static let observable: Set<String> = [
        "add", "show", "hide", "remove", "return", "throw", "log", "send", "reject", "allow", "block", "disable",
        "enable", "delete", "rename",
        "replace", "move", "display", "emit", "store", "save", "require", "prevent", "limit", "cap", "redirect",
        "create", "display", "include",
        "exclude", "validate", "change", "set", "use", "notify", "warn", "mask", "encrypt", "cache", "archive",
        "expose", "extract", "make", "let",
    ]

    /// The ticket as its entry in the file, with every field such entries have.
    package func entry(id: TicketID, now: Date) -> LedgerValue {
        .object([
            ("id", .text(id.rawValue)), ("title", .text(title)), ("priority", .text(priority)),
            ("feature", .text(orNull: feature)),
            ("difficulty", "medium"), ("status", "ready"), ("source", .text(source)), ("issue", .text(issue)),
            ("feature_docs", []),
            ("similar_code", []), ("files_to_modify", .texts(filesToModify)), ("files_to_read", []),
            ("out_of_scope", []),
            ("fix_required", .texts(steps)), ("acceptance_criteria", .texts(criteria)), ("risks", []),
            ("dev_checks", []),
            ("qa_notes", .null), ("parent_ticket_id", .null), ("iteration", 1), ("branch", .null),
            ("worktree_path", .null),
            ("created_at", .text(LedgerStamp.text(now))), ("updated_at", .text(LedgerStamp.text(now))),
        ])
    }
}
