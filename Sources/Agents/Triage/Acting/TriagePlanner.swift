import Foundation
import RunModel

/// Decides what is made of the waiting blockers; changes only its own copy of the ledger.
struct TriagePlanner {
    var snapshot: TriageSnapshot
    var plan = TriagePlan()
    var outcomes: [TriageOutcome] = []
    let session: LedgerSession
    let options: BlockerTriageAgent.Options
    let now: Date
    /// Threads and tooling tickets that others may join, by what they are about.
    var threads: [(index: Int, signature: CauseSignature)] = []
    var gaps: [(ticket: TicketID, signature: CauseSignature)] = []
    /// Where the thread of each id stands.
    var threadPlaces: [String: Int] = [:]
    /// Names of active continuations, by the ticket in their names.
    var continuations: [String: [String]] = [:]
    /// Keys of blockers that threads, tickets and entries were made from.
    var known: Set<String> = []

    init(_ snapshot: TriageSnapshot, session: LedgerSession, options: BlockerTriageAgent.Options, now: Date) {
        self.snapshot = snapshot
        self.session = session
        self.options = options
        self.now = now
        readKnown()
    }

    /// Finds what earlier passes, finished or not, have made.
    private mutating func readKnown() {
        for name in snapshot.prompts.sorted() {
            guard let parts = WorkPrompt.parts(ofFileName: name), parts.kind == .continuation else { continue }
            continuations[parts.ticket, default: []].append(name)
        }
        for (index, thread) in snapshot.decisions.entries(in: DecisionThread.list).enumerated() {
            if let id = thread["finding_id"]?.text, threadPlaces[id] == nil { threadPlaces[id] = index }
            for key in thread["blocker_keys"]?.elements ?? [] { known.insert("thread:" + key.summary) }
            if !Self.isSettled(thread), let cause = thread["cause"], cause.isList {
                threads.append((index, CauseSignature(cause)))
            }
        }
        for entry in snapshot.tickets.entries(in: Ticket.list) {
            for key in entry["blocker_keys"]?.elements ?? [] { known.insert("ticket:" + key.summary) }
            guard let gap = entry["gap"], gap.isList, let id = entry["id"]?.text.flatMap({ TicketID($0) }) else {
                continue
            }
            let isOpen = entry["status"]?.text.flatMap { TicketState(reading: $0) }?.isFinal != true
            if isOpen { gaps.append((id, CauseSignature(gap))) }
        }
    }

    // MARK: Going through

    /// Plans for all the blockers, oldest first; those of one ticket that mean more work become one prompt.
    mutating func take(_ blockers: [PastBlocker]) throws {
        let sorted = blockers.sorted(by: PastBlocker.isBefore)
        var latest: [TicketID: BlockerKey] = [:]
        for blocker in sorted { if let ticket = continued(blocker) { latest[ticket] = blocker.key } }
        let byTicket = Dictionary(grouping: sorted.filter { $0.reading.ticket != nil }) { $0.reading.ticket }
        var seen: Set<String> = []
        for blocker in sorted {
            var outcome = TriageOutcome(blocker)
            let isCopy = !seen.insert(blocker.key.rawValue).inserted
            if blocker.blockerClass == .unreadable {
                quarantine(blocker, &outcome)
            } else if try isCopy || isArchived(blocker) {
                outcome.isRepeated = true
                outcome.done.append("It says what a blocker before it said; nothing new was made.")
                archive(blocker, &outcome)
            } else if let ticket = continued(blocker), latest[ticket] != blocker.key {
                outcome.done.append(
                    "A newer blocker of \(ticket) carries the work on; this one stands in its table of attempts."
                )
                archive(blocker, &outcome)
            } else {
                let earlier = (byTicket[blocker.reading.ticket] ?? []).filter { $0.key != blocker.key }
                try handle(blocker, earlier: earlier, &outcome)
            }
            outcomes.append(outcome)
        }
    }

    /// The ticket whose work another agent goes on with; `nil` for what a person decides.
    private func continued(_ blocker: PastBlocker) -> TicketID? {
        guard blocker.blockerClass.family == .continuation, blocker.reading.verdict.action != .inbox else { return nil }
        return blocker.reading.ticket
    }

    /// The same content was dealt with and put away before.
    private mutating func isArchived(_ blocker: PastBlocker) throws -> Bool {
        guard let ticket = blocker.reading.ticket else { return false }
        return try snapshot.history(of: ticket, in: session).contains { $0.key == blocker.key }
    }

