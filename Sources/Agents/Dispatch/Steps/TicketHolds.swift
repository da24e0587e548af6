import RunModel

/// Which tickets wait for people: those that a thread is about which nobody has settled.
struct TicketHolds {
    private var threads: [TicketID: [String]] = [:]
    private var settled: Set<String> = []

    init(_ threads: [DecisionThread], facts: ThreadFacts) {
        for thread in threads where thread.status != .resolved {
            for ticket in facts.tickets(of: thread) { self.threads[ticket, default: []].append(thread.id) }
        }
    }

    /// The thread is settled and holds nothing any more.
    mutating func end(_ thread: DecisionThread) { settled.insert(thread.id) }

    /// Whether any thread still holds the ticket.
    func hold(_ ticket: TicketID) -> Bool { threads[ticket]?.contains { !settled.contains($0) } ?? false }
}
