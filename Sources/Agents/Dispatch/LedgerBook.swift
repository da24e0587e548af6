package import Foundation
package import RunModel

/// The data files in hand: read once, changed in memory, written back in an order that a crash cannot hurt.
package struct LedgerBook {
    package var tickets: LedgerDocument
    package var findings: LedgerDocument
    package var staging: LedgerDocument
    package var decisions: LedgerDocument
    package var requeue: LedgerDocument
    /// Files to write before the data files name them.
    package var files: [(place: LedgerLocations.Place, name: String, text: String)] = []
    /// What was odd and accepted while reading.
    package private(set) var complaints: [Finding] = []

    package init(_ session: LedgerSession) throws {
        tickets = try session.document(.tickets)
        findings = try session.document(.findings)
        staging = try session.document(.stagingFindings)
        decisions = try session.document(.decisions)
        requeue = try session.document(.requeue)
    }

    /// Writes what was changed.
    ///
    /// Files first, then tickets, threads, findings, what is staged, and the requeue list: each step is found done by the
    /// next run when this one dies in between, because what comes later names what came before.
    package func save(to session: LedgerSession) throws {
        for file in files { try session.write(file.text, to: file.name, in: file.place) }
        try session.save(tickets, as: .tickets)
        try session.save(decisions, as: .decisions)
        try session.save(findings, as: .findings)
        try session.save(staging, as: .stagingFindings)
        try session.save(requeue, as: .requeue)
    }

    /// Names of what would be written.
    package var changes: [String] {
        var names = files.map(\.name)
        for (document, file) in [
            (tickets, LedgerFile.tickets), (findings, .findings), (staging, .stagingFindings), (decisions, .decisions),
            (requeue, .requeue),
        ] where document.isEdited {
            names.append(file.rawValue)
        }
        return names
    }

    /// All tickets with their places in the file.
    package mutating func readTickets() -> [(index: Int, ticket: Ticket)] {
        tickets.entries(in: Ticket.list).enumerated().compactMap { index, entry in
            Ticket(reading: entry, findings: &complaints).map { (index, $0) }
        }
    }

    /// The ticket as it stands by now at a place in the file.
    package func ticket(at index: Int) -> Ticket? {
        var odd: [Finding] = []
        return tickets.entry(at: index, in: Ticket.list).flatMap { Ticket(reading: $0, findings: &odd) }
    }

    /// Gives the ticket at a place in the file another state.
    package mutating func move(_ index: Int, to state: TicketState, at now: Date) {
        tickets.update(at: index, in: Ticket.list) { $0.move(to: state, at: now) }
    }

    package mutating func readFindings() -> [(index: Int, finding: ReviewFinding)] {
        findings.entries(in: ReviewFinding.list).enumerated().compactMap { index, entry in
            ReviewFinding(reading: entry, findings: &complaints).map { (index, $0) }
        }
    }

    package mutating func readThreads() -> [DecisionThread] { DecisionThread.read(decisions, findings: &complaints) }

    /// What threads say of themselves besides their messages: options to choose from, tickets they are about.
    package func threadFacts() -> ThreadFacts { ThreadFacts(decisions.entries(in: DecisionThread.list)) }

    package mutating func readRequeue() -> [(index: Int, entry: RequeueEntry)] {
        requeue.entries(in: RequeueEntry.list).enumerated().compactMap { index, entry in
            RequeueEntry(reading: entry, findings: &complaints).map { (index, $0) }
        }
    }
}
