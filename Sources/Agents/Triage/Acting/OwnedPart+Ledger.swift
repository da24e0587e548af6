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
    /// The author's own words where they fit into a cell, behind the kind's lead; otherwise, and for symbols, what is
    /// checked.
    var note: String {
        switch kind {
        case .append: "\(Self.appendLead): \(words ?? "at the end of the file")"
        case .symbols: symbols.map { "\($0)()" }.joined(separator: ", ") + " ONLY"
        case .prose: "\(Self.proseLead): \(words ?? "what the prompt names") ONLY"
        }
    }

    private static let appendLead = "APPEND"
    private static let proseLead = "the part"

    /// The author's words without what ``note`` puts around them, so that the next attempt's are the same again.
    ///
    /// `nil` when a table's cell could not hold them, or when they would name agents to wait for.
    private var words: String? {
        var words = text.trimmingSpace[...]
        for lead in [Self.appendLead, Self.proseLead] where words.lowercased().hasPrefix(lead.lowercased()) {
            words = words.dropFirst(lead.count).drop { $0 == ":" || $0.isWhitespace }
        }
        if words.lowercased().hasSuffix(" only") { words = words.dropLast(5) }
        let isPlain = !words.isEmpty && words.utf8.count <= 120 && !words.contains { "|`()<>\n\r".contains($0) }
        let namesAgents = ["after ", "depends on "].contains { words.lowercased().contains($0) }
        return isPlain && !namesAgents ? String(words) : nil
    }
}
