import RunModel

/// The agents' parts: prompts, and what they say.
extension TaskFileReader {
    mutating func readAgents() {
        if headings.isEmpty { return readCalls() }
        var agents: [TaskAgent] = []
        for (position, found) in headings.enumerated() {
            let agent = agent(found.heading, section: sections[found.section], blocks: agentRanges[position])
            if let known = agents.firstIndex(where: { $0.id.lowercased() == agent.id.lowercased() }) {
                merge(agent, into: &agents[known])
            } else {
                agents.append(agent)
            }
        }
        result.agents = agents
    }

    /// A second part with the same name: one may describe what the other holds as a prompt.
    private mutating func merge(_ agent: TaskAgent, into known: inout TaskAgent) {
        if known.hasOwnPrompt,
            agent.hasOwnPrompt || !agent.prompt.isEmpty && agent.parts.owned.isEmpty && !agent.hasOwnPrompt
        {
            if agent.hasOwnPrompt { return duplicate(agent, of: known) }
        }
        if !known.hasOwnPrompt, !agent.hasOwnPrompt, !LineShape.isBlank(known.prompt), !LineShape.isBlank(agent.prompt)
        {
            return duplicate(agent, of: known)
        }
        var first = known
        var second = agent
        if agent.hasOwnPrompt || LineShape.isBlank(known.prompt) { swap(&first, &second) }
        first.parts.merge(second.parts)
        if first.title.isEmpty { first.title = second.title }
        known = first
    }

    private mutating func duplicate(_ agent: TaskAgent, of known: TaskAgent) {
        result.findings.append(
            Finding(
                .error,
                "duplicate-agent",
                "agent `\(agent.id)` is defined twice; the first is on line \(known.line)",
                line: agent.line,
                column: agent.column,
                hint: "give each agent its own name, or join the two parts"
            )
        )
    }

    private mutating func agent(_ heading: AgentHeading, section: Section, blocks: Range<Int>) -> TaskAgent {
        var agent = TaskAgent(
            id: heading.id,
            title: heading.title,
            line: section.line,
            column: section.column + 1,
            prompt: "",
            parts: PromptParts(),
            wave: wave(of: section),
            hasOwnPrompt: false
        )
        var skipped: Set<Int> = []
        if let found = call(in: blocks, for: heading.id) {
            skipped.insert(found.block)
            read(found.call, into: &agent)
        } else if let index = promptFence(in: blocks), let fence = document.blocks[index].fence {
            skipped.insert(index)
            agent.prompt = document.text(fence.body)
            agent.hasOwnPrompt = true
            readPrompt(Array(document.lines[fence.body]), into: &agent)
        } else {
            agent.prompt = body(blocks)
        }
        agent.parts.merge(PromptReader.read(document, agent: agent.id, blocks: blocks, skipped: skipped))
        if let hint = defaults(in: blocks, skipped: skipped) {
            agent.parts.model = hint.model ?? agent.parts.model
            agent.parts.isolation = agent.parts.isolation ?? hint.isolation
        }
        agent.parts.model = agent.parts.model ?? ModelName.bracketed(in: section.title)
        if agent.title.isEmpty { agent.title = agent.parts.title ?? "" }
        return agent
    }

    // MARK: Where the prompt is

    private func call(in blocks: Range<Int>, for id: String) -> (block: Int, call: PythonCall)? {
        var first: (block: Int, call: PythonCall)?
        for index in blocks {
            guard let fence = document.blocks[index].fence else { continue }
            for call in fence.calls {
                if let name = Self.name(of: call), AgentMatch.isSame(name.id, id) { return (index, call) }
                if first == nil { first = (index, call) }
            }
        }
        return first
    }

    /// A fence of plain text that is most of the agent's part, or stands under `Prompt`.
    private func promptFence(in blocks: Range<Int>) -> Int? {
        var total = 0
        var best: (index: Int, size: Int)?
        var title = ""
        var named: Int?
        for index in blocks {
            let block = document.blocks[index]
            if case .heading = block.kind { title = Inline.words(block.text) }
            if case .text = block.kind, let bold = Inline.boldLine(block.text) { title = Inline.words(bold) }
            let size = block.lines.count { !LineShape.isBlank(document.lines[$0].text) }
            if !block.isBlank { total += size }
            guard let fence = block.fence, fence.isPlain else { continue }
            if named == nil, title == "prompt" || title == "agent prompt" || title.hasPrefix("prompt for") {
                named = index
            }
            if size > best?.size ?? 2 { best = (index, size) }
        }
        if let named { return named }
        guard let best, best.size * 2 >= total else { return nil }
        return best.index
    }

    /// The part's own lines, without blank lines and rules around them.
    private func body(_ blocks: Range<Int>) -> String {
        var range = blocks
        while let first = range.first, document.blocks[first].isBlank { range = first + 1..<range.upperBound }
        while let last = range.last, document.blocks[last].isBlank { range = range.lowerBound..<last }
        guard let first = range.first, let last = range.last else { return "" }
        return document.text(document.blocks[first].lines.lowerBound..<document.blocks[last].lines.upperBound)
    }

