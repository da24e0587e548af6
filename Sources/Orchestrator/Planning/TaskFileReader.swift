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

    // MARK: Sections

    func isExcluded(_ section: Section) -> Bool {
        var parent = section.parent
        while let index = parent {
            if let kind = sections[index].ownKind, kind.excludesAgents { return true }
            parent = sections[index].parent
        }
        return false
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
