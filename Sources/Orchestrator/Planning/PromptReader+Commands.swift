import RunModel

/// Tests, build steps and the commit message.
extension PromptReader {
    mutating func readTests(_ section: Section) {
        let isCommandLabel = section.level == Section.labelLevel && section.ownKind == .tests
        if let text = section.inlineText {
            let commands = Self.commands(inProse: text)
            if isCommandLabel { update { $0.testCommands += commands } } else { take(commands.map { $0 }) }
        }
        for (_, block) in blocks(section) {
            if let fence = block.fence {
                readTestFence(fence)
            } else if block.isLine {
                readTestLine(block, isStep: false)
            }
        }
    }

    private mutating func readTestFence(_ fence: Fence) {
        guard fence.isShell || fence.isPlain else { return }
        let lines = Array(document.lines[fence.body])
        if fence.isShell, let script = Self.compound(lines) { return take([script]) }
        for command in ShellCommands.commands(lines)
        where fence.isShell || CommandShape.isCommand(command.text, isCode: false) {
            take([command.text])
        }
    }

    /// A fence with loops or here-documents is one command: its lines mean nothing alone.
    private static func compound(_ lines: [SourceLine]) -> String? {
        let isCompound = lines.contains { line in
            let text = LineShape.trim(line.text)
            return text.hasPrefix("for ") || text.hasPrefix("if ") || text.hasPrefix("while ") || text.contains("<<")
        }
        return isCompound ? LineShape.trim(lines.map(\.text).joined(separator: "\n")) : nil
    }

    private mutating func readTestLine(_ block: Block, isStep: Bool) {
        let text = block.text
        let line = document.line(of: block)
        if let found = Self.testFile(text, line: line, column: block.column) {
            update { $0.testFiles += found }
            return
        }
        if !block.isItem, CommandShape.isCommand(text, isCode: false) {
            return take([ShellCommands.withoutComment(text)])
        }
        take(Self.commands(inProse: text))
    }

    /// The file in `Write tests/test_x.py:` or `- tests/test_x.py: what it covers`.
    private static func testFile(_ text: String, line: Int, column: Int) -> [PathItem]? {
        let verbs: Set<String> = ["write", "create", "add", "extend", "update", "put", "implement"]
        let skipped: Set<String> = [
            "tests", "test", "in", "to", "the", "new", "a", "an", "unit", "file", "into", "at", "integration", "pytest",
        ]
        let direct = PathListReader.read(text, line: line, column: column)
        if !direct.isEmpty {
            let files = direct.filter(isTestFile)
            return files.isEmpty ? nil : files
        }
        var rest = Substring(text)
        func drop(_ count: Int) { rest = rest.dropFirst(count).drop { $0 == " " || $0 == ":" } }
        let first = rest.prefix { $0.isLetter }
        guard verbs.contains(first.lowercased()) || ["test", "tests"].contains(first.lowercased()) else { return nil }
        drop(first.count)
        while let word = Optional(rest.prefix { $0.isLetter }), !word.isEmpty, skipped.contains(word.lowercased()),
            rest.dropFirst(word.count).first == " " || rest.dropFirst(word.count).first == ":"
        {
            drop(word.count)
        }
        let files = PathListReader.read(String(rest), line: line, column: column + text.count - rest.count).filter(
            isTestFile
        )
        return files.isEmpty ? nil : files
    }

    /// The commands a sentence names: in backticks, or behind `Run tests:`.
    static func commands(inProse text: String) -> [String] {
        let spans = Inline.codeSpans(text).map(\.text)
        if !spans.isEmpty {
            return spans.filter { CommandShape.isCommand($0, isCode: true) && $0.contains(" ") || $0 == "pytest" }
        }
        if CommandShape.isCommand(text, isCode: false) { return [ShellCommands.withoutComment(text)] }
        guard let colon = text.firstIndex(of: ":") else { return [] }
        let head = text[..<colon].lowercased()
        guard head.hasPrefix("run") || head.contains("command") || head.hasPrefix("execute") || head.contains("suite")
        else { return [] }
        let rest = LineShape.trim(text[text.index(after: colon)...])
        return CommandShape.isCommand(rest, isCode: false) ? [ShellCommands.withoutComment(rest)] : []
    }

