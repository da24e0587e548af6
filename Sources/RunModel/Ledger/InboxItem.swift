package import Foundation

/// A file of the inbox: something a person should look at.
package struct InboxItem: Hashable, Sendable {
    package var category: String
    package var severity: String
    package var ticket: TicketID?
    package var title: String
    package var createdAt: Date?
    /// Path of the blocker it was made from, relative to the repository.
    package var sourceBlocker: String?
    package var issue: String
    package var actions: [String]
    /// Where everything else of the file's object goes.
    package var details: [(key: String, value: LedgerValue)] = []
    /// Whether a person is done with it.
    package var isDone = false

    package init(
        category: String,
        severity: String,
        ticket: TicketID?,
        title: String,
        createdAt: Date?,
        sourceBlocker: String?,
        issue: String,
        actions: [String]
    ) {
        self.category = category
        self.severity = severity
        self.ticket = ticket
        self.title = title
        self.createdAt = createdAt
        self.sourceBlocker = sourceBlocker
        self.issue = issue
        self.actions = actions
    }

    /// Reads a file's value; what is missing is empty.
    package init(reading value: LedgerValue, file: String, findings: inout [Finding]) {
        var fields = LedgerFields(value, place: "inbox item '\(file)'")
        defer { findings += fields.findings }
        category = fields.text("category", "type") ?? "note"
        severity = fields.text("severity", "priority")?.lowercased() ?? "medium"
        ticket =
            fields.text("ticket_id", "ticket").flatMap { TicketID($0) }
            ?? TicketID.first(in: file, isAnyPrefix: true)
        title = fields.text("title", "summary", "subject") ?? file
        createdAt =
            fields.text("created_at", "timestamp").flatMap(LedgerStamp.date)
            ?? LedgerStamp.split(fileName: file)?.date
        sourceBlocker = fields.text("source_blocker", "blocker")
        issue = fields.text("issue", "description", "message") ?? ""
        actions = fields.texts("human_actions_required", "required_actions", "actions", "steps")
        let status = fields.text("status", "state") ?? ""
        isDone = ["done", "resolved", "closed"].contains(status.lowercased())
    }

    /// The item as its file holds it.
    package var value: LedgerValue {
        .object(
            [
                ("type", "inbox_item"), ("category", .text(category)), ("severity", .text(severity)),
                ("ticket_id", .text(orNull: ticket?.rawValue)), ("title", .text(title)),
                ("created_at", .text(orNull: createdAt.map(LedgerStamp.text))),
                ("source_blocker", .text(orNull: sourceBlocker)), ("status", .text(isDone ? "done" : "open")),
                ("issue", .text(issue)), ("human_actions_required", .texts(actions)),
            ] + details
        )
    }

    package static func == (left: InboxItem, right: InboxItem) -> Bool { left.value == right.value }

    package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
