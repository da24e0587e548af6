import RunModel

/// The sections about the whole: pre-flight, merge, collect, verify, push, report.
extension TaskFileReader {
    mutating func readPlanSections() {
        readOwnershipLists()
        let first = firstAgentBlock
        for section in sections where !isInAgent(section) {
            readBase(section)
            let isBefore = (section.headingBlock ?? section.blocks.lowerBound) < first
            switch section.kind {
            case .preflight: readPreflight(section)
            case .report: readReport(section)
            case .forbidden: readReadOnly(section, isBefore: isBefore)
            case .scenarios where !isBefore: readSharedRecords(section)
            case .merge, .verify, .push, .closing: readCommands(section)
            case .launch, .other, .order: if !isBefore { readCommands(section) }
            default: break
            }
            readOrder(section)
        }
        if result.reportTemplate == nil { result.reportTemplate = templateAnywhere() }
        readInlinePush()
        for rule in result.merge.collect.indices {
            result.merge.collect[rule].removesSources = result.merge.removed.contains(
                result.merge.collect[rule].pattern
            )
        }
    }

    private mutating func readReadOnly(_ section: Section, isBefore: Bool) {
        // Before the agents the shared text has been read with its prohibitions.
        guard
            !isBefore || section.parent.map({ sections[$0].kind == .ownership || sections[$0].kind == .launch }) == true
        else { return }
        let range = (section.headingBlock ?? section.blocks.lowerBound)..<section.blocks.upperBound
        result.readOnly += PromptReader.read(document, agent: nil, blocks: range).forbidden
        for index in section.blocks where document.blocks[index].isLine {
            let block = document.blocks[index]
            let items = PathListReader.read(block.text, line: document.line(of: block), column: block.column)
            result.readOnly += items.filter { item in !result.readOnly.contains { $0.path == item.path } }
        }
    }

    /// `Append to scenarios.md:` after the agents: a file that grows at its end.
    private mutating func readSharedRecords(_ section: Section) {
        let range = (section.headingBlock ?? section.blocks.lowerBound)..<section.blocks.upperBound
        for record in PromptReader.read(document, agent: nil, blocks: range).records
        where !result.merge.append.contains(record.path) {
            result.merge.append.append(record.path)
        }
    }

    // MARK: Pre-flight

    private mutating func readPreflight(_ section: Section) {
        for index in section.blocks {
            let block = document.blocks[index]
            if let fence = block.fence, fence.isCommands || fence.isPlain {
                for command in ShellCommands.commands(document.lines[fence.body])
                where fence.isCommands || CommandShape.isCommand(command.text, isCode: false) {
                    for step in ShellCommands.steps(command.text) { takePreflight(step, line: command.line) }
                }
            } else if block.isLine {
                for span in Inline.codeSpans(block.text)
                where CommandShape.isCommand(span.text, isCode: true) && span.text.contains(" ") {
                    for step in ShellCommands.steps(span.text) { takePreflight(step, line: document.line(of: block)) }
                }
                if block.text.contains("EnterWorktree"), let name = Inline.codeSpans(block.text).last?.text,
                    name != "EnterWorktree",
                    !name.contains(" "), !name.contains("(")
                {
                    result.merge.ownBranch = name
                }
            }
        }
    }

    private mutating func takePreflight(_ step: String, line: Int) {
        let words = ShellCommands.words(step)
        if words.first == "git", words.count > 1, ["checkout", "switch"].contains(words[1]), result.base == nil {
            let operands = words.dropFirst(2)
            if !operands.contains(where: { $0.hasPrefix("-") }), let branch = operands.first, branch != "." {
                result.base = branch
            }
        }
        let handling: PreflightStep.Handling
        switch words.first {
        case "git":
            let native = ["checkout", "switch", "pull", "fetch", "log", "status", "worktree", "branch", "rev-parse"]
            handling = words.count > 1 && native.contains(words[1]) ? .native : .skipped
        case "cd", "echo", "source", ".", "pwd": handling = .noted
        default: handling = .skipped
        }
        result.preflight.append(PreflightStep(command: step, handling: handling, line: line))
    }

