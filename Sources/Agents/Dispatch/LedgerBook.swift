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

/// Fields of threads' entries, by the threads' places in the file.
package struct ThreadFacts {
    private let entries: [LedgerValue]

    init(_ entries: [LedgerValue]) {
        self.entries = entries
    }

    /// The options of the thread's finding, or those that triage put beside the thread.
    package func options(of thread: DecisionThread, _ finding: ReviewFinding?) -> [DecisionOption] {
        if let finding { return finding.choices }
        for index in thread.indices {
            let options = DecisionOption.read(entries[index]["options"])
            if !options.isEmpty { return options }
        }
        return []
    }

    /// Whether a thread's entry is about something that a person must take away.
    static func isObstacle(_ entry: LedgerValue) -> Bool {
        let obstacles: [BlockerClass] = [.environment, .infrastructure, .externalSetup]
        let category = entry["category"]?.text
        return obstacles.contains { $0.rawValue == category }
    }

    /// What the thread waits for.
    package func review(_ thread: DecisionThread, _ finding: ReviewFinding?) -> ThreadReview {
        let isObstacle = thread.indices.contains(where: { Self.isObstacle(entries[$0]) })
        return ThreadReview(thread, options: options(of: thread, finding), isObstacle: isObstacle)
    }

    /// Tickets the thread is about: those it lists, else the one in its name.
    package func tickets(of thread: DecisionThread) -> [TicketID] {
        let listed = thread.indices.flatMap { entries[$0]["tickets"]?.elements ?? [] }.compactMap {
            TicketID($0.summary)
        }
        return listed.isEmpty ? TicketID.first(in: thread.id).map { [$0] } ?? [] : listed
    }
}
