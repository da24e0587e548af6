package import Foundation
package import RunModel

/// Takes prompts whose work is done out of the folder of those that wait, and moves their tickets along.
///
/// Only prompts that triage and dispatch wrote are touched: a task file of a person may be meant for every day.
package struct PromptRetirement: Sendable {
    /// What became of one prompt.
    package struct Outcome: Hashable, Sendable {
        /// Name of the file.
        package var prompt: String
        /// Where it lies now, relative to the repository.
        package var archived: String
        package var ticket: TicketID?
        /// The state the ticket was moved to; `nil` when it stayed as it was.
        package var state: TicketState?
    }

    private let now: Date

    package init(now: Date) {
        self.now = now
    }

    /// Puts away a prompt whose work has landed as a whole.
    ///
    /// The ticket first: a prompt that is still there when this is cut off is put away by the next ``sweep(_:isDryRun:)``.
    ///
    /// - Parameters:
    ///   - name: the file's name in the folder of prompts.
    ///   - isOnMain: whether the work is on the main branch; else the ticket waits to be checked on its own.
    ///   - session: with the right to change.
    /// - Returns: `nil` when there is no such prompt, or nobody but a person can have written it.
    /// - Throws: `AgentsError` when the ledger cannot be read or changed.
    package func retire(_ name: String, isOnMain: Bool, _ session: LedgerSession) throws -> Outcome? {
        guard let parts = WorkPrompt.parts(ofFileName: name), try session.read(name, in: .prompts) != nil else {
            return nil
        }
        var book = try LedgerBook(session)
        let known = book.readTickets().first { $0.ticket.id.fileName == parts.ticket }
        var moved: TicketState?
        // Checking again says nothing yet about what was found.
        if let known, let state = known.ticket.state, parts.kind != .retest {
            let target: TicketState = isOnMain ? .merged : .qaPending
            if state.canMove(to: target) {
                book.move(known.index, to: target, at: now)
                try book.save(to: session)
                moved = target
            }
        }
        guard var outcome = try archive(name, session) else { return nil }
        (outcome.ticket, outcome.state) = (known?.ticket.id, moved)
        return outcome
    }

    /// Puts away the prompts of tickets that are merged or closed.
    package func sweep(_ session: LedgerSession, isDryRun: Bool) throws -> [Outcome] {
        var book = try LedgerBook(session)
        let done = Dictionary(
            book.readTickets().filter { $0.ticket.state?.isFinal == true }.map { ($0.ticket.id.fileName, $0.ticket.id) }
        ) { first, _ in first }
        return try session.names(in: .prompts).compactMap { name in
            guard let parts = WorkPrompt.parts(ofFileName: name), let ticket = done[parts.ticket] else { return nil }
            var outcome = isDryRun ? Outcome(prompt: name, archived: place(name, session)) : try archive(name, session)
            outcome?.ticket = ticket
            return outcome
        }
    }

    private func archive(_ name: String, _ session: LedgerSession) throws -> Outcome? {
        guard let kept = try session.move(name, from: .prompts, to: archive) else { return nil }
        return Outcome(prompt: name, archived: place(kept, session))
    }

    private func place(_ name: String, _ session: LedgerSession) -> String { session.locations.path(name, in: archive) }

    private var archive: LedgerLocations.Place { .archive(day: LedgerStamp.day(now)) }
}
