package import Foundation

/// One entry of `requeue.json`: a ticket that waits for another one and then goes back.
package struct RequeueEntry: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable, CaseIterable {
        case waiting, requeued, cancelled
    }

    package var blockedTicket: TicketID
    package var waitingFor: TicketID
    package var blockedCriteria: [String]
    package var passedCriteria: [String]
    /// Where the ticket goes back to; `qa` unless the entry says otherwise.
    package var requeueTo: String
    package var createdAt: Date?
    package var status: Status
    package var requeuedAt: Date?
    /// File name of the blocker it was made from.
    package var sourceBlocker: String?

    /// The list of `requeue.json` that holds them.
    package static let list = "entries"

    package init(
        blockedTicket: TicketID,
        waitingFor: TicketID,
        blockedCriteria: [String] = [],
        passedCriteria: [String] = [],
        requeueTo: String = "qa",
        createdAt: Date?,
        sourceBlocker: String? = nil
    ) {
        self.blockedTicket = blockedTicket
        self.waitingFor = waitingFor
        self.blockedCriteria = blockedCriteria
        self.passedCriteria = passedCriteria
        self.requeueTo = requeueTo
        self.createdAt = createdAt
        self.sourceBlocker = sourceBlocker
        status = .waiting
    }

    /// Reads an entry; `nil` when it lacks one of the two tickets.
    package init?(reading value: LedgerValue, findings: inout [Finding]) {
        var fields = LedgerFields(
            value,
            place: "requeue entry of '\(value["blocked_ticket"]?.summary.prefix(60) ?? "?")'"
        )
        defer { findings += fields.findings }
        guard let blocked = fields.text("blocked_ticket", "ticket_id", "ticket").flatMap({ TicketID($0) }),
            let waiting = fields.text("waiting_for", "tooling_ticket", "blocked_by").flatMap({ TicketID($0) })
        else {
            fields.complain("requeue-incomplete", "lacks the blocked ticket or the one it waits for")
            return nil
        }
        blockedTicket = blocked
        waitingFor = waiting
        blockedCriteria = fields.texts("blocked_criteria")
        passedCriteria = fields.texts("passed_criteria")
        requeueTo = fields.text("requeue_to", "requeue") ?? "qa"
        createdAt = fields.text("created_at").flatMap(LedgerStamp.date)
        requeuedAt = fields.text("requeued_at").flatMap(LedgerStamp.date)
        sourceBlocker = fields.text("source_blocker", "blocker")
        let word = fields.text("status", "state") ?? "waiting"
        switch FieldName(word).folded {
        case "requeued", "done", "complete", "completed": status = .requeued
        case "cancelled", "canceled", "closed": status = .cancelled
        case "waiting", "pending", "blocked", "open": status = .waiting
        default:
            status = .waiting
            fields.complain("requeue-status", "has the unknown status '\(word.prefix(40))'")
        }
    }

    /// The entry as it stands in the file.
    package var value: LedgerValue {
        var members: [(key: String, value: LedgerValue)] = [
            ("blocked_ticket", .text(blockedTicket.rawValue)), ("waiting_for", .text(waitingFor.rawValue)),
            ("blocked_criteria", .texts(blockedCriteria)), ("passed_criteria", .texts(passedCriteria)),
            ("requeue_to", .text(requeueTo)), ("created_at", .text(orNull: createdAt.map(LedgerStamp.text))),
            ("status", .text(status.rawValue)),
        ]
        if let requeuedAt { members.append(("requeued_at", .text(LedgerStamp.text(requeuedAt)))) }
        if let sourceBlocker { members.append(("source_blocker", .text(sourceBlocker))) }
        return .object(members)
    }
}
