import RunModel

/// Joins what tables, prompts and declared outputs say about the paths of one agent.
struct OwnershipJoin {
    /// Where a path was named; earlier sources decide about regions.
    enum Source: Int {
        case table, prompt, output, record, test
    }

    private(set) var owned: [OwnedPath] = []
    private(set) var sources: [Source] = []
    private(set) var counts: [(index: Int, count: Int)] = []
    /// Columns of the rows, parallel to `owned`.
    private(set) var columns: [Int] = []
    /// Names behind `after` in the rows.
    private(set) var after: [(text: String, line: Int, column: Int)] = []
    private var index: [PathPattern: Int] = [:]

    mutating func add(_ item: PathItem, from source: Source) {
        let pattern = PathShape.pattern(item.path)
        guard !pattern.text.isEmpty else { return }
        let note = OwnershipNote(source.rawValue >= Source.record.rawValue ? [] : item.notes)
        for name in note.after { after.append((name, item.line, item.column)) }
        var region = note.region
        if source == .output, !note.isExplicit { region = nil }
        if let known = index[pattern] {
            if source.rawValue <= Source.output.rawValue { owned[known].isNew = owned[known].isNew || note.isNew }
            let isSame = sources[known] == source && source == .table
            if owned[known].region == nil, let region, note.isExplicit, !isSame { owned[known].region = region }
            return
        }
        index[pattern] = owned.count
        if let count = note.count { counts.append((owned.count, count)) }
        owned.append(OwnedPath(pattern: pattern, isNew: note.isNew, region: region, line: item.line))
        sources.append(source)
        columns.append(item.column)
    }

    /// Makes a path one that several agents append to.
    mutating func share(_ pattern: PathPattern) {
        guard let known = index[pattern], sources[known].rawValue >= Source.output.rawValue else { return }
        owned[known].region = Region(kind: .append, text: "written by several agents")
    }
}
