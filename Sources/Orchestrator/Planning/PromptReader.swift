import RunModel

/// Reads the sections of a prompt, at any heading level and in any order.
struct PromptReader {
    let document: Document
    /// Blocks that belong to another text, for example the fence that holds the prompt itself.
    var skipped: Set<Int> = []
    /// Keeps only rows of this agent from ownership tables; `nil` keeps none that names an owner.
    var agent: String?
    private(set) var parts = PromptParts()

    init(document: Document, agent: String?, skipped: Set<Int> = []) {
        self.document = document
        self.agent = agent
        self.skipped = skipped
    }

    /// Reads all blocks, or a range of them.
    static func read(
        _ document: Document,
        agent: String?,
        blocks: Range<Int>? = nil,
        skipped: Set<Int> = []
    ) -> PromptParts {
        var reader = PromptReader(document: document, agent: agent, skipped: skipped)
        for section in SectionScanner.scan(document, blocks: blocks, isPrompt: true) { reader.read(section) }
        reader.readAnywhere(blocks ?? 0..<document.blocks.count)
        return reader.parts
    }

    private mutating func read(_ section: Section) {
        if section.headingBlock != nil { readTitle(section) }
        switch section.kind {
        case .ownership: readOwnership(section)
        case .forbidden:
            if section.ownKind == .forbidden, section.inlineText == nil {
                parts.forbidden += Prohibition.items(
                    inTitle: section.title,
                    line: section.line,
                    column: section.column
                )
            }
            parts.forbidden += lineItems(section, isForbidden: true)
        case .reads: parts.reads += lineItems(section)
        case .outputs: parts.outputs += lineItems(section)
        case .scenarios, .changelog: readRecords(section)
        case .tests: readTests(section)
        case .build: readBuild(section)
        case .commit: readCommit(section)
        default: readOther(section)
        }
    }

    private mutating func readTitle(_ section: Section) {
        let words = section.title.lowercased()
        if parts.title == nil, words.hasPrefix("your task") || words.hasPrefix("task:"),
            let colon = section.title.firstIndex(of: ":")
        {
            let title = LineShape.trim(section.title[section.title.index(after: colon)...])
            if !title.isEmpty { parts.title = title }
        }
        if section.ownKind == .changelog, section.inlineText == nil {
            let items = PathListReader.read(section.title, line: section.line, column: section.column)
            parts.records += items.filter { $0.path.contains(".") }
        }
        guard section.ownKind == .tests, let bracket = section.title.firstIndex(of: "("), section.inlineText == nil
        else { return }
        let column = section.column + section.title.distance(from: section.title.startIndex, to: bracket) + 1
        let inside = section.title[section.title.index(after: bracket)...].prefix { $0 != ")" }
        parts.testFiles += PathListReader.read(String(inside), line: section.line, column: column).filter(
            Self.isTestFile
        )
    }

    // MARK: Paths

    func blocks(_ section: Section) -> [(index: Int, block: Block)] {
        section.blocks.compactMap { index in skipped.contains(index) ? nil : (index, document.blocks[index]) }
    }

    /// The paths that list items and lines begin with.
    private func lineItems(_ section: Section, isForbidden: Bool = false) -> [PathItem] {
        var items: [PathItem] = []
        func read(_ text: String, line: Int, column: Int, isForbidden: Bool) -> [PathItem] {
            let items = self.read(text, line: line, column: column, isForbidden: isForbidden)
            // A scope is often told in prose; a path inside a sentence is not owned.
            let isSentence = section.isScope && items.first.map { $0.column > column + 12 } ?? false
            return isSentence ? [] : items
        }
        if let text = section.inlineText {
            items += read(text, line: section.line, column: section.inlineColumn, isForbidden: isForbidden)
        }
        for (_, block) in blocks(section) {
            if block.isLine {
                items += read(
                    block.text,
                    line: document.line(of: block),
                    column: block.column,
                    isForbidden: isForbidden
                )
            } else if let fence = block.fence, fence.isPlain, fence.calls.isEmpty {
                for line in document.lines[fence.body] where LineShape.heading(line.text) == nil {
                    let item = LineShape.item(line.text)?.column ?? 0
                    let text = String(line.text.dropFirst(item))
                    items += read(text, line: line.number, column: line.columnOffset + item, isForbidden: isForbidden)
                }
            } else if let table = block.table {
                items += tableItems(table, ownersOnly: false)
            }
        }
        return items
    }

