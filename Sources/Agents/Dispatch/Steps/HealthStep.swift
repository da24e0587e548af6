package import Foundation
import RunModel

/// Step 6: counts what is there, and names what is not well.
package struct HealthStep: Sendable {
    let now: Date
    let facts: SystemFacts
    /// Least free space that is well; 5 GiB by default.
    var leastFreeBytes: Int64 = 5 << 30

    package init(now: Date, facts: SystemFacts) {
        self.now = now
        self.facts = facts
    }

    /// Counts and judges.
    ///
    /// - Parameters:
    ///   - book: the data files.
    ///   - queued: number of blockers that wait, after step 1.
    ///   - inbox: number of items that wait for a person.
    ///   - reservations: what agents hold, or held until now.
    ///   - prompts: prompts of tickets that are done, which were put away just now.
    /// - Returns: the report's section.
    package func perform(
        on book: inout LedgerBook,
        queued: Int,
        inbox: Int,
        reservations: [ReservationCheck],
        prompts: [PromptRetirement.Outcome]
    ) -> DispatchSection {
        var section = DispatchSection(.health, columns: ["What", "Number or state"])
        let threads = book.readThreads()
        let today = LedgerStamp.day(now)
        let resolved = threads.filter { $0.status == .resolved }
        let resolvedToday = resolved.filter { thread in
            let last = ([thread.decision?.time] + thread.messages.map(\.time)).compactMap(\.self).max()
            return last.map(LedgerStamp.day) == today
        }.count
        add(
            "Threads pending",
            threads.count { $0.status == .pending || $0.status == .awaitingHuman },
            "threads_pending",
            &section
        )
        add("Threads in discussion", threads.count { $0.status == .inDiscussion }, "threads_active", &section)
        add("Threads resolved today", resolvedToday, "threads_resolved_today", &section)
        add("Threads resolved in all", resolved.count, "threads_resolved", &section)
        let tickets = book.readTickets().map(\.ticket)
        for state in TicketState.allCases {
            let number = tickets.count { $0.state == state }
            if number > 0 { add("Tickets \(state.rawValue)", number, "tickets_\(state.rawValue)", &section) }
        }
        let unknown = tickets.count { $0.state == nil }
        if unknown > 0 { add("Tickets in an unknown state", unknown, "tickets_unknown", &section) }
        add("Blockers queued", queued, "blockers_queued", &section)
        add("Inbox items open", inbox, "inbox_open", &section)
        for service in facts.services {
            section.rows.append(["Service \(service.name)", service.isReady ? "ready" : "failing: \(service.detail)"])
            if !service.isReady {
                section.count("services_failing")
                section.forPeople.append("Look after the service \(service.name): \(service.detail)")
            }
        }
        if let free = facts.freeBytes {
            section.rows.append(["Free disk space", "\((free + (1 << 29)) >> 30) GiB"])
            if free < leastFreeBytes { section.forPeople.append("Make room on the disk: \(free >> 20) MiB are free.") }
        }
        section.rows.append([
            "Stale worktrees",
            facts.staleWorktrees.isEmpty
                ? "0" : "\(facts.staleWorktrees.count): \(facts.staleWorktrees.prefix(5).joined(separator: ", "))",
        ])
        section.count("stale_worktrees", facts.staleWorktrees.count)
        if !facts.staleWorktrees.isEmpty {
            section.forPeople.append(
                "Remove \(counted(facts.staleWorktrees.count, "stale worktree")): switchyard clean"
            )
        }
        for check in reservations { report(check, &section) }
        for prompt in prompts {
            section.count("prompts_archived")
            section.rows.append([
                "Prompt \(prompt.prompt)", "put away: \(prompt.ticket?.rawValue ?? "its ticket") is done",
            ])
        }
        let isWell = section.forPeople.isEmpty
        section.found =
            isWell
            ? "Everything that was looked at is well." : "\(counted(section.forPeople.count, "thing")) need attention."
        let expired = section.counts["reservations_expired", default: 0]
        var done: [String] = []
        if expired > 0 { done.append("\(counted(expired, "reservation")) of dead agents ended") }
        if !prompts.isEmpty { done.append("\(counted(prompts.count, "prompt")) of finished tickets put away") }
        if !done.isEmpty { section.action = done.joined(separator: "; ") + "." }
        section.settle(done: expired + prompts.count)
        return section
    }

    private func report(_ check: ReservationCheck, _ section: inout DispatchSection) {
        switch check.state {
        case .held: section.count("reservations_held")
        case .expired(let why):
            section.count("reservations_expired")
            section.rows.append(["Reservation \(check.name)", "ended: \(why)"])
        }
    }

    private func add(_ name: String, _ number: Int, _ key: String, _ section: inout DispatchSection) {
        section.rows.append([name, "\(number)"])
        section.count(key, number)
    }
}
