import RunModel

extension OwnedPart {
    /// Reads what a run wrote into its blocker; `nil` when it is not that.
    init?(reading value: LedgerValue) {
        guard let path = value["path"]?.text, let region = value["region"],
            let kind = region["kind"]?.text.flatMap(Region.Kind.init(rawValue:))
        else { return nil }
        self.init(
            path: path,
            region: Region(
                kind: kind,
                text: region["text"]?.text ?? "",
                symbols: region["symbols"]?.elements.compactMap(\.text) ?? []
            )
        )
    }
}

extension Region {
    /// The words beside a path in a table of ownership that a reader of task files takes for this region.
    ///
    /// The author's own words where they fit into a cell; otherwise, and for symbols, what is checked.
    var note: String {
        switch kind {
        case .symbols: symbols.map { "\($0)()" }.joined(separator: ", ") + " ONLY"
        case .append: words.flatMap { Self.saysAppend($0) ? $0 : nil } ?? "APPEND at the end of the file"
        // What follows the colon is read as what it limits to, however it begins.
        case .prose: "\(Self.lead)\(words ?? "what the prompt names") ONLY"
        }
    }

    private static let lead = "the part: "

    private static func saysAppend(_ words: String) -> Bool {
        ["append", "eof", "end of file"].contains { words.lowercased().contains($0) }
    }

    /// The author's words without what ``note`` puts around them.
    ///
    /// `nil` when a table's cell could not hold them, or when they would name agents to wait for.
    private var words: String? {
        var words = text.trimmingSpace
        if words.hasPrefix(Self.lead) { words = String(words.dropFirst(Self.lead.count)).trimmingSpace }
        if words.lowercased().hasSuffix(" only") { words = String(words.dropLast(5)).trimmingSpace }
        let isPlain = !words.isEmpty && words.utf8.count <= 120 && !words.contains { "|`()<>\n\r".contains($0) }
        let namesAgents = ["after ", "depends on "].contains { words.lowercased().contains($0) }
        return isPlain && !namesAgents ? words : nil
    }
}
