package import Foundation

/// A `started` file: what an agent has in hand, and the files nobody else may change meanwhile.
package struct Reservation: Hashable, Sendable {
    package var ticket: TicketID
    package var branch: String?
    package var startedAt: Date?
    /// Paths relative to the repository.
    package var files: [String]
    /// Who holds it, where the file says so.
    package var holder: String?

    /// Reads a file's value; `nil` when it names no ticket.
    package init?(reading value: LedgerValue, file: String, findings: inout [Finding]) {
        var fields = LedgerFields(value, place: "reservation '\(file)'")
        defer { findings += fields.findings }
        guard
            let ticket = fields.text("ticket_id", "ticket", "id").flatMap({ TicketID($0) })
                ?? TicketID.first(in: file, isAnyPrefix: true)
        else {
            fields.complain("reservation-without-ticket", "names no ticket")
            return nil
        }
        self.ticket = ticket
        branch = fields.text("branch", "branch_name")
        startedAt =
            fields.text("started_at", "created_at", "timestamp").flatMap(LedgerStamp.date)
            ?? LedgerStamp.split(fileName: file)?.date
        files = fields.texts("files_locking", "files_locked", "files", "locks").map(Ticket.path)
        holder = fields.text("holder", "agent", "agent_id", "session_id", "agent_session_id")
    }
}