    // MARK: Report

    private mutating func readReport(_ section: Section) {
        guard result.reportTemplate == nil else { return }
        for index in section.blocks {
            if let fence = document.blocks[index].fence, fence.isPlain {
                result.reportTemplate = document.text(fence.body)
                return
            }
        }
    }

    /// A fence elsewhere after the agents that has the blanks of a report.
    private func templateAnywhere() -> String? {
        for section in sections where !isInAgent(section) && section.kind != .preflight {
            for index in section.blocks {
                guard let fence = document.blocks[index].fence, fence.isPlain, fence.calls.isEmpty else { continue }
                let text = document.text(fence.body)
                if text.contains("[PASS/FAIL]") || text.contains("[pass/fail]") { return text }
            }
        }
        return nil
    }

    // MARK: Commands

    private mutating func readCommands(_ section: Section) {
        let isVerifying = section.kind == .verify || section.kind == .merge
        for index in section.blocks {
            let block = document.blocks[index]
            if let fence = block.fence {
                guard fence.isCommands || (fence.isPlain && section.kind != .closing) else { continue }
                // Under any title, what stands in one fence with the merges checks their result.
                let isMerging = document.lines[fence.body].contains { LineShape.trim($0.text).hasPrefix("git merge ") }
                readShell(fence, isVerifying: (isVerifying || isMerging) && result.merge.push == nil)
            } else if block.isLine, section.kind == .verify {
                let spans = Inline.codeSpans(block.text).filter {
                    CommandShape.isCommand($0.text, isCode: true) && $0.text.contains(" ")
                }
                for span in spans { takeVerify(span.text) }
                if spans.isEmpty, CommandShape.isCommand(block.text, isCode: false) { takeVerify(block.text) }
            } else if block.isLine, section.kind == .merge {
                for span in Inline.codeSpans(block.text) where span.text.hasPrefix("git merge ") {
                    takeMerge(span.text, line: document.line(of: block), column: block.column + span.column)
                }
            }
        }
    }

    private mutating func readShell(_ fence: Fence, isVerifying: Bool) {
        let lines = document.lines[fence.body]
        var loop: (name: String, values: [String])?
        for line in lines where line.text.contains("#") && line.text.lowercased().contains("merge") {
            let text = LineShape.trim(line.text)
            if text.hasPrefix("#") { result.merge.sentences.append(.init(text: text, line: line.number, column: 1)) }
        }
        for command in ShellCommands.commands(lines) {
            if !fence.isCommands, !CommandShape.isCommand(command.text, isCode: false) { continue }
            let text = fence.isPowerShell ? command.text.replacing("\\", with: "/") : command.text
            for step in ShellCommands.steps(text) {
                let words = ShellCommands.words(step)
                if words.first == "for", words.count > 3, words[2] == "in" {
                    loop = (words[1], Array(words[3...]))
                    continue
                }
                take(step, words: words, loop: loop, command: command, isVerifying: isVerifying)
                if words.first == "done" { loop = nil }
            }
        }
    }