    private mutating func handle(
        _ blocker: PastBlocker,
        earlier: [PastBlocker],
        _ outcome: inout TriageOutcome
    ) throws {
        switch blocker.blockerClass {
        case .unreadable: quarantine(blocker, &outcome)
        case .falsePositive: dismiss(blocker, &outcome)
        case .duplicateWork: markLanded(blocker, &outcome)
        case .routingError: try putBack(blocker, &outcome)
        case .missingTooling: requestTool(blocker, &outcome)
        case .clarification, .specificationError, .environment, .infrastructure, .externalSetup:
            openThread(blocker, &outcome)
        default: try goOn(blocker, earlier: earlier, &outcome)
        }
        if SecretMask.holdsSecret(blocker.reading.body.value.summary) {
            outcome.findings.append(
                Finding(
                    .warning,
                    "blocker-secret",
                    "The blocker holds what looks like a secret; it was left out of everything made from it.",
                    hint: "Revoke it, and take it out of the archived file and of git's history."
                )
            )
        }
    }

    // MARK: Departures

    mutating func archive(_ blocker: PastBlocker, _ outcome: inout TriageOutcome, why: String? = nil) {
        plan.departures.append(.archive(name: blocker.name, why: why))
        outcome.paths.append(session.locations.path(blocker.name, in: .archive(day: LedgerStamp.day(now))))
    }

    private mutating func quarantine(_ blocker: PastBlocker, _ outcome: inout TriageOutcome) {
        let why = outcome.evidence.first ?? "it cannot be read"
        plan.departures.append(.quarantine(name: blocker.name, why: why + "."))
        outcome.done.append("Moved to the quarantine: \(why).")
        outcome.paths.append(session.locations.path(blocker.name, in: .quarantine(day: LedgerStamp.day(now))))
    }

    // MARK: Tickets

    /// Moves the ticket along an allowed edge; tells why not where it cannot.
    mutating func move(
        _ id: TicketID,
        to state: TicketState,
        _ outcome: inout TriageOutcome,
        fields: [(String, LedgerValue)] = []
    ) {
        guard let (ticket, index) = snapshot.ticket(id) else {
            outcome.findings.append(
                Finding(.note, "ticket-unknown", "The ledger has no ticket \(id); only the files were written.")
            )
            return
        }
        let canMove = ticket.state.map { $0.canMove(to: state) } ?? true
        if ticket.state == state {
            // Nothing to move.
        } else if canMove {
            outcome.done.append("\(id) moved from \(ticket.state?.rawValue ?? "no state") to \(state.rawValue).")
        } else {
            outcome.findings.append(
                Finding(
                    .warning,
                    "ticket-not-moved",
                    "\(id) stays \(ticket.state?.rawValue ?? "?"): from there it cannot become \(state.rawValue)."
                )
            )
            return
        }
        snapshot.tickets.update(at: index, in: Ticket.list) { [now] entry in
            if ticket.state != state { entry.move(to: state, at: now) }
            var isChanged = false
            for (key, value) in fields where entry.put(key, value) { isChanged = true }
            if isChanged { entry.put("updated_at", .text(LedgerStamp.text(now))) }
        }
    }

    // MARK: Inbox

    /// An item for a person; one that is there already is left alone.
    mutating func tell(
        _ blocker: PastBlocker,
        severity: String,
        title: String,
        issue: String,
        actions: [String],
        _ outcome: inout TriageOutcome,
        why: String? = nil
    ) {
        let ticket = blocker.reading.ticket
        let name = LedgerName.make(
            "INBOX",
            why ?? blocker.blockerClass.rawValue,
            ticket?.fileName ?? "no-ticket",
            blocker.key.short,
            suffix: ".json"
        )
        outcome.paths.append(session.locations.path(name, in: .inbox))
        outcome.done.append("A person finds it in the inbox: \(title)")
        guard snapshot.inbox.insert(name).inserted else { return }
        let item = InboxItem(
            category: why ?? blocker.blockerClass.rawValue,
            severity: severity,
            ticket: ticket,
            title: SecretMask.mask(title),
            createdAt: blocker.date ?? now,
            sourceBlocker: session.locations.path(blocker.name, in: .archive(day: LedgerStamp.day(now))),
            issue: SecretMask.mask(issue),
            actions: actions.map(SecretMask.mask)
        )
        plan.inbox.append((name, item))
    }
}
