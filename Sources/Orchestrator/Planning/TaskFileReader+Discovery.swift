/// Which headings are agents, and how far each one's part reaches.
extension TaskFileReader {
    mutating func findAgents() {
        let known = Set(result.rows.flatMap(\.owners).map { $0.lowercased() }).subtracting(OwnershipTable.everyone)
        let wideTitles = sections.count { $0.level == 1 && AgentHeading.parse($0.title, isWide: true) != nil }
        // Strict first; then agents below an ownership section, whose author did not open a new one; then bare owners
        // of the table; then other names.
        let passes: [(isWide: Bool, isStrict: Bool, isBare: Bool)] = [
            (false, true, false), (false, false, false), (false, true, true), (true, true, false),
        ]
        // Calls name their agents themselves; a list of the names beside them is only an overview.
        let hasCalls = firstCallBlock != nil
        for (isWide, isStrict, isBare) in passes where headings.isEmpty && !(isBare && hasCalls) {
            var found: Set<Int> = []
            for (index, section) in sections.enumerated()
            where section.headingBlock != nil && section.level < Section.labelLevel {
                let isBullet = isBullet(section)
                if isBullet, hasCalls { continue }
                guard !isStrict && !isBullet || !isExcluded(section), !hasAncestor(section, in: found) else { continue }
                guard
                    let heading = AgentHeading.parse(section.title, known: known, isBare: isBare, isWide: isWide)
                else { continue }
                if isWide, section.level == 1, wideTitles < 2 { continue }
                headings.append((index, heading))
                found.insert(index)
            }
        }
        if headings.isEmpty, !hasCalls { headings = NamedSections(document: document, sections: sections).find() }
        if headings.contains(where: { !isBullet(sections[$0.section]) }) {
            headings = headings.filter { !isBullet(sections[$0.section]) }
        }
        // Bold lines inside a heading's text name agents; they are not agents beside real headings.
        if headings.contains(where: { sections[$0.section].level < Section.boldLevel }) {
            headings.removeAll { sections[$0.section].level == Section.boldLevel }
        }
        // A document title such as `Agent 7 task: ...` is not an agent's part when others stand below it.
        if headings.count > 1, let first = headings.first, sections[first.section].level == 1,
            headings.dropFirst().allSatisfy({ sections[$0.section].level > 1 })
        {
            headings.removeFirst()
        }
        let isFlat = isFlat()
        for position in headings.indices { agentRanges.append(range(of: position, isFlat: isFlat)) }
    }

    private func isBullet(_ section: Section) -> Bool {
        section.headingBlock.map { document.blocks[$0].isItem } ?? false
    }

    private func hasAncestor(_ section: Section, in found: Set<Int>) -> Bool {
        var parent = section.parent
        while let index = parent {
            if found.contains(index), sections[index].level > 1 { return true }
            parent = sections[index].parent
        }
        return false
    }

    /// Agents whose `Files`, `Steps`, `Commit` headings stand on the agent's own level.
    private func isFlat() -> Bool {
        guard headings.count > 1 else { return isLoneAgentFlat() }
        var isFlat = false
        for (left, right) in zip(headings, headings.dropFirst()) {
            let level = sections[left.section].level
            for section in sections[(left.section + 1)..<right.section]
            where section.level <= level && section.headingBlock != nil {
                guard SectionKind.of(section.title, isPrompt: true)?.isPromptPart == true else { return false }
                isFlat = true
            }
        }
        return isFlat
    }

    /// A lone agent's part goes on when what an agent owns, reads or builds follows on its level.
    private func isLoneAgentFlat() -> Bool {
        guard let only = headings.first else { return false }
        let level = sections[only.section].level
        guard let next = sections[(only.section + 1)...].first(where: { $0.level <= level && $0.headingBlock != nil })
        else { return false }
        switch SectionKind.of(next.title, isPrompt: true) {
        case .ownership, .forbidden, .reads, .outputs, .build: return true
        default: return false
        }
    }

    /// Blocks from an agent's heading to the next section that is not its own.
    private func range(of position: Int, isFlat: Bool) -> Range<Int> {
        let start = headings[position].section
        let level = sections[start].level
        let nextAgent = position + 1 < headings.count ? headings[position + 1].section : sections.count
        var end = start + 1
        while end < nextAgent {
            let section = sections[end]
            let isDeeper = section.level > level || (level == Section.boldLevel && section.level == level)
            let kind = isFlat ? SectionKind.of(section.title, isPrompt: true) : nil
            if !isDeeper, section.headingBlock != nil, kind?.isPromptPart != true { break }
            end += 1
        }
        let last =
            end < sections.count ? sections[end].headingBlock ?? sections[end].blocks.lowerBound : document.blocks.count
        return sections[start].blocks.lowerBound..<max(last, sections[start].blocks.lowerBound)
    }
}
