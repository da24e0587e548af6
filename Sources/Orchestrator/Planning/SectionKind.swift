/// What a section of a task file or of a prompt is about, by its title.
enum SectionKind: Hashable, Sendable {
    case preflight, ownership, forbidden, reads, outputs, build, tests, scenarios, changelog, commit
    case merge, verify, push, report, order, closing, launch, role
    case other

    /// Sections in which no agent's part stands.
    var excludesAgents: Bool {
        switch self {
        case .preflight, .ownership, .forbidden, .reads, .merge, .verify, .push, .report, .order, .closing: true
        default: false
        }
    }

    /// Sections of a prompt that say what one agent has to do or may touch.
    var isPromptPart: Bool {
        switch self {
        case .ownership, .forbidden, .reads, .outputs, .build, .tests, .scenarios, .changelog, .commit: true
        default: false
        }
    }

    /// Reads a title; `nil` when it says none of them.
    static func of(_ title: String, isPrompt: Bool) -> SectionKind? {
        guard title.utf8.count < 300 else { return nil }
        let head = Self.withoutBrackets(title)
        let words = Inline.words(head)
        func has(_ phrases: String...) -> Bool { phrases.contains { Inline.hasWords(words, $0) } }
        func starts(_ phrases: String...) -> Bool { phrases.contains { words == $0 || words.hasPrefix($0 + " ") } }

        if isForbidden(words) { return .forbidden }
        if starts(
            "read first",
            "required reading",
            "must read",
            "reading list",
            "files to read",
            "read these",
            "read before"
        )
            || words == "read" || words == "reads" || starts("context files", "reference files", "key files to read")
        {
            return .reads
        }
        if isPrompt { return promptKind(words: words, has: { Inline.hasWords(words, $0) }) }
        return planKind(words: words, has: { Inline.hasWords(words, $0) })
    }

    static func isForbidden(_ words: String) -> Bool {
        let phrases = [
            "must not touch", "do not touch", "dont touch", "not touch", "do not modify", "dont modify",
            "must not modify",
            "do not edit", "dont edit", "must not edit", "never touch", "never modify", "never edit", "off limits",
            "hands off",
            "forbidden", "no touch", "untouchable", "may not touch", "may not modify", "not allowed", "do not change",
            "must not change", "files you do not own", "cannot touch", "should not touch", "out of bounds",
            "no agent may modify",
            "no agent may touch", "out of scope",
        ]
        if phrases.contains(where: { Inline.hasWords(words, $0) }) { return true }
        return words == "read only" || words == "readonly" || words.hasPrefix("read only files")
            || words.hasPrefix("read only paths") || words == "files read only" || words == "protected files"
    }

    private static func ownership(_ words: String, _ has: (String) -> Bool) -> Bool {
        let phrases = [
            "file ownership", "files you own", "files owned", "owned files", "you own", "files to modify",
            "files to create",
            "files to edit", "files to change", "owned paths", "files you may", "files i own", "ownership",
            "terminal overview",
            "agent overview", "file scope", "your files", "file list", "allowed files", "files in scope",
            "file assignments",
            "file assignment", "owns", "files you can", "file map", "file allocation", "files allowed", "paths you own",
        ]
        return phrases.contains(where: has) || words == "files" || words == "owned" || words == "paths"
    }

