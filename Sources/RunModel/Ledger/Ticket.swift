package import Foundation

/// One entry of `tickets.json`.
package struct Ticket: Hashable, Sendable {
    package var id: TicketID
    package var title: String
    package var priority: String?
    package var feature: String?
    package var difficulty: String?
    /// `nil` when the entry's word for it is not known.
    package var state: TicketState?
    package var source: String?
    package var issue: String
    /// Paths alone: what follows a path in prose is cut off.
    package var filesToModify: [String]
    package var filesToRead: [String]
    package var outOfScope: [String]
    package var fixRequired: [String]
    package var acceptanceCriteria: [String]
    package var risks: [String]
    package var devChecks: [String]
    package var qaNotes: String?
    package var parent: TicketID?
    package var iteration: Int
    package var branch: String?
    package var worktreePath: String?
    package var createdAt: Date?
    package var updatedAt: Date?

    /// The list of `tickets.json` that holds them.
    package static let list = "tickets"

    /// Reads an entry; `nil` when it has no id.
    package init?(reading value: LedgerValue, findings: inout [Finding]) {
        var fields = LedgerFields(value, place: "ticket '\(value["id"]?.summary.prefix(60) ?? "?")'")
        defer { findings += fields.findings }
        guard let id = fields.text("id", "ticket_id", "ticket").flatMap({ TicketID($0) }) else {
            fields.complain("ticket-without-id", "has no id")
            return nil
        }
        self.id = id
        title = fields.text("title", "name", "ticket_title", "summary") ?? ""
        priority = fields.text("priority", "severity")?.lowercased()
        feature = fields.text("feature", "area", "component")
        difficulty = fields.text("difficulty", "effort")
        let status = fields.text("status", "state")
        state = status.flatMap { TicketState(reading: $0) }
        if let status, state == nil {
            fields.complain("ticket-state", "has the unknown state '\(status.prefix(40))'")
        }
        source = fields.text("source", "origin")
        issue = fields.text("issue", "description", "problem", "body") ?? ""
        filesToModify = fields.texts("files_to_modify", "files", "modify", "affected_files").map(Self.path)
        filesToRead = fields.texts("files_to_read", "read_first", "references").map(Self.path)
        outOfScope = fields.texts("out_of_scope", "not_in_scope")
        fixRequired = fields.texts("fix_required", "fix", "steps", "implementation_steps")
        acceptanceCriteria = fields.texts("acceptance_criteria", "criteria", "acceptance")
        risks = fields.texts("risks", "risk")
        devChecks = fields.texts("dev_checks", "checks", "tests", "verification")
        qaNotes = fields.text("qa_notes")
        parent = fields.text("parent_ticket_id", "parent", "parent_ticket").flatMap { TicketID($0) }
        iteration = max(1, fields.integer("iteration", "version", "attempt") ?? 1)
        branch = fields.text("branch", "branch_name")
        worktreePath = fields.text("worktree_path", "worktree")
        createdAt = fields.text("created_at").flatMap(LedgerStamp.date)
        updatedAt = fields.text("updated_at").flatMap(LedgerStamp.date)
    }

    /// The path at the start of an item such as `` `src/a.ts` - existing helpers ``.
    package static func path(_ item: String) -> String {
        let item = item.trimmingSpace
        if item.hasPrefix("`"), let end = item.dropFirst().firstIndex(of: "`") {
            return String(item[item.index(after: item.startIndex)..<end])
        }
        for mark in [" - ", " – ", " — ", " (", ": "] {
            if let range = item.firstRange(of: mark) {
                return String(item[..<range.lowerBound])
            }
        }
        return item
    }
}