    private mutating func take(
        _ step: String,
        words: [String],
        loop: (name: String, values: [String])?,
        command: ShellCommands.Command,
        isVerifying: Bool
    ) {
        var words = words
        if words.first == "do" || words.first == "then" { words.removeFirst() }
        switch words.first?.lowercased() {
        case "git" where words.count > 1 && words[1] == "merge":
            if let loop, words.contains(where: { $0.contains("$" + loop.name) || $0.contains("${" + loop.name) }) {
                for value in loop.values {
                    result.merge.lines.append(
                        .init(branch: value, message: nil, line: command.line, column: command.column + 1)
                    )
                }
            } else {
                takeMerge(step, line: command.line, column: command.column)
            }
        case "git" where words.count > 1 && words[1] == "push": takePush(words, line: command.line)
        case "git" where words.count > 2 && ["checkout", "switch"].contains(words[1]) && result.base == nil:
            if !words[2].hasPrefix("-"), !words.dropFirst(2).contains("--") { result.base = words[2] }
        case "cat", "get-content", "gc", "type": takeCat(words, loop: loop, line: command.line)
        case "rm", "remove-item", "del": result.merge.removed += words.dropFirst().filter { !$0.hasPrefix("-") }
        default:
            guard isVerifying, loop == nil, let first = words.first else { return }
            let housekeeping = [
                "git", "cat", "rm", "cp", "mv", "mkdir", "tee", "done", "fi", "if", "then", "else", "sleep", "gh", "do",
                "cd", "bash_",
            ]
            if housekeeping.contains(first) || first.hasPrefix("#") || step.contains("notify") || step.contains(">>") {
                return
            }
            takeVerify(step)
        }
    }

    private mutating func takeVerify(_ text: String) {
        let command = ShellCommands.withoutComment(text)
        switch PromptReader.effect(of: command) {
        case .none: break
        case .setup: if !result.merge.verifySetup.contains(command) { result.merge.verifySetup.append(command) }
        case .command: if !result.merge.verify.contains(command) { result.merge.verify.append(command) }
        }
    }

    private mutating func takeMerge(_ step: String, line: Int, column: Int) {
        var words = ShellCommands.words(step)
        if words.first == "do" { words.removeFirst() }
        guard words.count > 2 else { return }
        let message = ShellCommands.message(words)
        var index = 2
        while index < words.count {
            let word = words[index]
            if ["-m", "-s", "-X", "--message", "--strategy"].contains(word) {
                index += 2
                continue
            }
            if word == "||" || word == "|" || word == "&" { break }
            if !word.hasPrefix("-"), !word.hasPrefix("2>"), !word.hasPrefix(">") {
                result.merge.lines.append(.init(branch: word, message: message, line: line, column: column + 1))
            }
            index += 1
        }
    }

    // MARK: Push

    private mutating func takePush(_ words: [String], line: Int) {
        var operands: [String] = []
        for word in words.dropFirst(2) {
            if word == "||" || word == "|" || word.hasPrefix(">") || word.hasPrefix("2>") || word == "&" { break }
            if word == "--dry-run" || word == "-n" || word == "--tags" || word == "--delete" || word == "-d" { return }
            if word == "-f" || word.hasPrefix("--force") { result.merge.isPushForced = true }
            if !word.hasPrefix("-") { operands.append(word) }
        }
        let remote = operands.first ?? "origin"
        var branch = operands.dropFirst().joined(separator: " ")
        if let colon = branch.lastIndex(of: ":") { branch = String(branch[branch.index(after: colon)...]) }
        if branch.hasPrefix("+") { branch.removeFirst() }
        if branch.hasPrefix("refs/heads/") { branch = String(branch.dropFirst(11)) }
        if branch.isEmpty || branch.contains("$") || branch.hasPrefix("<") || branch.hasPrefix("@") {
            branch = result.merge.ownBranch ?? "HEAD"
        }
        result.merge.push = PushTarget(remote: remote, branch: branch)
        result.merge.pushLine = line
    }

    /// `git push origin main` in backticks, when no fence has it.
    private mutating func readInlinePush() {
        guard result.merge.push == nil else { return }
        for section in sections where [.merge, .push, .verify].contains(section.kind) && !isInAgent(section) {
            for index in section.blocks where document.blocks[index].isLine {
                let block = document.blocks[index]
                let lower = block.text.lowercased()
                if lower.contains("not push") || lower.contains("never") || lower.contains("n't push") { continue }
                for span in Inline.codeSpans(block.text) {
                    for step in ShellCommands.steps(span.text) where step.hasPrefix("git push") {
                        takePush(ShellCommands.words(step), line: document.line(of: block))
                    }
                }
            }
        }
    }
}
