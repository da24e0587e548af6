package import RunModel

/// All tickets, ready to be asked whether something is a ticket already.
package struct TicketIndex: Sendable {
    private struct Known: Sendable {
        var ticket: Ticket
        var subject: SubjectWords
        var work: SubjectWords
        var files: Set<String>
    }

    private var known: [Known] = []
    private var bySource: [String: [Int]] = [:]
    private var byFile: [String: [Int]] = [:]
    private var byID: [TicketID: Int] = [:]

    package init(_ tickets: [Ticket]) {
        for ticket in tickets { add(ticket) }
    }

    package mutating func add(_ ticket: Ticket) {
        let index = known.count
        let files = Set(ticket.filesToModify)
        known.append(
            Known(
                ticket: ticket,
                subject: SubjectWords(ticket.title),
                work: SubjectWords(ticket.title, ticket.fixRequired.joined(separator: "\n")),
                files: files
            )
        )
        if byID[ticket.id] == nil { byID[ticket.id] = index }
        for name in Self.names(in: ticket.source ?? "") { bySource[name, default: []].append(index) }
        for file in files { byFile[file, default: []].append(index) }
    }

    package subscript(_ id: TicketID) -> Ticket? { byID[id].map { known[$0].ticket } }

    /// Ticket that says it was made from that finding or thread.
    package func ticket(from source: String) -> Ticket? {
        let found = (bySource[source.lowercased()] ?? []).map { known[$0].ticket }
        return found.first { $0.state != .closed } ?? found.first
    }

    /// A ticket for the same work, and why it is thought so; closed ones count only by their source.
    package func duplicate(of draft: TicketDraft, source: String) -> (ticket: Ticket, why: String)? {
        if let ticket = ticket(from: source) { return (ticket, "it was made from \(source)") }
        let subject = SubjectWords(draft.title)
        let work = SubjectWords(draft.title, draft.steps.joined(separator: "\n"))
        let near = Set(draft.filesToModify.flatMap { byFile[$0] ?? [] })
        for index in near.sorted() {
            let other = known[index]
            guard other.ticket.state != .closed else { continue }
            if work.count > 3, work.likeness(to: other.work) >= 0.5 {
                return (other.ticket, "it changes the same files in the same way")
            }
        }
        guard subject.count > 2 else { return nil }
        for other in known where other.ticket.state != .closed && subject.likeness(to: other.subject) >= 0.8 {
            return (other.ticket, "its title says the same")
        }
        return nil
    }

    /// An id that no ticket has: the highest number of the prefix and one more.
    package func nextID(prefix: String = "TKT") -> TicketID {
        var highest = 0
        for id in byID.keys {
            let text = id.rawValue.uppercased()
            guard text.hasPrefix(prefix + "-") else { continue }
            highest = max(highest, Int(text.dropFirst(prefix.count + 1).prefix { $0.isNumber }) ?? 0)
        }
        let number = String(highest + 1)
        let name = "\(prefix)-" + String(repeating: "0", count: max(0, 3 - number.count)) + number
        return TicketID(name) ?? nextID(prefix: "TKT")
    }

    /// `Finding D4-agent-management #1 [F-413]` names `f-413` and the words before it.
    private static func names(in source: String) -> [String] {
        source.lowercased().split { $0.isWhitespace || "[](),".contains($0) }.map(String.init).filter { name in
            name.contains(where: \.isNumber) || name.contains("-")
        }
    }
}