    /// Sorts test commands into what prepares the shell and what runs.
    private mutating func take(_ commands: [String]) {
        for command in commands {
            switch command.contains("\n") ? .command : Self.effect(of: command) {
            case .none: break
            case .setup: update { if !$0.testSetup.contains(command) { $0.testSetup.append(command) } }
            case .command: update { if !$0.tests.contains(command) { $0.tests.append(command) } }
            }
        }
    }

    /// A chain counts for its strongest step.
    static func effect(of command: String) -> CommandShape.Effect {
        let effects = ShellCommands.steps(command).map(CommandShape.effect)
        if effects.contains(where: { if case .command = $0 { true } else { false } }) { return .command }
        if effects.contains(where: { if case .setup = $0 { true } else { false } }) { return .setup }
        return .none
    }

    // MARK: Build

    mutating func readBuild(_ section: Section) {
        for (_, block) in blocks(section) {
            if let fence = block.fence, fence.isShell {
                let script = script(fence)
                update { $0.scripts.append(script) }
            } else if block.isLine {
                readStep(block)
            }
        }
    }

    mutating func readOther(_ section: Section) {
        for (_, block) in blocks(section) {
            if let fence = block.fence, fence.isShell {
                let script = script(fence)
                update { $0.otherScripts.append(script) }
            }
        }
    }

    private func script(_ fence: Fence) -> ScriptBlock {
        ScriptBlock(
            language: fence.language,
            body: document.text(fence.body),
            line: document.number(fence.body.lowerBound)
        )
    }

    /// `Run tests: pytest ...` and `Write 2 scenarios to x.md` among numbered steps.
    private mutating func readStep(_ block: Block) {
        let lower = block.text.lowercased()
        if lower.contains("scenario") || lower.contains("changelog") {
            takeRecord(block.text, line: document.line(of: block), column: block.column)
        }
        guard lower.hasPrefix("run") || lower.hasPrefix("test") else { return }
        let commands = Self.commands(inProse: block.text).filter { CommandShape.runsTests($0) }
        update { parts in parts.stepTests += commands.filter { !parts.stepTests.contains($0) } }
    }

    // MARK: Commit

    mutating func readCommit(_ section: Section) {
        guard parts.commitMessage == nil else { return }
        if let text = section.inlineText { return setMessage(Self.bare(text)) }
        var prose: String?
        for (_, block) in blocks(section) {
            if let fence = block.fence {
                let lines = Array(document.lines[fence.body])
                if let message = Self.commitMessage(lines) { return setMessage(message) }
                if fence.isPlain, !lines.contains(where: { $0.text.hasPrefix("git ") }) {
                    return setMessage(LineShape.trim(lines.map(\.text).joined(separator: "\n")))
                }
            } else if block.isLine {
                let lines = Array(
                    document.lines[block.lines.lowerBound..<min(block.lines.lowerBound + 30, document.lines.count)]
                )
                if block.text.contains("git commit") {
                    if let message = Self.commitMessage(lines) { return setMessage(message) }
                } else if prose == nil, !block.text.hasPrefix("git "), let message = Self.message(inProse: block.text) {
                    prose = message
                }
            }
        }
        if let prose { setMessage(prose) }
    }

    private mutating func setMessage(_ message: String) {
        guard !message.isEmpty else { return }
        update { $0.commitMessage = $0.commitMessage ?? message }
    }

    private static func bare(_ text: String) -> String {
        var view = Substring(LineShape.trim(text))
        for mark in ["`", "\"", "'"] where view.count > 2 && view.hasPrefix(mark) && view.hasSuffix(mark) {
            view = view.dropFirst().dropLast()
        }
        return String(view)
    }

