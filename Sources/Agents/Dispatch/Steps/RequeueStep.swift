package import Foundation
package import RunModel

/// Step 5: puts back tickets whose tooling has landed.
package struct RequeueStep: Sendable {
    let now: Date
    /// The landed commit that names a ticket; `nil` when none does.
    let landedCommit: @Sendable (TicketID) -> String?
    /// Whether a branch of that name is there.
    let isBranch: @Sendable (String) -> Bool
    /// Whether the reader of task files takes a prompt without an error.
    let isValidPrompt: @Sendable (String) -> Bool

    package init(
        now: Date,
        landedCommit: @escaping @Sendable (TicketID) -> String?,
        isBranch: @escaping @Sendable (String) -> Bool = { _ in false },
        isValidPrompt: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.now = now
        self.landedCommit = landedCommit
        self.isBranch = isBranch
        self.isValidPrompt = isValidPrompt
    }

    package func perform(on book: inout LedgerBook) -> DispatchSection {
        var section = DispatchSection(.requeue, columns: ["Ticket", "Waited for", "What was done"])
        let tickets = Dictionary(book.readTickets().map { ($0.ticket.id, $0) }) { first, _ in first }
        let waiting = book.readRequeue().filter { $0.entry.status == .waiting }
        let holds = TicketHolds(book.readThreads(), facts: book.threadFacts())
        let cycles = Self.cycles(waiting.map(\.entry))
        var closed: Set<Int> = []
        var returned: Set<TicketID> = []
        for (index, entry) in waiting {
            let row = { (text: String) in [entry.blockedTicket.rawValue, entry.waitingFor.rawValue, text] }
            guard let blocked = tickets[entry.blockedTicket] else {
                section.count("gone")
                section.rows.append(row("left: there is no ticket \(entry.blockedTicket)"))
                section.forPeople.append(
                    "Requeue entry \(entry.blockedTicket) <- \(entry.waitingFor): the ticket is gone; cancel the entry or bring it back."
                )
                continue
            }
            if blocked.ticket.state?.isFinal == true {
                mark(index, .cancelled, &book)
                section.count("cancelled")
                section.rows.append(
                    row("cancelled: \(entry.blockedTicket) is \(blocked.ticket.state?.rawValue ?? "closed") already")
                )
                continue
            }
            if let cycle = cycles.first(where: { $0.contains(entry.blockedTicket) }) {
                section.count("cycles")
                section.rows.append(row("left: they wait for each other"))
                let names = cycle.map(\.rawValue).joined(separator: ", ")
                let sentence = "Break the circle of tickets that wait for each other: \(names)."
                if !section.forPeople.contains(sentence) { section.forPeople.append(sentence) }
                continue
            }
            let known = tickets[entry.waitingFor]
            let tool = known?.ticket
            let commit = landedCommit(entry.waitingFor)
            guard tool?.state == .merged || commit != nil else {
                if tool == nil {
                    section.count("gone")
                    section.rows.append(row("left: there is no ticket \(entry.waitingFor)"))
                    section.forPeople.append(
                        "\(entry.blockedTicket) waits for \(entry.waitingFor), which is no ticket: make it, or cancel the entry."
                    )
                } else if tool?.state == .closed {
                    section.count("gone")
                    section.rows.append(row("left: \(entry.waitingFor) was closed without landing"))
                    section.forPeople.append(
                        "\(entry.blockedTicket) waits for \(entry.waitingFor), which was closed: decide how it goes on."
                    )
                } else {
                    section.count("waiting")
                    section.rows.append(
                        row("waits on: \(entry.waitingFor) is \(tool?.state?.rawValue ?? "in an unknown state")")
                    )
                }
                continue
            }
            // What has landed is no longer waited for by anybody.
            if let known, commit != nil, tool?.state?.canMove(to: .merged) == true, closed.insert(known.index).inserted
            {
                book.move(known.index, to: .merged, at: now)
                section.count("tools_merged")
            }
            if let why = obstacle(entry, blocked.ticket, waiting, tickets, holds) {
                section.count("waiting")
                section.rows.append(row("waits on: \(entry.waitingFor) has landed, but \(why)"))
                continue
            }
            if returned.contains(entry.blockedTicket) {
                mark(index, .requeued, &book)
                section.count("joined")
                section.rows.append(row("has landed, too: one prompt does for both"))
            } else if putBack(entry, index, blocked, tool: tool, commit: commit, &book, &section) {
                returned.insert(entry.blockedTicket)
            }
        }
        finish(&section)
        return section
    }

    /// What else stands in the way of a ticket whose tool has landed; `nil` when nothing does.
    private func obstacle(
        _ entry: RequeueEntry,
        _ blocked: Ticket,
        _ waiting: [(index: Int, entry: RequeueEntry)],
        _ tickets: [TicketID: (index: Int, ticket: Ticket)],
        _ holds: TicketHolds
    ) -> String? {
        let open = waiting.lazy.map(\.entry).first { other in
            other.blockedTicket == entry.blockedTicket && other.waitingFor != entry.waitingFor
                && tickets[other.waitingFor]?.ticket.state != .merged && landedCommit(other.waitingFor) == nil
        }
        if let open { return "\(open.waitingFor) has not" }
        switch blocked.state {
        case .inProgress: return "an agent has the ticket"
        case .blocked where holds.hold(blocked.id): return "a person has yet to decide about the ticket"
        default: return nil
        }
    }

    /// Moves the ticket and writes the prompt that goes on with it; `false` when it cannot move.
    private func putBack(
        _ entry: RequeueEntry,
        _ index: Int,
        _ blocked: (index: Int, ticket: Ticket),
        tool: Ticket?,
        commit: String?,
        _ book: inout LedgerBook,
        _ section: inout DispatchSection
    ) -> Bool {
        let goesToTest = entry.requeueTo.lowercased().hasPrefix("qa") || entry.requeueTo.lowercased().contains("test")
        let target: TicketState = goesToTest ? .qaPending : .ready
        let state = blocked.ticket.state ?? .blockedTooling
        guard state == target || state.canMove(to: target) else {
            section.count("stuck")
            section.rows.append([
                entry.blockedTicket.rawValue, entry.waitingFor.rawValue,
                "left: \(state.rawValue) cannot become \(target.rawValue)",
            ])
            section.forPeople.append(
                "Move ticket \(entry.blockedTicket) by hand: it is \(state.rawValue) and should become \(target.rawValue)."
            )
            return false
        }
        let prompt = prompt(entry, blocked.ticket, tool: tool, commit: commit, goesToTest: goesToTest)
        book.files.append((.prompts, prompt.name, prompt.text))
        book.move(blocked.index, to: target, at: now)
        mark(index, .requeued, &book)
        section.count("requeued")
        let proof = commit.map { "commit \($0.prefix(9)) landed it" } ?? "it is merged"
        section.rows.append([
            entry.blockedTicket.rawValue, entry.waitingFor.rawValue,
            "back to \(target.rawValue): \(proof); \(prompt.name)",
        ])
        return true
    }

    private func mark(_ index: Int, _ status: RequeueEntry.Status, _ book: inout LedgerBook) {
        book.requeue.update(at: index, in: RequeueEntry.list) { entry in
            entry.put("status", .text(status.rawValue))
            if status == .requeued { entry.put("requeued_at", .text(LedgerStamp.text(now))) }
        }
    }

    private func finish(_ section: inout DispatchSection) {
        let back = section.counts["requeued", default: 0]
        let cancelled = section.counts["cancelled", default: 0]
        section.found =
            section.rows.isEmpty
            ? "No ticket waits for tooling." : "\(counted(section.rows.count, "ticket")) waited for tooling."
        var parts: [String] = []
        if back > 0 { parts.append("\(counted(back, "ticket")) put back") }
        if cancelled > 0 { parts.append("\(counted(cancelled, "entry", "entries")) cancelled") }
        if let waiting = section.counts["waiting"] { parts.append("\(counted(waiting, "ticket")) left waiting") }
        if !parts.isEmpty { section.action = parts.joined(separator: "; ") + "." }
        section.settle(done: back + cancelled)
    }

    /// Groups of tickets that wait for each other.
    static func cycles(_ entries: [RequeueEntry]) -> [[TicketID]] {
        var next: [TicketID: [TicketID]] = [:]
        for entry in entries { next[entry.blockedTicket, default: []].append(entry.waitingFor) }
        var cycles: [[TicketID]] = []
        var done: Set<TicketID> = []
        for start in next.keys.sorted() where !done.contains(start) {
            // Depth first with the way in hand; a list of tickets is short and most have one edge.
            var way: [TicketID] = []
            var stack: [(ticket: TicketID, edge: Int)] = [(start, 0)]
            way.append(start)
            while let (ticket, edge) = stack.last {
                let targets = next[ticket] ?? []
                guard edge < targets.count else {
                    done.insert(ticket)
                    stack.removeLast()
                    way.removeLast()
                    continue
                }
                stack[stack.count - 1].edge += 1
                let target = targets[edge]
                if let place = way.firstIndex(of: target) {
                    cycles.append(Array(way[place...]))
                } else if !done.contains(target) {
                    stack.append((target, 0))
                    way.append(target)
                }
            }
        }
        return cycles
    }
}