    private mutating func readPrompt(_ lines: [SourceLine], into agent: inout TaskAgent) {
        let prompt = BlockScanner.scan(lines)
        result.steps += prompt.steps
        result.findings += prompt.findings
        agent.parts.merge(PromptReader.read(prompt, agent: agent.id))
    }

    private mutating func read(_ call: PythonCall, into agent: inout TaskAgent) {
        agent.hasOwnPrompt = true
        agent.parts.model = call.text("model").map(ModelName.normal)
        agent.parts.isolation = call.text("isolation")
        agent.parts.engine = call.text("engine")
        guard let prompt = call.prompt else { return }
        agent.prompt = prompt.text
        readPrompt(prompt.lines, into: &agent)
    }

    // MARK: Calls without headings

    /// Every call in the file is an agent when no heading names one.
    private mutating func readCalls() {
        for (index, block) in document.blocks.enumerated() {
            guard let fence = block.fence, !fence.calls.isEmpty else { continue }
            agentRanges.append(index..<index + 1)
            for call in fence.calls {
                let line = document.lines[call.lines.lowerBound]
                let found = Self.name(of: call)
                let id = found?.id ?? String(result.agents.count + 1)
                var agent = TaskAgent(
                    id: id,
                    title: found?.title ?? "",
                    line: line.number,
                    column: line.columnOffset + 1,
                    prompt: "",
                    parts: PromptParts(),
                    wave: nil,
                    hasOwnPrompt: true
                )
                read(call, into: &agent)
                if let known = result.agents.first(where: { $0.id.lowercased() == id.lowercased() }) {
                    duplicate(agent, of: known)
                } else {
                    if agent.title.isEmpty { agent.title = agent.parts.title ?? "" }
                    result.agents.append(agent)
                }
            }
        }
    }

    /// The agent a call names in `name`, `description`, or the first lines of its prompt.
    private static func name(of call: PythonCall) -> AgentHeading? {
        for keyword in ["name", "id", "agent", "description", "title"] {
            guard let text = call.text(keyword) else { continue }
            if let heading = AgentHeading.parse(text) { return heading }
            if let heading = AgentHeading.parse("Agent " + text) { return heading }
            if keyword == "name" || keyword == "id" {
                return AgentHeading(id: text, title: call.text("description") ?? "")
            }
        }
        guard let prompt = call.prompt else { return nil }
        for line in prompt.lines.prefix(8) {
            let text = LineShape.heading(line.text)?.text ?? LineShape.trim(line.text)
            if let heading = AgentHeading.parse(text) { return heading }
            if let range = text.firstRange(of: "You are Agent ") {
                let rest = text[range.upperBound...].split { $0 == "." || $0 == "," }.first.map(String.init) ?? ""
                if let heading = AgentHeading.parse("Agent " + rest) { return heading }
            }
        }
        return nil
    }

    // MARK: Waves and defaults

    /// The number of the `Wave 2` section around an agent.
    private func wave(of section: Section) -> Int? {
        var parent = section.parent
        while let index = parent {
            if let number = WaveTitle.number(sections[index].title) { return number }
            parent = sections[index].parent
        }
        return nil
    }

    /// `model="opus"` and `isolation: "worktree"` in running text.
    func defaults(in blocks: Range<Int>, skipped: Set<Int>) -> (model: String?, isolation: String?)? {
        var model: String?
        var isolation: String?
        for index in blocks where !skipped.contains(index) {
            let block = document.blocks[index]
            guard block.fence == nil, block.table == nil,
                block.text.utf8.contains(0x3D) || block.text.utf8.contains(0x3A)
            else { continue }
            model = model ?? Self.value("model", in: block.text).map(ModelName.normal)
            isolation = isolation ?? Self.value("isolation", in: block.text)
        }
        return model == nil && isolation == nil ? nil : (model, isolation)
    }

    /// The quoted word behind `key=` or `key:`.
    private static func value(_ key: String, in text: String) -> String? {
        var rest = text[...]
        while let range = rest.firstRange(of: key) {
            let after = rest[range.upperBound...].drop { $0 == "`" || $0 == " " || $0 == "*" }
            rest = rest[range.upperBound...]
            guard let mark = after.first, mark == "=" || mark == ":" else { continue }
            let value = after.dropFirst().drop { $0 == " " || $0 == "`" }
            guard let quote = value.first, quote == "\"" || quote == "'" else { continue }
            let word = value.dropFirst().prefix { $0 != quote }
            if !word.isEmpty, word.count < 60 { return String(word) }
        }
        return nil
    }
}

/// Titles that number a wave of agents.
enum WaveTitle {
    static func number(_ title: String) -> Int? {
        let words = Inline.words(title).split(separator: " ")
        guard words.count >= 2, ["wave", "phase", "stage", "round", "batch", "group"].contains(words[0]) else {
            return nil
        }
        let letters = ["one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "first": 1, "second": 2]
        return Int(words[1]) ?? letters[String(words[1])]
    }
}
