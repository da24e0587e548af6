import RunModel

/// Text, rules and reading lists that hold for every agent.
extension TaskFileReader {
    mutating func readShared() {
        let end = firstAgentBlock
        var text = ""
        for section in sections where section.blocks.lowerBound <= end && !isInAgent(section) {
            if let heading = section.headingBlock, heading >= end { break }
            guard isShared(section) else { continue }
            text += content(of: section, before: end)
            readSharedParts(section, before: end)
        }
        result.sharedContext = LineShape.isBlank(text) ? "" : text
        if let found = defaults(in: 0..<end, skipped: []) {
            result.model = found.model
            result.isolation = found.isolation
        }
    }

    private func isShared(_ section: Section) -> Bool {
        // A label inside shared text, for example `File ownership: only your files`, belongs to that text.
        if section.level >= Section.labelLevel, let parent = section.parent { return isShared(sections[parent]) }
        switch section.kind {
        case .preflight, .ownership, .merge, .verify, .push, .report, .order, .closing, .launch, .role: return false
        case .reads: return !isForOrchestrator(section)
        default: return true
        }
    }

    /// `Read First (YOU, not agents)`.
    private func isForOrchestrator(_ section: Section) -> Bool {
        let words = " " + Inline.words(section.title) + " "
        return words.contains(" not agents ") || words.contains(" orchestrator ") || words.contains(" you not ")
            || section.title.contains("YOU")
                && !words.contains(" all agents ")
    }

    private func content(of section: Section, before end: Int) -> String {
        var text = ""
        let isTop = section.headingBlock == nil || section.level == 1
        if let heading = section.headingBlock, section.level > 1 {
            text += document.text(document.blocks[heading].lines)
        }
        for index in section.blocks where index < end {
            let block = document.blocks[index]
            if case .rule = block.kind { continue }
            if case .comment = block.kind { continue }
            if isTop, !speaksToAgents(block) { continue }
            text += document.text(block.lines)
        }
        return LineShape.isBlank(text.replacing("\n", with: "")) ? "" : text
    }

    /// Text under the title often tells the reader to launch agents; that is not for the agents themselves.
    private func speaksToAgents(_ block: Block) -> Bool {
        if case .quote = block.kind { return false }
        let lower = block.text.lowercased()
        return !lower.contains("orchestrator") && !lower.contains("spawn") && !lower.contains("execute immediately")
    }

    private mutating func readSharedParts(_ section: Section, before end: Int) {
        let range = (section.headingBlock ?? section.blocks.lowerBound)..<min(section.blocks.upperBound, end)
        guard range.lowerBound < range.upperBound else { return }
        var parts = PromptReader.read(document, agent: nil, blocks: range)
        for index in range {
            guard let fence = document.blocks[index].fence, fence.isPlain, fence.calls.isEmpty else { continue }
            let inner = BlockScanner.scan(Array(document.lines[fence.body]))
            result.steps += inner.steps
            parts.merge(PromptReader.read(inner, agent: nil))
        }
        parts.owned = []
        parts.scoped = []
        parts.dependencies = []
        parts.commitMessage = nil
        if section.kind == .scenarios, section.level < Section.boldLevel {
            result.merge.append += parts.records.map(\.path)
            parts.records = []
        }
        result.readOnly += parts.forbidden
        parts.forbidden = []
        result.shared.merge(parts)
    }

    /// Ownership given by lists under headings, rows of names and paths, and prohibitions for all.
    mutating func readOwnershipLists() {
        var owner: String?
        for section in sections where section.kind == .ownership && !isInAgent(section) {
            if section.headingBlock != nil {
                owner =
                    AgentHeading.parse(section.title)?.id ?? AgentMatch.find(section.title, in: result.agents.map(\.id))
            }
            for index in section.blocks {
                let block = document.blocks[index]
                guard block.isLine else { continue }
                result.readOnly += Prohibition.items(block.text, line: document.line(of: block), column: block.column)
                readOwnershipLine(block, &owner)
            }
        }
    }

    private mutating func readOwnershipLine(_ block: Block, _ owner: inout String?) {
        let ids = result.agents.map(\.id)
        var text = block.text
        var column = block.column
        if let split = Self.ownerSplit(text), let id = AgentMatch.find(split.name, in: ids) {
            owner = id
            column += split.length
            text = String(text.dropFirst(split.length))
        } else if let id = AgentMatch.find(text, in: ids) {
            owner = id
            return
        }
        if let cut = PromptReader.exception(text) { text = String(text[..<cut]) }
        let items = PathListReader.read(text, line: document.line(of: block), column: column)
        guard let owner, !items.isEmpty else { return }
        result.rows.append(
            OwnershipTable.Row(owners: [owner], items: items, line: document.line(of: block), column: block.column + 1)
        )
    }

    /// `Agent A: ...`, `**A** — ...`, `B owns ...`: the name and the characters up to the paths.
    private static func ownerSplit(_ text: String) -> (name: String, length: Int)? {
        for mark in [":", " — ", " – ", " - ", " owns ", " may edit ", " may only edit ", " → ", " -> "] {
            guard let range = text.firstRange(of: mark), text.distance(from: text.startIndex, to: range.lowerBound) < 60
            else { continue }
            let head = String(text[..<range.lowerBound])
            let name = SectionKind.withoutBrackets(Inline.plain(head))
            guard name.count <= 24, !name.contains("/") else { continue }
            var length = text.distance(from: text.startIndex, to: range.upperBound)
            for character in text.dropFirst(length) {
                guard character == "*" || character == " " else { break }
                length += 1
            }
            return (name, length)
        }
        return nil
    }
}