    private static func message(inProse text: String) -> String? {
        let lower = text.lowercased()
        if let span = Inline.codeSpans(text).first?.text, span != text {
            let isMessage = span.contains(": ") || lower.contains("message")
            if isMessage, !CommandShape.isCommand(span, isCode: true) { return bare(span) }
            if lower.hasPrefix("commit") || lower.hasPrefix("use") { return nil }
        }
        for start in [
            "commit your", "commit all", "commit the", "commit early", "commit often", "commit to", "commit only",
            "do not",
            "don't", "commit with", "stage", "one commit", "make sure", "run ", "commit after", "commit when",
        ] where lower.hasPrefix(start) {
            return nil
        }
        for label in ["message:", "commit message:", "commit:"] where lower.hasPrefix(label) {
            return bare(String(text.dropFirst(label.count)))
        }
        return bare(text)
    }

    /// The message of the first `git commit -m`, here-documents included.
    static func commitMessage(_ lines: [SourceLine]) -> String? {
        for (index, line) in lines.enumerated() {
            guard let range = line.text.firstRange(of: "git commit") else { continue }
            let tail = String(line.text[range.lowerBound...])
            if tail.contains("<<") {
                let body = lines[(index + 1)...].prefix(40).prefix {
                    !["EOF", "MSG", "END"].contains(LineShape.trim($0.text))
                }
                let text = LineShape.trim(body.map(\.text).joined(separator: "\n"))
                if !text.isEmpty { return text }
            }
            for step in ShellCommands.steps(tail.replacing("`", with: "")) where step.hasPrefix("git commit") {
                if let message = ShellCommands.message(ShellCommands.words(step)) { return message }
            }
        }
        return nil
    }

    // MARK: Anywhere

    /// What counts in any section: a commit command, `Depends on:`, `Model:`.
    mutating func readAnywhere(_ range: Range<Int>) {
        for index in range where !skipped.contains(index) {
            let block = document.blocks[index]
            if parts.commitMessage == nil {
                if let fence = block.fence, fence.isShell || fence.isPlain, fence.calls.isEmpty {
                    if let message = Self.commitMessage(Array(document.lines[fence.body])) { setMessage(message) }
                } else if block.isLine, block.text.contains("git commit"), block.text.contains("-m"),
                    let message = Self.commitMessage([document.lines[block.lines.lowerBound]])
                {
                    setMessage(message)
                }
            }
            guard block.isLine else { continue }
            readKeyed(block)
        }
    }

    private mutating func readKeyed(_ block: Block) {
        guard let colon = block.text.firstIndex(of: ":"),
            block.text.distance(from: block.text.startIndex, to: colon) < 40
        else { return }
        let key = Inline.words(String(block.text[..<colon]))
        let value = LineShape.trim(block.text[block.text.index(after: colon)...].drop { $0 == "*" || $0 == " " })
        guard !value.isEmpty else { return }
        let line = document.line(of: block)
        let column = block.column + block.text.count - value.count
        let word = Inline.plain(value).split { $0.isWhitespace || $0 == "," || $0 == "(" }.first.map(String.init)
        update { parts in
            switch key {
            case "depends on", "dependencies", "depends", "dependency", "blocked by", "wait for", "waits for",
                "requires agent", "runs after",
                "run after", "after":
                parts.dependencies.append((value, line, column))
            case "model": parts.model = parts.model ?? word.map(ModelName.normal)
            case "isolation": parts.isolation = parts.isolation ?? word?.lowercased()
            case "engine": parts.engine = parts.engine ?? word?.lowercased()
            default: break
            }
        }
    }
}

/// Names of models as people write them.
enum ModelName {
    /// The family named in brackets in a heading: `Agent B (opus): ...`.
    static func bracketed(in title: String) -> String? {
        let words = title.lowercased().split { !$0.isLetter && $0 != "(" && $0 != ")" }
        let families = ["opus", "sonnet", "haiku"]
        return families.first { family in words.contains { $0 == "(\(family))" } }
    }

    /// Lower case for a bare family name (`Sonnet`, `**Opus**`); anything else as written.
    static func normal(_ text: String) -> String {
        let plain = Inline.plain(text).filter { $0 != "\"" && $0 != "'" }
        let trimmed = LineShape.trim(plain)
        return trimmed.allSatisfy(\.isLetter) ? trimmed.lowercased() : trimmed
    }
}
