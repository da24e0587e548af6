package import RunModel

/// A task file for one agent, as triage and dispatch put it into the folder of active prompts.
///
/// What it holds is written so that `switchyard plan` accepts it and `switchyard run` runs it: the branch to go on with
/// as base, the files in scope as ownership, what to fix as the agent's part, the checks that are commands as its tests.
package struct WorkPrompt: Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Goes on with work that was refused.
        case continuation
        /// Makes what other tickets wait for.
        case tooling
        /// Checks work again after what stood in its way is gone.
        case retest
    }

    package var kind: Kind
    package var ticket: TicketID
    package var title: String
    /// Branch the work continues on, where there is one; the result lands there.
    package var base: String?
    /// A sentence or two: why this prompt exists.
    package var reason: String
    /// The part of the agent that did the work before, as its task file had it.
    package var originalPart: String?
    /// What is wrong, one item each.
    package var toFix: [String] = []
    /// Output, file by file or test by test.
    package var output: [String] = []
    package var recommendation: [String] = []
    /// Who tried before, when, and what became of it.
    package var attempts: [(date: String, kind: String, what: String)] = []
    package var criteria: [String] = []
    /// Paths and globs the agent may write; everything when nobody knows.
    package var files: [String] = []
    /// The parts of some of these files that are all the agent may write of them.
    package var parts: [OwnedPart] = []
    package var forbidden: [String] = []
    package var reads: [String] = []
    package var outOfScope: [String] = []
    /// Checks of the ticket; those that are commands become tests.
    package var checks: [String] = []
    /// Path of the blocker or entry it was made from, relative to the repository.
    package var source: String?

    package init(kind: Kind, ticket: TicketID, title: String, reason: String) {
        self.kind = kind
        self.ticket = ticket
        self.title = title
        self.reason = reason
    }

    /// `continuation-TKT-007-1a2b3c4d.md`.
    package static func fileName(_ kind: Kind, _ ticket: TicketID, key: String) -> String {
        LedgerName.make(kind.rawValue, ticket.fileName, key, suffix: ".md")
    }

    /// The ticket and the key in a name that ``fileName(_:_:key:)`` made.
    package static func parts(ofFileName name: String) -> (kind: Kind, ticket: String, key: String)? {
        guard name.hasSuffix(".md"), let kind = Kind.allCases.first(where: { name.hasPrefix($0.rawValue + "-") }) else {
            return nil
        }
        let middle = name.dropLast(3).dropFirst(kind.rawValue.count + 1)
        guard let dash = middle.lastIndex(of: "-") else { return nil }
        return (kind, String(middle[..<dash]), String(middle[middle.index(after: dash)...]))
    }

    /// The task file.
    ///
    /// - Parameter isBare: leaves out the words of others, for a text that the reader of task files would not take.
    /// - Returns: the file's text.
    package func markdown(isBare: Bool = false) -> String {
        var text = ""
        if let base { text += "---\nbase: \"\(Self.yaml(base))\"\n---\n" }
        text += "# \(ticket): \(headline)\n\n"
        text += "> \(PromptText.line(reason))"
        if let source { text += " Made by switchyard from \(PromptText.code(source))." }
        text += "\n\n## File Ownership\n\n| Agent | Files Owned |\n|---|---|\n| \(agent) | \(ownership) |\n\n"
        text += "## Agent \(agent): \(headline)\n\n"
        if let originalPart, !isBare { text += Self.nested(originalPart) + "\n\n" }
        text += "### Task\n\n" + task + "\n\n"
        if !isBare { text += sections }
        text += commandsSection
        text += "### Commit\n\n\(commitMessage)\n"
        return text
    }

    /// The only agent's id.
    package var agent: String { "A" }

    private var headline: String {
        let title = PromptText.line(title, limit: 90).replacing("`", with: "'")
        let kindWords =
            switch kind {
            case .continuation: "go on"
            case .tooling: "make the missing tool"
            case .retest: "check again"
            }
        return title.isEmpty ? kindWords : "\(title) (\(kindWords))"
    }

    private var task: String {
        switch kind {
        case .continuation:
            "The work on \(ticket) was refused. Do what is listed under \"What to fix\", keep what is right already, and prove each point before you stop."
        case .tooling:
            "Other tickets cannot be checked until this exists. Make it as described under \"What to fix\", with a test of its own, and say in your last message how it is used."
        case .retest:
            "What stood in the way of checking \(ticket) is gone. Check every criterion below in the running product, write what you saw for each into the file you own, and change nothing else."
        }
    }

    private var commitMessage: String {
        switch kind {
        case .continuation: "fix: go on with \(ticket)"
        case .tooling: "feat: tooling for \(ticket)"
        // Not the ticket's work: readers of the history take `docs:` for what it is, words about something.
        case .retest: "docs: result of checking \(ticket) again"
        }
    }

    private var sections: String {
        var text = ""
        if !toFix.isEmpty { text += "### What to fix\n\n" + PromptText.list(toFix, limit: 900) + "\n" }
        if !output.isEmpty {
            text +=
                "### What the commands printed\n\n"
                + output.prefix(6).map { PromptText.output($0) + "\n" }.joined()
        }
        if !recommendation.isEmpty {
            text +=
                "### Advice of whoever refused it\n\n" + PromptText.list(recommendation, limit: 900, most: 12) + "\n"
        }
        if !criteria.isEmpty { text += "### Criteria\n\n" + PromptText.list(criteria) + "\n" }
        if !attempts.isEmpty {
            text +=
                "### What was tried before\n\n| Attempt | When | What it was refused for | In words |\n|---|---|---|---|\n"
            for (number, attempt) in attempts.enumerated() {
                text +=
                    "| \(number + 1) | \(PromptText.cell(attempt.date)) | \(PromptText.cell(attempt.kind)) | \(PromptText.cell(attempt.what)) |\n"
            }
            text += "\nDo not repeat an approach that failed.\n\n"
        }
        if !outOfScope.isEmpty { text += "### Out of scope\n\n" + PromptText.list(outOfScope) + "\n" }
        let reads = (reads + [source].compactMap(\.self)).filter { Self.isPath($0) }
        if !reads.isEmpty { text += "### Read First\n\n" + reads.map { "- \(PromptText.code($0))\n" }.joined() + "\n" }
        let forbidden = forbidden.filter { Self.isPath($0) && !files.contains($0) }
        if !forbidden.isEmpty {
            text += "### Files you must not touch\n\n" + forbidden.map { "- \(PromptText.code($0))\n" }.joined() + "\n"
        }
        let byEye = checks.filter { TaskCommands.command($0) == nil }
        if !byEye.isEmpty { text += "### Look at\n\n" + PromptText.list(byEye) + "\n" }
        return text
    }

    private var commandsSection: String {
        let commands = checks.compactMap(TaskCommands.command)
        guard !commands.isEmpty else { return "" }
        return "### Test\n\n```bash\n" + commands.prefix(20).map { $0 + "\n" }.joined() + "```\n\n"
    }

    private var ownership: String {
        let paths = files.map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 }.filter(Self.isPath)
        let known = paths.isEmpty ? ["**/*"] : paths
        var seen: Set<String> = []
        return known.filter { seen.insert($0).inserted }.prefix(60).map { path in
            let notes = parts.filter { $0.path == path }.map { " (\($0.region.note))" }
            return "`\(path)`" + notes.joined()
        }.joined(separator: ", ")
    }

    /// A path inside of the repository that stands in a table cell as it is.
    package static func isPath(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 300 && !text.hasPrefix("/") && !text.hasPrefix("~")
            && !text.split(separator: "/").contains("..")
            && !text.contains(where: { $0.isNewline || $0.isWhitespace || "`|<>\"\\,;:'!#".contains($0) })
            && (text.contains(".") || text.contains("/") || isBareName(text))
            && !text.contains("://") && text.contains(where: \.isLetter)
    }

    /// Files that have no ending by custom.
    private static func isBareName(_ text: String) -> Bool {
        let name = text.lowercased()
        return name.count > 4 && name.hasSuffix("file") && text.first?.isUppercase == true
            || [
                "license", "readme", "changelog", "codeowners", "contributing", "authors", "notice", "version",
                "gradlew",
            ]
            .contains(name)
    }

    private static func yaml(_ text: String) -> String { text.filter { !"\"\\\n".contains($0) } }

    /// An older part under this one: its headings become smaller, so that none is another agent's.
    private static func nested(_ part: String) -> String {
        var isFence = false
        return part.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let trimmed = line.trimmingSpace
            if trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") { isFence.toggle() }
            guard !isFence, trimmed.hasPrefix("#") else { return String(line) }
            let marks = trimmed.prefix { $0 == "#" }.count
            return String(repeating: "#", count: max(3, marks)) + trimmed.dropFirst(marks)
        }.joined(separator: "\n")
    }
}