    private static func promptKind(words: String, has: (String) -> Bool) -> SectionKind? {
        if ownership(words, has) || words == "scope" || words == "in scope" { return .ownership }
        let first = words.split(separator: " ").first.map(String.init) ?? ""
        if words.hasPrefix("output file") || words == "outputs" || words == "output"
            || words.hasPrefix("files to produce")
            || words.hasPrefix("expected output") || words == "deliverables" || words.hasPrefix("your output file")
            || words == "artifacts"
        {
            return .outputs
        }
        if first == "scenario" || first == "scenarios" { return .scenarios }
        if first == "changelog" { return .changelog }
        if words == "commit" || words.hasPrefix("commit message") || words.hasPrefix("commit format")
            || words == "git commit"
            || words.hasPrefix("commit and") || words == "commit push" || words.hasPrefix("commit your")
            || words == "git" || words == "final commit"
        {
            return .commit
        }
        if ["test", "tests", "testing", "verify", "verification", "validation"].contains(first)
            || [
                "run tests", "how to test", "acceptance tests", "unit tests", "required tests", "write tests",
                "check with", "checks",
            ].contains(words)
            || words.hasPrefix("tests to") || words.hasPrefix("test command")
        {
            return .tests
        }
        if ["build", "steps", "implementation", "implement", "commands", "script"].contains(first)
            || ["what to build", "what to do", "your task", "tasks", "work", "the work", "to do", "changes", "do"]
                .contains(words)
        {
            return .build
        }
        if first == "checkchat" || first == "checkquad" || first == "context" || first == "problem"
            || first == "background"
            || words.hasPrefix("design token")
        {
            return .other
        }
        return nil
    }

    private static func planKind(words: String, has: (String) -> Bool) -> SectionKind? {
        let first = words.split(separator: " ").first.map(String.init) ?? ""
        if words.hasPrefix("pre flight") || first == "preflight" || words == "setup" || words.hasPrefix("setup ")
            || words.hasPrefix("before you start") || words == "bootstrap" || words == "prerequisites"
            || words == "environment setup"
        {
            return .preflight
        }
        if [
            "build order", "execution order", "run order", "launch order", "dependency order", "execution plan",
            "sequencing",
            "dependency graph", "dependencies", "waves", "execution waves", "agent order", "spawn order",
            "order of execution",
            "execution sequence", "agent dependencies",
        ].contains(where: { words == $0 || words.hasPrefix($0 + " ") }) {
            return .order
        }
        if ownership(words, has) { return .ownership }
        if has("report template") || words == "report" || first == "report" || has("final report")
            || has("completion report")
            || has("summary report") || has("status report") || words == "output report" || words == "session report"
        {
            return .report
        }
        if has("merge validation") || has("post merge verification") || has("post merge validation")
            || has("post merge checks")
            || [
                "validation", "verification", "verify", "final validation", "final verification", "post merge",
                "final checks", "definition of done", "before push", "before pushing", "before the push",
            ]
            .contains(words) || first == "verify" || has("post merge tests") || has("integration tests")
            || has("merge verification") || first == "validation" || first == "verification"
        {
            return .verify
        }
        if first == "checkquad" || first == "checkchat" || has("session close") || words.hasPrefix("close")
            || first == "cleanup"
            || words.hasPrefix("clean up") || has("signal done") || words == "wrap up" || has("checkquad close")
        {
            return .closing
        }
        if has("merge") || has("merging") || words.hasPrefix("post agent") || words.hasPrefix("after all")
            || has("integration order")
            || words.hasPrefix("collect") || words.hasPrefix("consolidate") || words == "integration" || words == "land"
            || words == "landing order" || words.hasPrefix("after agents")
        {
            return .merge
        }
        if first == "push" || has("commit push") || words.hasPrefix("publish") || words == "ship" || has("and push") {
            return .push
        }
        if words.hasPrefix("your role") || words == "role" || words.hasPrefix("orchestrator") { return .role }
        if words.hasPrefix("launch") || words.hasPrefix("spawn") || words.hasPrefix("agent definitions")
            || words.hasPrefix("agent prompts") || words == "agents" || words.hasPrefix("agent tasks")
        {
            return .launch
        }
        if first == "scenarios" || first == "scenario" { return .scenarios }
        if words.hasPrefix("output file") { return .outputs }
        if words.hasPrefix("test command") || words == "tests" || words == "testing" { return .tests }
        return nil
    }

    /// The title before a bracketed remark, unless nothing is left.
    static func withoutBrackets(_ title: String) -> String {
        guard let bracket = title.firstIndex(of: "(") else { return title }
        let head = LineShape.trim(title[..<bracket])
        return head.isEmpty ? title : head
    }
}
