import Foundation
import RunModel

/// Blockers that need no work: the ledger is put right.
extension TriagePlanner {
    /// The commit on the main branch that names the ticket.
    func landing(of ticket: TicketID) -> RepositoryFacts.Landing? { snapshot.facts.landed[ticket] }

    mutating func markLanded(_ blocker: PastBlocker, _ outcome: inout TriageOutcome) {
        defer { archive(blocker, &outcome) }
        guard let ticket = blocker.reading.ticket else {
            tell(
                blocker,
                severity: "low",
                title: "Somebody says that a ticket's work had landed, without its id",
                issue: PromptText.line(blocker.what),
                actions: ["Find the ticket and close it."],
                &outcome
            )
            return
        }
        let landed = landing(of: ticket)
        let isMerged = snapshot.ticket(ticket)?.ticket.state?.isFinal ?? false
        if let landed {
            move(ticket, to: .merged, &outcome)
            tell(
                blocker,
                severity: "low",
                title: "\(ticket) had landed before an agent was given it",
                issue:
                    "The commit \(landed.commit.prefix(12)) '\(landed.subject.prefix(120))' on the main branch names the ticket. "
                    + PromptText.line(blocker.what),
                actions: ["See whether the ticket's state was wrong for long: other tickets may be affected."],
                &outcome
            )
        } else if isMerged {
            outcome.done.append("The ledger has \(ticket) as finished already.")
        } else {
            outcome.needsHuman = true
            tell(
                blocker,
                severity: "medium",
                title: "\(ticket) is said to have landed, and no commit names it",
                issue: PromptText.line(blocker.what),
                actions: [
                    "See whether the work is on the main branch.",
                    "If it is: switchyard tickets move \(ticket) merged. If not: put the ticket back to ready.",
                ],
                &outcome
            )
        }
    }

    mutating func dismiss(_ blocker: PastBlocker, _ outcome: inout TriageOutcome) {
        let why = outcome.evidence.first.map { PromptText.line($0) } ?? "its evidence says otherwise"
        outcome.done.append("No failure: \(why).")
        if let ticket = blocker.reading.ticket, snapshot.ticket(ticket)?.ticket.state == .qaFailed {
            move(ticket, to: .qaPending, &outcome)
        }
        archive(blocker, &outcome, why: why + ".")
    }

    mutating func putBack(_ blocker: PastBlocker, _ outcome: inout TriageOutcome) throws {
        defer { archive(blocker, &outcome) }
        guard let ticket = blocker.reading.ticket else { return }
        let before = try snapshot.history(of: ticket, in: session).filter { past in
            past.blockerClass == .routingError && past.key != blocker.key
        }
        let alsoWaiting = outcomes.contains {
            $0.ticket == ticket && $0.blockerClass == .routingError && !$0.isRepeated
        }
        guard before.isEmpty, !alsoWaiting else {
            outcome.needsHuman = true
            outcome.action = .inbox
            tell(
                blocker,
                severity: "high",
                title: "\(ticket) could not be started again",
                issue:
                    "It failed to start \(before.count + (alsoWaiting ? 2 : 1)) times, the last time with: \(PromptText.line(blocker.what))",
                actions: ["Find out why agents cannot be started.", "Then: switchyard tickets move \(ticket) ready"],
                &outcome
            )
            return
        }
        outcome.done.append("\(ticket) may be started again.")
        if let state = snapshot.ticket(ticket)?.ticket.state, state != .ready, state.canMove(to: .ready), !state.isFinal
        {
            move(ticket, to: .ready, &outcome)
        }
    }
}
