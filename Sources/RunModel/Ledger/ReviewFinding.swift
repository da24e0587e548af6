/// One entry of `findings.json`: something a reviewer of the product found.
package struct ReviewFinding: Hashable, Sendable {
    package var id: String
    package var title: String
    /// In lower case.
    package var severity: String?
    package var feature: String?
    package var location: String?
    package var issue: String
    package var suggestedFix: String?
    package var options: [DecisionOption]
    package var status: String?
    package var ticket: TicketID?

    /// The list of `findings.json` that holds them.
    package static let list = "findings"

    /// Reads an entry; `nil` when it has no id.
    package init?(reading value: LedgerValue, findings: inout [Finding]) {
        var fields = LedgerFields(value, place: "finding '\(value["id"]?.summary.prefix(60) ?? "?")'")
        defer { findings += fields.findings }
        guard let id = fields.text("id", "finding_id") else {
            fields.complain("finding-without-id", "has no id")
            return nil
        }
        self.id = id
        title = fields.text("title", "name", "summary") ?? ""
        severity = fields.text("severity", "priority")?.lowercased()
        feature = fields.text("feature", "area", "component")
        location = fields.text("location", "file", "where")
        issue = fields.text("issue", "description", "problem") ?? ""
        suggestedFix = fields.text("suggested_fix", "fix", "recommendation")
        options = DecisionOption.read(fields.raw("options"))
        if options.isEmpty { options = DecisionOption.read(fields.raw("agent_options")) }
        status = fields.text("status", "state")
        ticket = fields.text("ticket_id", "ticket").flatMap { TicketID($0) }
    }
}

/// One way to go on that a person may choose.
package struct DecisionOption: Hashable, Sendable {
    /// As it is written in the file, or its number in the list.
    package var id: String
    package var label: String
    package var isRecommended: Bool

    package init(id: String, label: String, isRecommended: Bool = false) {
        self.id = id
        self.label = label
        self.isRecommended = isRecommended
    }

    /// Reads a list of objects or of texts, an object from ids to labels, or one text.
    package static func read(_ value: LedgerValue?) -> [DecisionOption] {
        guard let value else { return [] }
        if value.isObject, value["label"] == nil {
            return value.members.map {
                DecisionOption(id: $0.key, label: label(of: $0.value), isRecommended: isRecommended($0.value))
            }
        }
        let values = value.isList ? value.elements : [value]
        return values.enumerated().compactMap { index, value in
            let fields = LedgerFields(value, place: "option")
            let label = label(of: value)
            guard !label.isEmpty else { return nil }
            let id = value.isObject ? fields.raw("id", "option_id", "number", "key")?.summary : nil
            return DecisionOption(id: id ?? "\(index + 1)", label: label, isRecommended: isRecommended(value))
        }
    }

    private static func label(of value: LedgerValue) -> String {
        guard value.isObject else { return value.summary.trimmingSpace }
        let fields = LedgerFields(value, place: "option")
        let label = fields.raw("label", "title", "name", "option", "text", "action")?.summary
        let more = fields.raw("description", "details", "explanation")?.summary
        let parts = [label, more].compactMap(\.self).map(\.trimmingSpace).filter { !$0.isEmpty }
        return parts.isEmpty ? value.summary : parts.joined(separator: " — ")
    }

    private static func isRecommended(_ value: LedgerValue) -> Bool {
        guard let flag = LedgerFields(value, place: "option").raw("recommended", "is_recommended", "preferred") else {
            return value.text?.lowercased().contains("(recommended)") ?? false
        }
        return flag.boolean ?? ["true", "yes"].contains(flag.summary.lowercased())
    }
}
