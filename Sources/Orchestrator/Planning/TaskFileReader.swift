import RunModel

/// Collects the parts of one task file.
struct TaskFileReader {
    let document: Document
    let sections: [Section]
    var result: TaskFile
    /// Blocks that belong to agents, by section: the rest is about all of them.
    var agentRanges: [Range<Int>] = []
    /// Sections of agents: index of the section and its heading.
    var headings: [(section: Int, heading: AgentHeading)] = []

    init(_ source: [UInt8], file: String) {
        let text = SourceText(source)
        result = TaskFile(file: file)
        result.frontMatter = FrontMatter.read(text.lines)
        result.findings = result.frontMatter.findings
        if let line = text.firstInvalidLine {
            result.findings.append(
                Finding(
                    .warning,
                    "invalid-utf8",
                    "the file is not valid UTF-8; wrong bytes were replaced",
                    line: line,
                    column: 1,
                    hint: "save the file as UTF-8"
                )
            )
        }
        let lines = Array(text.lines.dropFirst(result.frontMatter.lineCount))
        document = BlockScanner.scan(lines)
        sections = SectionScanner.scan(document, isPrompt: false)
        result.steps = text.lines.count + document.steps
        result.findings += document.findings
    }

    mutating func read() -> TaskFile {
        readTitle()
        readTables()
        findAgents()
        readAgents()
        readShared()
        readPlanSections()
        result.findings.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        return result
    }

    // MARK: Title

    private mutating func readTitle() {
        let headings = sections.filter { $0.headingBlock != nil && $0.level < Section.boldLevel }
        guard let heading = headings.first(where: { $0.level == 1 }) ?? headings.first else { return }
        result.title = Inline.boldLine(heading.title) ?? heading.title
        result.label = RunLabel.read(Inline.plain(heading.title))
    }

    // MARK: Tables

    private mutating func readTables() {
        for section in sections where ![.report, .merge, .closing, .verify].contains(section.kind) {
            for index in section.blocks {
                guard let table = document.blocks[index].table, OwnershipTable.isOwnership(table) else { continue }
                result.rows += OwnershipTable.rows(table, document: document)
            }
        }
    }

    // MARK: Agents

    func isExcluded(_ section: Section) -> Bool {
        var parent = section.parent
        while let index = parent {
            if let kind = sections[index].ownKind, kind.excludesAgents { return true }
            parent = sections[index].parent
        }
        return false
    }

    private mutating func findAgents() {
        let known = Set(result.rows.flatMap(\.owners).map { $0.lowercased() })
        // Strict first; then agents below an ownership section, whose author did not open a new one; then other names.
        for (isWide, isStrict) in [(false, true), (false, false), (true, true)] where headings.isEmpty {
            var found: Set<Int> = []
            for (index, section) in sections.enumerated()
            where section.headingBlock != nil && section.level < Section.labelLevel {
                guard !isStrict || !isExcluded(section), !hasAncestor(section, in: found) else { continue }
                guard let heading = AgentHeading.parse(section.title, known: known, isWide: isWide) else { continue }
                if isWide, section.level == 1 { continue }
                headings.append((index, heading))
                found.insert(index)
            }
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

    func isInAgent(_ section: Section) -> Bool {
        let block = section.headingBlock ?? section.blocks.lowerBound
        return agentRanges.contains { $0.contains(block) || (section.headingBlock.map { $0 + 1 } == $0.lowerBound) }
    }

    var firstAgentBlock: Int {
        headings.first.map { sections[$0.section].headingBlock ?? 0 } ?? firstCallBlock ?? document.blocks.count
    }

    var firstCallBlock: Int? {
        document.blocks.firstIndex { $0.fence.map { !$0.calls.isEmpty } ?? false }
    }
}

/// The short name of a run in its title.
enum RunLabel {
    /// `QS9 Terminal 3: ...` is `QS9-T3`, `Sprint 82 — ...` is `Sprint 82`, `ABC-12: ...` is `ABC-12`.
    static func read(_ title: String) -> String? {
        let head = title.prefix { !"—–:|(".contains($0) }
        if let label = label(in: words(head), isHead: true) { return label }
        return label(in: words(title[...]), isHead: false)
    }

    private static func words(_ text: Substring) -> [String] {
        text.split { $0.isWhitespace || "—–:|(),".contains($0) }.map(String.init)
    }

    private static func label(in words: [String], isHead: Bool) -> String? {
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : nil
            var label: String?
            var rest = index + 1
            if ["sprint", "phase", "milestone", "release", "iteration", "wave", "epic", "quarter"].contains(
                word.lowercased()
            ),
                let next, next.first?.isNumber == true
            {
                label = "\(word) \(next)"
                rest += 1
            } else if isID(word) {
                label = word
            }
            guard let label else { continue }
            return label + (terminal(words[rest...]).map { "-" + $0 } ?? "")
        }
        return nil
    }

    /// Capital letters and digits: `QS9`, `QS9-T3`, `PROJ-123`.
    private static func isID(_ word: String) -> Bool {
        guard word.first?.isUppercase == true, word.contains(where: \.isNumber), word.count <= 24 else { return false }
        let letters = word.prefix { $0.isUppercase }
        return letters.count >= 2 && word.allSatisfy { $0.isUppercase || $0.isNumber || "-._".contains($0) }
    }

    private static func terminal(_ words: ArraySlice<String>) -> String? {
        var words = words.drop { $0 == "-" || $0 == "/" }
        guard let first = words.popFirst() else { return nil }
        if first.lowercased() == "terminal" || first.lowercased() == "t", let number = words.first,
            number.allSatisfy(\.isNumber)
        {
            return "T" + number
        }
        return first.first == "T" && first.count > 1 && first.dropFirst().allSatisfy(\.isNumber) ? first : nil
    }
}
