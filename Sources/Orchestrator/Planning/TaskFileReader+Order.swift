/// What the file says about the order of merging and of work.
extension TaskFileReader {
    mutating func readOrder(_ section: Section) {
        if section.headingBlock != nil, hasArrow(section.title) {
            classify(section.title, section.line, section.column, section)
        }
        if let text = section.inlineText {
            classify(section.title + ": " + text, section.line, section.inlineColumn, section)
        }
        for index in section.blocks {
            let block = document.blocks[index]
            let line = document.line(of: block)
            switch block.kind {
            case .text, .item, .quote:
                classify(block.text, line, block.column, section)
                if case .item(let ordinal) = block.kind, ordinal != nil || section.ownKind == .order {
                    stage(block, line, section)
                }
            case .fence(let fence) where fence.isPlain && fence.calls.isEmpty && section.kind == .order:
                for inner in document.lines[fence.body] {
                    classify(LineShape.trim(inner.text), inner.number, inner.columnOffset, section)
                }
            case .table(let table): waves(table)
            default: break
            }
        }
    }

    private func hasArrow(_ text: String) -> Bool {
        text.contains("→") || text.contains("->") || text.contains("=>") || text.contains("⟶") || text.contains("➜")
    }

    private mutating func classify(_ text: String, _ line: Int, _ column: Int, _ section: Section) {
        let lower = text.lowercased()
        let claim = OrderParts.Claim(text: text, line: line, column: column + 1)
        let isSequence = hasArrow(text) || section.kind == .merge && lower.contains(" then ")
        if lower.contains("merge") && (lower.contains("order") || isSequence) || section.kind == .merge && isSequence {
            result.merge.sentences.append(.init(text: text, line: line, column: column + 1))
            // A quoted introduction may tell both how to merge and how to launch.
            if !lower.contains("spawn") && !lower.contains("launch") { return }
        }
        if lower.contains("depends on") || lower.contains("must wait for") || lower.contains("runs after")
            || lower.contains("waits for")
        {
            result.order.sentences.append(claim)
        }
        if let wave = WaveTitle.number(text), text.contains(":") || text.contains("—") || text.contains("(") {
            result.order.numbered.append((wave, claim))
            return
        }
        if hasArrow(text) {
            let label = lower.prefix { $0 != ":" }
            let isOrder =
                section.kind == .order || label.contains("order") || label.contains("agents")
                || label.contains("sequence")
                || label.contains("execution") || label.contains("waves") || label.contains("dependenc")
                || label.contains("flow")
                || label.contains("parallel") || label.contains("schedule") || label.contains("launch")
            guard isOrder, label.count < 60 || section.kind == .order else { return }
            if section.kind == .order || label.contains("order") {
                result.order.chains.insert(
                    claim,
                    at: result.order.chains.firstIndex { !$0.text.lowercased().contains("order") }
                        ?? result.order.chains.count
                )
            } else {
                result.order.chains.append(claim)
            }
        }
        if lower.contains("spawn") || lower.contains("launch") || lower.contains("run agent")
            || lower.contains("runs first") || lower.contains("start agent")
        {
            result.order.launches.append(claim)
        }
    }

    /// A line of a numbered list under `Build Order` or `Merge Order`.
    private mutating func stage(_ block: Block, _ line: Int, _ section: Section) {
        let claim = OrderParts.Claim(text: block.text, line: line, column: block.column + 1)
        if section.ownKind == .order { result.order.stages.append(claim) }
        let title = Inline.words(section.title)
        if title.contains("merge order") || title.contains("landing order")
            || section.kind == .merge && AgentMatch.leading(block.text, ids: result.agents.map(\.id)) != nil
        {
            result.merge.sentences.append(
                .init(text: "merge order item: " + block.text, line: line, column: block.column + 1)
            )
        }
    }

    /// A table with a column of waves and one of agents.
    private mutating func waves(_ table: Table) {
        let titles = table.header.cells.map { Inline.words($0.text) }
        guard let wave = titles.firstIndex(where: { ["wave", "phase", "stage", "round", "batch"].contains($0) }),
            let agents = titles.firstIndex(where: { $0 == "agents" || $0 == "agent" })
        else { return }
        for row in table.rows where row.cells.count > max(wave, agents) {
            guard let number = Int(row.cells[wave].text.filter(\.isNumber).prefix(6)) else { continue }
            let cell = row.cells[agents]
            result.order.numbered.append(
                (number, .init(text: cell.text, line: document.number(row.line), column: cell.column + 1))
            )
        }
    }
}
