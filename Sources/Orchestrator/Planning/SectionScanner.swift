/// Cuts a document's blocks into sections and says what each is about.
struct SectionScanner {
    private let document: Document
    private let isPrompt: Bool
    private var sections: [Section] = []
    /// Open sections, outermost first.
    private var path: [Int] = []

    private init(_ document: Document, isPrompt: Bool) {
        self.document = document
        self.isPrompt = isPrompt
    }

    /// Sections of a range of blocks, in order; together they hold all of them.
    static func scan(_ document: Document, blocks: Range<Int>? = nil, isPrompt: Bool) -> [Section] {
        var scanner = SectionScanner(document, isPrompt: isPrompt)
        scanner.scan(blocks ?? 0..<document.blocks.count)
        return scanner.sections
    }

    private mutating func scan(_ range: Range<Int>) {
        open(
            Section(level: 0, title: "", kind: .other, line: 0, column: 0, blocks: range.lowerBound..<range.lowerBound)
        )
        var labelIndent: Int?
        var hasGap = false
        for index in range {
            let block = document.blocks[index]
            if case .heading(let level) = block.kind {
                labelIndent = nil
                start(block, index, level: level, title: block.text)
            } else if case .text = block.kind, let bold = Inline.boldLine(block.text), isTitle(bold) {
                labelIndent = nil
                start(block, index, level: Section.boldLevel, title: bold)
            } else if let bold = agentBullet(index, in: range) {
                labelIndent = nil
                start(block, index, level: Section.boldLevel, title: bold)
            } else if let label = label(block), !isAwaitingMessage {
                start(block, index, level: Section.labelLevel, title: label.title, inline: label)
                labelIndent = block.isItem ? block.indent : -1
            } else {
                if let indent = labelIndent, endsLabel(block, indent: indent, hasGap: hasGap) {
                    labelIndent = nil
                    resume(index)
                }
                sections[sections.count - 1].blocks = sections[sections.count - 1].blocks.lowerBound..<index + 1
            }
            hasGap = block.isBlank
        }
    }

    /// The line below `Commit:` is the message, even if it looks like a label: `tests: cover the edge`.
    private var isAwaitingMessage: Bool {
        guard let last = sections.last, last.level == Section.labelLevel, last.ownKind == .commit else { return false }
        return last.inlineText == nil && last.blocks.isEmpty
    }

    /// `- **Agent A: Title**` in a plan, with the agent's part as a list inside it.
    private func agentBullet(_ index: Int, in range: Range<Int>) -> String? {
        let block = document.blocks[index]
        guard !isPrompt, block.isItem, range.contains(index + 1), document.blocks[index + 1].isItem,
            document.blocks[index + 1].indent > block.indent, let bold = Inline.boldLine(block.text),
            AgentHeading.parse(bold) != nil
        else { return nil }
        return bold
    }

    private func isTitle(_ bold: String) -> Bool {
        bold.count <= 90 && bold.last != "." && bold.last != "!"
            || SectionKind.of(bold, isPrompt: isPrompt) == .forbidden
    }

    private func endsLabel(_ block: Block, indent: Int, hasGap: Bool) -> Bool {
        switch block.kind {
        case .blank: false
        case .item: indent >= 0 && block.indent <= indent
        case .text: hasGap || (indent >= 0 && block.indent <= indent)
        default: false
        }
    }

    private mutating func start(
        _ block: Block,
        _ index: Int,
        level: Int,
        title: String,
        inline: (title: String, text: String, column: Int)? = nil
    ) {
        while path.count > 1, sections[path[path.count - 1]].level >= level { path.removeLast() }
        let kind = SectionKind.of(title, isPrompt: isPrompt)
        let parent = path.last
        var section = Section(
            level: level,
            title: title,
            ownKind: kind,
            kind: kind ?? parent.map { sections[$0].kind } ?? .other,
            parent: parent,
            line: document.line(of: block),
            column: block.column,
            headingBlock: index,
            blocks: index + 1..<index + 1
        )
        if let inline, !inline.text.isEmpty {
            section.inlineText = inline.text
            section.inlineColumn = inline.column
        }
        open(section)
    }

    /// Goes on with the section around a label.
    private mutating func resume(_ index: Int) {
        while path.count > 1, sections[path[path.count - 1]].level >= Section.labelLevel { path.removeLast() }
        guard let around = path.last else { return }
        var section = sections[around]
        section.level = Section.labelLevel + 1
        section.ownKind = nil
        section.parent = around
        section.headingBlock = nil
        section.isContinuation = true
        section.inlineText = nil
        section.blocks = index..<index
        open(section)
    }

    private mutating func open(_ section: Section) {
        sections.append(section)
        path.append(sections.count - 1)
    }

    /// `FILES YOU OWN:`, `**Files:** a.py`, `- TEST COMMAND: make test`: a known title before a colon.
    private func label(_ block: Block) -> (title: String, text: String, column: Int)? {
        guard block.isLine, let colon = labelColon(block.text) else { return nil }
        let raw = block.text[..<colon]
        let title = Inline.plain(String(raw))
        guard !title.isEmpty, title.count <= 90, title.utf8.count(where: { $0 == 0x20 }) <= 12,
            let kind = SectionKind.of(title, isPrompt: true)
        else { return nil }
        guard Self.isLabel(title, kind: kind) || isPrompt && !block.isStep && Self.isShortLabel(title) else {
            return nil
        }
        var after = block.text[block.text.index(after: colon)...]
        while after.first == "*" || after.first == "_" { after.removeFirst() }
        let text = LineShape.trim(after)
        return (title, text, block.column + block.text.count - after.count + LineShape.leading(after))
    }

    private func labelColon(_ text: String) -> String.Index? {
        guard text.utf8.contains(0x3A) else { return nil }
        var isCode = false
        var position = 0
        var index = text.startIndex
        while index < text.endIndex, position < 110 {
            let character = text[index]
            if character == "`" { isCode.toggle() }
            if character == ":", !isCode { return index }
            position += 1
            index = text.index(after: index)
        }
        return nil
    }

    /// A sentence with a colon is no label: only short phrases of the title's own words count.
    private static func isLabel(_ title: String, kind: SectionKind) -> Bool {
        let words = Inline.words(SectionKind.withoutBrackets(title)).split(separator: " ")
        switch kind {
        case .ownership, .forbidden: return words.count <= 7
        case .reads, .outputs: return words.count <= 4
        case .tests: return words.count == 2 && words[0].hasPrefix("test") && words[1].hasPrefix("command")
        case .commit: return words.count == 2 && words[1] == "message"
        case .build: return words.count == 1 && (words[0] == "steps" || words[0] == "build")
        case .scenarios, .changelog: return words.count == 2 && ["file", "files", "entry", "output"].contains(words[1])
        default: return false
        }
    }

    /// One word that is a label in an agent's part, where a numbered step or a sentence of the plan is none.
    private static func isShortLabel(_ title: String) -> Bool {
        ["test", "tests", "check with", "checks", "commit"].contains(Inline.words(title))
    }
}