    private func read(_ text: String, line: Int, column: Int, isForbidden: Bool) -> [PathItem] {
        guard isForbidden, let cut = Self.exception(text) else {
            return PathListReader.read(text, line: line, column: column)
        }
        return PathListReader.read(String(text[..<cut]), line: line, column: column)
    }

    /// Where `EXCEPT ...` begins.
    static func exception(_ text: String) -> String.Index? {
        let lower = text.lowercased()
        guard lower.utf8.count == text.utf8.count else { return nil }
        for word in [" except", " unless", " other than", " but not", " apart from", " excluding"] {
            if let range = lower.firstRange(of: word) {
                return text.utf8.index(
                    text.startIndex,
                    offsetBy: lower.utf8.distance(from: lower.startIndex, to: range.lowerBound)
                )
            }
        }
        return nil
    }

    private func tableItems(_ table: Table, ownersOnly: Bool) -> [PathItem] {
        OwnershipTable.rows(table, document: document).flatMap { row -> [PathItem] in
            if row.owners.isEmpty { return ownersOnly ? [] : row.items }
            return row.owners.contains { agent != nil && AgentMatch.isSame($0, agent ?? "") } ? row.items : []
        }
    }

    private mutating func readOwnership(_ section: Section) {
        let marker = section.ownKind == nil ? Self.marker(of: section.title) : nil
        for var item in lineItems(section) {
            if let marker { item.notes.insert(marker, at: 0) }
            let isReadOnly = item.notes.contains { note in
                let words = Inline.words(note)
                return words == "read" || words.hasPrefix("read only")
            }
            if isReadOnly {
                parts.reads.append(item)
                parts.forbidden.append(item)
            } else if section.isScope {
                parts.scoped.append(item)
            } else {
                parts.owned.append(item)
            }
        }
        for (_, block) in blocks(section) where block.isLine {
            readSentence(block)
        }
    }

    /// A heading inside the ownership section that says what is done to the files below it.
    private static func marker(of title: String) -> String? {
        let words = Inline.words(title)
        if ["new", "create", "new files", "files created", "created"].contains(words) { return "NEW" }
        return words.hasPrefix("append") ? "APPEND" : nil
    }

    /// Reads a sentence such as: You own `src/a.py` and `src/b.py`.
    private mutating func readSentence(_ block: Block) {
        let lower = block.text.lowercased()
        guard let range = lower.firstRange(of: "you own ") ?? lower.firstRange(of: "you may only edit "),
            !lower.contains("not "), PathListReader.read(block.text, line: 0, column: 0).isEmpty
        else { return }
        let distance = lower.distance(from: lower.startIndex, to: range.upperBound)
        parts.owned += PathListReader.read(
            String(block.text.dropFirst(distance)),
            line: document.line(of: block),
            column: block.column + distance
        )
    }

    static func isTestFile(_ item: PathItem) -> Bool {
        let lower = item.path.lowercased()
        return !lower.hasSuffix("/") && (lower.contains("test") || lower.contains("spec"))
    }

    // MARK: Records

    private mutating func readRecords(_ section: Section) {
        if let text = section.inlineText { takeRecord(text, line: section.line, column: section.inlineColumn) }
        for (_, block) in blocks(section) where block.isLine {
            takeRecord(block.text, line: document.line(of: block), column: block.column)
        }
    }

    /// The file behind `Write ... to` or `Append ... to`.
    mutating func takeRecord(_ text: String, line: Int, column: Int) {
        let lower = text.lowercased()
        let verbs = ["write", "append", "add", "save", "put", "log", "record"]
        guard verbs.contains(where: { lower.hasPrefix($0 + " ") }) else { return }
        for word in [" to ", " in ", " into "] {
            guard let range = lower.firstRange(of: word) else { continue }
            let distance = lower.distance(from: lower.startIndex, to: range.upperBound)
            let items = PathListReader.read(String(text.dropFirst(distance)), line: line, column: column + distance)
            guard var item = items.first else { continue }
            item.notes = lower.contains("0-") || lower.contains("optional") ? ["optional"] : []
            parts.records.append(item)
            return
        }
    }
}

extension PromptReader {
    /// Changes the parts from an extension in another file.
    mutating func update(_ change: (inout PromptParts) -> Void) { change(&parts) }
}
