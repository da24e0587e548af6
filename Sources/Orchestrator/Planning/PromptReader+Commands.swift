import RunModel

/// Tests and build steps.
extension PromptReader {
    mutating func readTests(_ section: Section) {
        let isCommandLabel =
            section.level == Section.labelLevel && section.ownKind == .tests
            && Inline.hasWords(Inline.words(section.title), "command")
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
        guard fence.isCommands || fence.isPlain else { return }
        let lines = Array(document.lines[fence.body])
        if fence.isShell, let script = Self.compound(lines) { return take([script]) }
        for command in ShellCommands.commands(lines)
        where fence.isCommands || CommandShape.isCommand(command.text, isCode: false) {
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
}
