package import Foundation
import RunModel

/// Step 3: makes tickets of decisions, closes what people do not want, gives back what is too thin.
package struct DecisionStep: Sendable {
    let now: Date
    /// Whether a path names a file of the repository, or lies in one of its folders.
    let isFile: @Sendable (String) -> Bool

    package init(now: Date, isFile: @escaping @Sendable (String) -> Bool) {
        self.now = now
        self.isFile = isFile
    }

    package func perform(on book: inout LedgerBook) -> DispatchSection {
        var section = DispatchSection(.tickets, columns: ["Thread", "Decision", "Ticket", "What was done"])
        let tickets = book.readTickets()
        let places = Dictionary(tickets.map { ($0.ticket.id, $0.index) }) { first, _ in first }
        var index = TicketIndex(tickets.map(\.ticket))
        let findings = Dictionary(book.readFindings().map { ($0.finding.id.lowercased(), $0) }) { first, _ in first }
        let facts = book.threadFacts()
        let threads = book.readThreads()
        var waiting = WaitingTickets(places: places, holds: TicketHolds(threads, facts: facts))
        for thread in threads {
            let finding = findings[thread.id.lowercased()]
            let review = facts.review(thread, finding?.finding)
            guard let choice = review.choice else { continue }
            switch review.need {
            case .closing: close(thread, choice, finding, facts.tickets(of: thread), &waiting, &book, &section)
            case .release: release(thread, choice, facts.tickets(of: thread), &waiting, &book, &section)
            case .ticket:
                decide(thread, choice, finding, facts.tickets(of: thread), &index, &waiting, &book, &section)
            case .summary, .answer, .clarification, .person, .nothing: continue
            }
        }
        finish(&section)
        return section
    }

    /// Tickets that were there when the step began, and what still holds them.
    private struct WaitingTickets {
        let places: [TicketID: Int]
        var holds: TicketHolds
    }

    private typealias Known = (index: Int, finding: ReviewFinding)

    private func close(
        _ thread: DecisionThread,
        _ choice: ThreadChoice,
        _ finding: Known?,
        _ subjects: [TicketID],
        _ waiting: inout WaitingTickets,
        _ book: inout LedgerBook,
        _ section: inout DispatchSection
    ) {
        ThreadEditor(now: now).record(choice, in: thread, &book)
        waiting.holds.end(thread)
        var dropped: [TicketID] = []
        for id in subjects {
            guard let place = waiting.places[id], book.ticket(at: place)?.state == .blocked else { continue }
            if choice.dropsTicket {
                book.move(place, to: .closed, at: now)
                dropped.append(id)
            } else if !waiting.holds.hold(id) {
                section.forPeople.append(
                    "Decide how \(id) goes on: it is blocked, and thread \(thread.id) was closed without a change."
                )
            }
        }
        if let finding {
            book.findings.update(at: finding.index, in: ReviewFinding.list) { $0.put("status", "skipped") }
        }
        section.count("closed")
        section.rows.append([
            thread.id, QuestionStep.excerpt(PersonalSecrets.mask(choice.text)),
            dropped.isEmpty ? "–" : dropped.map(\.rawValue).joined(separator: ", "),
            dropped.isEmpty ? "closed: nothing is to be done" : "closed, and the ticket with it",
        ])
    }

    /// What held tickets up is gone: those that wait for nothing else go on.
    private func release(
        _ thread: DecisionThread,
        _ choice: ThreadChoice,
        _ subjects: [TicketID],
        _ waiting: inout WaitingTickets,
        _ book: inout LedgerBook,
        _ section: inout DispatchSection
    ) {
        let places = subjects.compactMap { waiting.places[$0] }
        for place in places { carry(choice, thread, to: place, &waiting, &book, &section) }
        guard places.isEmpty else { return }
        ThreadEditor(now: now).record(choice, in: thread, &book)
        waiting.holds.end(thread)
        section.count("released")
        section.rows.append([
            thread.id, QuestionStep.excerpt(PersonalSecrets.mask(choice.text)), "–", "closed: no ticket waits for it",
        ])
    }

    private func decide(
        _ thread: DecisionThread,
        _ choice: ThreadChoice,
        _ finding: Known?,
        _ subjects: [TicketID],
        _ index: inout TicketIndex,
        _ waiting: inout WaitingTickets,
        _ book: inout LedgerBook,
        _ section: inout DispatchSection
    ) {
        if let ticket = index.ticket(from: thread.id) ?? finding?.finding.ticket.flatMap({ index[$0] }) {
            settle(thread, choice, finding, ticket: ticket.id, &book)
            // Settled threads that stay settled are not news.
            if thread.status != .resolved || !choice.isRecorded {
                section.count("linked")
                section.rows.append([
                    thread.id, QuestionStep.excerpt(PersonalSecrets.mask(choice.text)), ticket.id.rawValue,
                    "the ticket is there already",
                ])
            }
            return
        }
        // The thread of a blocker: the decision goes into the tickets that wait for it.
        let places = subjects.compactMap { waiting.places[$0] }
        if !places.isEmpty {
            for place in places { carry(choice, thread, to: place, &waiting, &book, &section) }
            return
        }
        let draft = TicketDraft(choice, thread: thread, finding: finding?.finding, isFile: isFile)
        if let same = index.duplicate(of: draft, source: thread.id) {
            settle(thread, choice, finding, ticket: same.ticket.id, &book)
            ThreadEditor(now: now).post(
                "This is ticket \(same.ticket.id) already: \(same.why). No second one was made.",
                in: thread,
                status: .resolved,
                &book
            )
            section.count("duplicates")
            section.rows.append([
                thread.id, QuestionStep.excerpt(PersonalSecrets.mask(choice.text)), same.ticket.id.rawValue,
                "no second ticket: \(same.why)",
            ])
            return
        }
        guard draft.missing.isEmpty else {
            giveBack(thread, choice, draft, &book, &section)
            return
        }
        let id = index.nextID()
        let entry = draft.entry(id: id, now: now)
        book.tickets.append(entry, to: Ticket.list)
        var odd: [Finding] = []
        if let ticket = Ticket(reading: entry, findings: &odd) { index.add(ticket) }
        settle(thread, choice, finding, ticket: id, &book)
        ThreadEditor(now: now).post(
            "Ticket \(id) was made of this decision: \(counted(draft.filesToModify.count, "file")), "
                + "\(counted(draft.steps.count, "step")), \(counted(draft.criteria.count, "criterion", "criteria")).",
            in: thread,
            status: .resolved,
            &book
        )
        section.count("created")
        section.rows.append([
            thread.id, QuestionStep.excerpt(PersonalSecrets.mask(choice.text)), id.rawValue, "ticket made",
        ])
    }

    /// A decision about a ticket that waits goes into that ticket, which goes on.
    private func carry(
        _ choice: ThreadChoice,
        _ thread: DecisionThread,
        to place: Int,
        _ waiting: inout WaitingTickets,
        _ book: inout LedgerBook,
        _ section: inout DispatchSection
    ) {
        // As it stands by now: another thread of this round may have changed it.
        guard let ticket = book.ticket(at: place) else { return }
        let note = "Decision of thread \(thread.id): \(PersonalSecrets.mask(choice.text))"
        let isKnown = ticket.fixRequired.contains(note)
        let isFinal = ticket.state?.isFinal == true
        waiting.holds.end(thread)
        if !isKnown, !isFinal {
            let isHeld = waiting.holds.hold(ticket.id)
            book.tickets.update(at: place, in: Ticket.list) { entry in
                entry.put("fix_required", .texts(ticket.fixRequired + [note]))
                entry.put("updated_at", .text(LedgerStamp.text(now)))
                if ticket.state == .blocked, !isHeld { entry.move(to: .ready, at: now) }
            }
        }
        let isNews = thread.status != .resolved || !choice.isRecorded
        ThreadEditor(now: now).record(choice, in: thread, &book)
        guard !isKnown, !isFinal || isNews else { return }
        section.count(ticket.state?.isFinal == true ? "linked" : "carried")
        section.rows.append([
            thread.id, QuestionStep.excerpt(PersonalSecrets.mask(choice.text)), ticket.id.rawValue,
            ticket.state?.isFinal == true
                ? "the ticket is \(ticket.state?.rawValue ?? "closed") already"
                : ticket.state != .blocked
                    ? "put into the ticket"
                    : waiting.holds.hold(ticket.id)
                        ? "put into the ticket, which another thread still holds"
                        : "put into the ticket, which is ready again",
        ])
    }

    /// Closes the thread over a ticket, and names it in the finding.
    private func settle(
        _ thread: DecisionThread,
        _ choice: ThreadChoice,
        _ finding: Known?,
        ticket: TicketID,
        _ book: inout LedgerBook
    ) {
        if thread.status != .resolved || !choice.isRecorded { ThreadEditor(now: now).record(choice, in: thread, &book) }
        if let finding {
            book.findings.update(at: finding.index, in: ReviewFinding.list) { entry in
                if finding.finding.ticket != ticket { entry.put("ticket_id", .text(ticket.rawValue)) }
                if finding.finding.status != "ticketed" { entry.put("status", "ticketed") }
            }
        }
    }

    private func giveBack(
        _ thread: DecisionThread,
        _ choice: ThreadChoice,
        _ draft: TicketDraft,
        _ book: inout LedgerBook,
        _ section: inout DispatchSection
    ) {
        let missing = draft.missing
        let names = missing.map(\.rawValue).joined(separator: ", ")
        section.rows.append([
            thread.id, QuestionStep.excerpt(PersonalSecrets.mask(choice.text)), "–", "no ticket: \(names) missing",
        ])
        section.forPeople.append("Complete the decision in thread \(thread.id): \(names) missing.")
        section.count("given_back")
        // What was asked for once is not asked for again.
        let marker = "No ticket could be made of this yet."
        let lastPerson = thread.messages.lastIndex { $0.role == .human } ?? -1
        let isAsked = thread.messages.indices.contains { $0 > lastPerson && thread.messages[$0].text.hasPrefix(marker) }
        guard !isAsked else { return }
        let list = missing.map { "- **\($0.rawValue)**: \($0.wanted)" }.joined(separator: "\n")
        let text = """
            \(marker) The decision is understood as:

            > \(PersonalSecrets.mask(choice.text).replacing("\n", with: "\n> "))

            What is missing:
            \(list)

            Can you add that?
            """
        ThreadEditor(now: now).post(text, in: thread, status: .awaitingHuman, &book)
    }

    private func finish(_ section: inout DispatchSection) {
        let names = ["created", "carried", "linked", "duplicates", "closed", "released", "given_back"]
        let (created, carried) = (section.counts["created", default: 0], section.counts["carried", default: 0])
        let total = names.reduce(0) { $0 + section.counts[$1, default: 0] }
        let threads = Set(section.rows.compactMap(\.first)).count
        if threads > 0 { section.count("threads", threads) }
        section.found = threads == 0 ? "No decision waited." : "\(counted(threads, "decision")) waited."
        var parts: [String] = []
        if created > 0 { parts.append("\(counted(created, "ticket")) made") }
        if carried > 0 { parts.append("decisions put into \(counted(carried, "ticket")) that waited for them") }
        if let number = section.counts["duplicates"] { parts.append("\(counted(number, "duplicate")) not made") }
        if let number = section.counts["linked"] {
            parts.append("\(counted(number, "thread")) joined to the ticket that is there")
        }
        if let number = section.counts["released"] {
            parts.append("\(counted(number, "thread")) closed that held nothing up any more")
        }
        if let number = section.counts["closed"] {
            parts.append("\(counted(number, "thread")) closed without a ticket")
        }
        if let number = section.counts["given_back"] {
            parts.append("\(counted(number, "decision")) given back as too thin")
        }
        if !parts.isEmpty { section.action = parts.joined(separator: "; ") + "." }
        section.settle(done: total - section.counts["given_back", default: 0])
    }
}
