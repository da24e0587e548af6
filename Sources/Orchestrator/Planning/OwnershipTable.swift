import RunModel

/// Reads tables that say who owns which files, whatever the order and names of their columns.
struct OwnershipTable {
    /// One row: the owners it names and the paths it gives them.
    struct Row: Sendable {
        var owners: [String]
        var items: [PathItem]
        var forbidden: [PathItem] = []
        var tests: [String] = []
        var title: String?
        var model: String?
        var engine: String?
        var isolation: String?
        var dependencies: String?
        var wave: Int?
        var line: Int
        /// Column of the owner's cell, from 1.
        var column: Int
    }

    /// Owners that stand for all agents.
    static let everyone: Set<String> = ["all", "shared", "everyone", "any"]

    private enum Column {
        case owner, files, note, title, model, engine, isolation, dependencies, wave, forbidden, tests, other
    }

    /// The rows of a table with a column of files; empty for any other table.
    static func rows(_ table: Table, document: Document) -> [Row] {
        var columns = table.header.cells.map { column($0.text) }
        guard columns.contains(.files) else { return [] }
        // A second column of files is about something else, for example `Tests`.
        if let first = columns.firstIndex(of: .files) {
            for index in columns.indices where index > first && columns[index] == .files { columns[index] = .other }
        }
        var rows: [Row] = []
        var previous: [String] = []
        for source in table.rows {
            guard var row = read(source, columns: columns, line: document.number(source.line)) else { continue }
            let hasOwnerColumn = columns.contains(.owner)
            if hasOwnerColumn, row.owners.isEmpty { row.owners = previous }
            previous = row.owners
            rows.append(row)
        }
        return rows
    }

    /// Whether a table names owners and their files.
    static func isOwnership(_ table: Table) -> Bool {
        let columns = table.header.cells.map { column($0.text) }
        return columns.contains(.owner) && columns.contains(.files)
    }

    private static func column(_ title: String) -> Column {
        let words = Inline.words(title)
        let list = words.split(separator: " ").map(String.init)
        func any(_ names: Set<String>) -> Bool { list.contains(where: names.contains) }
        if words.contains("not touch") || words.contains("must not") || words.contains("forbidden")
            || words.contains("off limits") || words == "read only"
        {
            return .forbidden
        }
        if ["test", "tests", "test command", "test commands", "check with", "checks", "verify with"].contains(words) {
            return .tests
        }
        if any(["files", "file", "path", "paths", "owns", "owned", "folder", "folders", "directory", "directories"])
            || words == "ownership"
            || ["may touch", "may only touch", "may edit", "may only edit"]
                .contains(where: { words.hasSuffix($0) })
        {
            return words == "read files" || words.hasPrefix("reads") ? .other : .files
        }
        if any(["agent", "owner", "worker", "assignee", "who", "owners", "agents", "subagent", "builder"])
            || words == "id" || words == "terminal"
        {
            return .owner
        }
        if any([
            "action", "change", "notes", "note", "operation", "region", "mode", "type", "section", "op", "scope",
            "what", "status",
        ]) {
            return .note
        }
        if any(["model"]) { return .model }
        if any(["engine", "cli"]) { return .engine }
        if any(["isolation"]) { return .isolation }
        if words.hasPrefix("depends") || words == "after" || words.hasPrefix("dependenc") || words == "blocked by"
            || words == "needs"
        {
            return .dependencies
        }
        if any(["wave", "phase", "stage", "round", "batch"]) { return .wave }
        if any(["focus", "task", "title", "name", "role", "responsibility", "description", "goal", "job", "work"]) {
            return .title
        }
        return .other
    }

    private static func read(_ source: Table.Row, columns: [Column], line: Int) -> Row? {
        guard !source.cells.isEmpty else { return nil }
        var row = Row(owners: [], items: [], line: line, column: (source.cells.first?.column ?? 0) + 1)
        var notes: [String] = []
        for (index, cell) in source.cells.enumerated() where index < columns.count && !cell.text.isEmpty {
            switch columns[index] {
            case .owner:
                row.column = cell.column + 1
                readOwner(cell.text, &row, &notes)
            case .files: row.items = PathListReader.read(cell.text, line: line, column: cell.column)
            case .forbidden: row.forbidden = PathListReader.read(cell.text, line: line, column: cell.column)
            case .note: notes.append(cell.text)
            case .title: row.title = Inline.plain(cell.text)
            case .model: row.model = isVoid(cell.text) ? nil : ModelName.normal(cell.text)
            case .engine: row.engine = isVoid(cell.text) ? nil : Inline.plain(cell.text).lowercased()
            case .isolation: row.isolation = isVoid(cell.text) ? nil : Inline.plain(cell.text).lowercased()
            case .dependencies: row.dependencies = isVoid(cell.text) ? nil : cell.text
            case .wave: row.wave = Int(cell.text.filter(\.isNumber).prefix(6))
            case .tests: row.tests = PromptReader.commands(inProse: cell.text)
            case .other: break
            }
        }
        for index in row.items.indices { row.items[index].notes += notes }
        return row
    }

    private static func isVoid(_ text: String) -> Bool {
        let plain = Inline.plain(text).lowercased()
        return ["", "-", "—", "–", "none", "n/a", "default", "any"].contains(plain)
    }

    /// `A`, `Agent 1B — Title`, `T3-B (NEW)`, `1B, 1C`.
    private static func readOwner(_ text: String, _ row: inout Row, _ notes: inout [String]) {
        var plain = Inline.plain(text)
        if isVoid(plain) { return }
        while let open = plain.firstIndex(of: "("), let close = plain[open...].firstIndex(of: ")") {
            let inside = String(plain[plain.index(after: open)..<close])
            if OwnershipNote([inside]).isNew { notes.append(inside) }
            plain.removeSubrange(open...close)
        }
        for part in plain.split(whereSeparator: { ",+&/;".contains($0) }) {
            for name in LineShape.trim(part).split(separator: " and ") {
                var words = name.split { $0.isWhitespace }.map(String.init)
                if let first = words.first,
                    ["agent", "subagent", "worker", "agents", "builder"].contains(first.lowercased()), words.count > 1
                {
                    words.removeFirst()
                }
                guard let first = words.first else { continue }
                let id = first.filter { $0.isLetter || $0.isNumber || "-_.".contains($0) }
                if !id.isEmpty, !row.owners.contains(id) { row.owners.append(id) }
                if words.count > 1, row.title == nil {
                    let title = LineShape.trim(words.dropFirst().joined(separator: " ").drop { "—–-: ".contains($0) })
                    if !title.isEmpty { row.title = title }
                }
            }
        }
    }
}
