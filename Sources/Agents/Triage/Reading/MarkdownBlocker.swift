import RunModel

/// Reads a blocker that was written as a page: `**Key:** value` lines, `key: value` lines, headings with text or lists
/// under them.
struct MarkdownBlocker {
    private(set) var value: LedgerValue = .object([])
    /// Whether there was anything but prose.
    private(set) var isStructured = false

    init(_ text: String) {
        var section = "issue"
        var paragraphs: [String] = []
        var items: [String] = []
        func isList(_ line: String) -> String? {
            if let match = line.firstMatch(of: /^(?:[-*+]|\d+[.)])\s+(.*)$/) { return String(match.1) }
            return nil
        }
        for raw in text.split(separator: "\n", omittingEmptySubsequences: false).prefix(20_000) {
            let line = raw.trimmingSpace
            if line.isEmpty || line.allSatisfy({ "-=*_".contains($0) }) || line.hasPrefix("```") { continue }
            if line.hasPrefix("#") {
                close(section, &paragraphs, &items)
                let title = line.drop { $0 == "#" }.trimmingSpace
                // The title of the page often holds the ticket and the kind.
                if value.count == 0 && !isStructured { set("title", .text(title)) }
                section = title
                isStructured = true
            } else if let (key, rest) = Self.pair(line) {
                if rest.isEmpty {
                    close(section, &paragraphs, &items)
                    section = key
                } else {
                    set(key, .text(rest))
                }
                isStructured = true
            } else if let item = isList(line) {
                items.append(item)
            } else {
                paragraphs.append(line)
            }
        }
        close(section, &paragraphs, &items)
    }

    private mutating func close(_ section: String, _ paragraphs: inout [String], _ items: inout [String]) {
        defer {
            paragraphs = []
            items = []
        }
        if !items.isEmpty {
            set(section, .texts(paragraphs.isEmpty ? items : [paragraphs.joined(separator: " ")] + items))
        } else if !paragraphs.isEmpty {
            set(section, .text(paragraphs.joined(separator: "\n")))
        }
    }

    private mutating func set(_ key: String, _ new: LedgerValue) {
        let known = value.members.first { FieldName($0.key) == FieldName(key) }
        guard let known else {
            value.set(key, to: new)
            return
        }
        value.set(
            known.key,
            to: .texts([known.value, new].flatMap { $0.isList ? $0.elements.map(\.summary) : [$0.summary] })
        )
    }

    /// `**Blocker Type:** x`, `- Status: y`, `ticket_id: z`; the key has at most four words.
    static func pair(_ line: String) -> (key: String, rest: String)? {
        guard
            let match = line.firstMatch(
                of:
                    /^(?:[-*+]\s+|>\s*)?(?:\*\*|__)?([A-Za-z][A-Za-z0-9_ \-\/]{1,40}?)(?:\*\*|__)?\s*:(?:\*\*|__)?(?:\s+(.*))?$/
            )
        else { return nil }
        let key = String(match.1).trimmingSpace
        guard key.split(separator: " ").count <= 4 else { return nil }
        let rest = match.2.map { String($0).trimmingSpace } ?? ""
        return (key, rest.replacing("**", with: "").trimmingSpace)
    }
}
