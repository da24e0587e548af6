import Foundation
import RunModel

/// The ledger as triage finds it, read under its lease.
struct TriageSnapshot {
    var tickets: LedgerDocument
    var requeue: LedgerDocument
    var decisions: LedgerDocument
    /// Names of active prompts.
    var prompts: Set<String>
    /// Names of inbox items.
    var inbox: Set<String>
    /// Names and days of archived blockers, by what their names hold of the ticket.
    private var archived: [TicketID: [(name: String, day: String)]] = [:]
    /// Archived blockers whose names hold no ticket; looked into when the first history is asked for.
    private var nameless: [(name: String, day: String)] = []
    private var histories: [TicketID: [PastBlocker]] = [:]
    private var places: [TicketID: Int] = [:]
    let facts: RepositoryFacts

    /// Archived blockers of one ticket that are looked at, the newest ones.
    static let historyLimit = 50
    /// Archived blockers without a ticket in their names that are looked into, the newest ones.
    static let namelessLimit = 500

    init(_ session: LedgerSession, facts: RepositoryFacts) throws {
        tickets = try session.document(.tickets)
        requeue = try session.document(.requeue)
        decisions = try session.document(.decisions)
        prompts = Set(try session.names(in: .prompts))
        inbox = Set(try session.names(in: .inbox))
        self.facts = facts
        for (index, entry) in tickets.entries(in: Ticket.list).enumerated() {
            guard let id = Self.id(of: entry), places[id] == nil else { continue }
            places[id] = index
        }
        for day in try session.folderNames(in: .archives) {
            for name in try session.names(in: .archive(day: day))
            where !name.hasSuffix(".why.md") && WorkPrompt.parts(ofFileName: name) == nil {
                if let ticket = BlockerFileName(name).ticket {
                    archived[ticket, default: []].append((name, day))
                } else {
                    nameless.append((name, day))
                }
            }
        }
    }

    /// The ticket's entry in the ledger, and where it stands.
    func ticket(_ id: TicketID) -> (ticket: Ticket, index: Int)? {
        var findings: [Finding] = []
        guard let index = places[id], let entry = tickets.entry(at: index, in: Ticket.list),
            let ticket = Ticket(reading: entry, findings: &findings)
        else { return nil }
        return (ticket, index)
    }

    /// Adds a ticket to the ledger.
    mutating func add(_ ticket: LedgerValue) {
        if let id = Self.id(of: ticket) { places[id] = places[id] ?? tickets.count(of: Ticket.list) }
        tickets.append(ticket, to: Ticket.list)
    }

    private static func id(of entry: LedgerValue) -> TicketID? {
        (entry["id"] ?? entry["ticket_id"]).flatMap { TicketID($0.summary) }
    }

    /// Blockers of the ticket that were archived before, oldest first.
    mutating func history(of id: TicketID, in session: LedgerSession) throws -> [PastBlocker] {
        if let known = histories[id] { return known }
        for place in nameless.suffix(Self.namelessLimit) {
            guard let bytes = try session.read(place.name, in: .archive(day: place.day)),
                let ticket = PastBlocker(name: place.name, bytes: bytes).reading.ticket
            else { continue }
            archived[ticket.base, default: []].append(place)
        }
        nameless = []
        var past: [PastBlocker] = []
        for (name, day) in (archived[id.base] ?? []).suffix(Self.historyLimit) {
            guard let bytes = try session.read(name, in: .archive(day: day)) else { continue }
            let blocker = PastBlocker(name: name, bytes: bytes)
            // A name holds no more than the base of the id; what the blocker says decides.
            if blocker.reading.ticket == id { past.append(blocker) }
        }
        past.sort(by: PastBlocker.isBefore)
        histories[id] = past
        return past
    }
}
