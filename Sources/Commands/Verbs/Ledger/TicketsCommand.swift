import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard tickets`.
struct TicketsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tickets",
        abstract: "Tickets: what is to be done, and where each stands.",
        discussion: """
            States: draft, ready, in_progress, qa_pending, qa_failed, blocked, blocked_tooling, merged, closed. A ticket \
            moves only along the ways between them that make sense; 'tickets move' says which are open.

            EXAMPLES:
              switchyard tickets
              switchyard tickets list --state ready
              switchyard tickets show TKT-007
              switchyard tickets move TKT-007 merged
            """,
        subcommands: [
            TicketsListCommand.self, TicketsShowCommand.self, TicketsMoveCommand.self, TicketsNewCommand.self,
        ],
        defaultSubcommand: TicketsListCommand.self
    )
}

/// `switchyard tickets list`.
struct TicketsListCommand: LedgerVerb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tickets.")

    @Option(
        help: ArgumentHelp("Only those in this state; 'all' lists merged and closed ones, too.", valueName: "state")
    )
    var state: String?

    @OptionGroup var flags: LedgerFlags

    func validate() throws {
        guard let state, state != "all", TicketState(reading: state) == nil else { return }
        throw ValidationError(
            "'\(state)' is no state; known are \(TicketState.allCases.map(\.rawValue).joined(separator: ", ")), and 'all'."
        )
    }

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let tickets = try await ledger.read { book in book.readTickets().map(\.ticket) }
        let wanted = tickets.filter { ticket in
            guard let state else { return ticket.state?.isFinal != true }
            return state == "all" || ticket.state == TicketState(reading: state)
        }
        if flags.json {
            for ticket in wanted { try context.writeJSON(TicketDocument(ticket)) }
            return .success
        }
        guard !wanted.isEmpty else {
            context.talk.writeLine(
                tickets.isEmpty
                    ? "There is no ticket yet." : "No ticket is in that state; 'tickets list --state all' lists all."
            )
            return .success
        }
        var table = Table([
            Table.Column("TICKET"), Table.Column("STATE"), Table.Column("PRIORITY"),
            Table.Column("FILES", alignment: .trailing),
            Table.Column("TITLE", isFlexible: true),
        ])
        for ticket in wanted {
            table.append([
                StyledText(ticket.id.rawValue, .bold),
                StyledText(ticket.state?.rawValue ?? "unknown", Self.style(ticket.state)),
                StyledText(ticket.priority ?? ""), StyledText("\(ticket.filesToModify.count)"),
                StyledText(CleanText.line(ticket.title)),
            ])
        }
        context.write(table)
        return .success
    }

    private static func style(_ state: TicketState?) -> Style {
        switch state {
        case .merged: .green
        case .blocked, .blockedTooling, .qaFailed: .yellow
        case .inProgress, .qaPending: .cyan
        case nil: .red
        case .ready, .draft, .closed: .plain
        }
    }
}

/// A ticket as `tickets` prints it.
struct TicketDocument: Encodable {
    var id: String
    var title: String
    var status: String?
    var priority: String?
    var feature: String?
    var source: String?
    var filesToModify: [String]
    var acceptanceCriteria: [String]
    var iteration: Int
    var branch: String?
    var next: [String]

    init(_ ticket: Ticket) {
        id = ticket.id.rawValue
        title = ticket.title
        status = ticket.state?.rawValue
        priority = ticket.priority
        feature = ticket.feature
        source = ticket.source
        filesToModify = ticket.filesToModify
        acceptanceCriteria = ticket.acceptanceCriteria
        iteration = ticket.iteration
        branch = ticket.branch
        next = (ticket.state?.next ?? []).map(\.rawValue).sorted()
    }
}

extension LedgerBook {
    /// The ticket a person named.
    mutating func requireTicket(_ name: String) throws(CommandFailure) -> (index: Int, ticket: Ticket) {
        guard let id = TicketID(name), let found = readTickets().first(where: { $0.ticket.id == id }) else {
            throw .missing("ticket", name, list: "switchyard tickets list --state all")
        }
        return found
    }
}

/// `switchyard tickets show`.
struct TicketsShowCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a ticket as it stands in the file."
    )

    @Argument(help: ArgumentHelp("The ticket's id.", valueName: "ticket"))
    var name: String

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let name = name
        let (ticket, text) = try await ledger.read { book in
            let found = try book.requireTicket(name)
            return (found.ticket, book.tickets.entries(in: Ticket.list)[found.index].pretty)
        }
        if flags.json {
            try context.writeJSON(TicketDocument(ticket))
            return .success
        }
        for line in CleanText.lines(text) { context.output.writeLine(line) }
        return .success
    }
}

/// `switchyard tickets move`.
struct TicketsMoveCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Put a ticket into another state.",
        discussion: """
            Only ways that make sense are open; what is refused is said with the states that may follow.

            EXIT STATUS: 0 moved, or already there; 2 there is no such ticket, or no such way.
            """
    )

    @Argument(help: ArgumentHelp("The ticket's id.", valueName: "ticket"))
    var name: String

    @Argument(help: ArgumentHelp("The state.", valueName: "state"))
    var state: String

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        guard let target = TicketState(reading: state) else {
            throw CommandFailure.usage(
                "'\(state)' is no state of a ticket.",
                hint: "Known are \(TicketState.allCases.map(\.rawValue).joined(separator: ", "))."
            )
        }
        let (name, now) = (name, context.now())
        let ticket = try await ledger.edit { book -> Ticket in
            let (index, ticket) = try book.requireTicket(name)
            guard ticket.state != target else { return ticket }
            if let state = ticket.state, !state.canMove(to: target) {
                throw CommandFailure.usage(
                    "Ticket '\(ticket.id)' is \(state.rawValue) and cannot become \(target.rawValue).",
                    hint: "It can become \(state.next.map(\.rawValue).sorted().joined(separator: ", "))."
                )
            }
            book.move(index, to: target, at: now)
            return try book.requireTicket(name).ticket
        }
        if flags.json {
            try context.writeJSON(TicketDocument(ticket))
        } else {
            context.talk.writeLine("\(ticket.id) is \(target.rawValue).")
        }
        return .success
    }
}

/// `switchyard tickets new`.
struct TicketsNewCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a ticket.",
        discussion: """
            It needs a title, the files it changes, steps and criteria that can be tested. One that is there already is \
            named instead of made; '--even-if-known' makes it all the same.

            EXAMPLES:
              switchyard tickets new --title "Time out idle sessions" --file server/auth.ts \\
                  --step "End sessions after 30 idle minutes" --criterion "A request after 31 idle minutes gets 401"

            EXIT STATUS: 0 made, 1 there is such a ticket already, 2 something is missing.
            """
    )

    @Option(help: "What it is called.")
    var title: String

    @Option(help: "What is wrong, or wanted.")
    var issue = ""

    @Option(name: .customLong("file"), help: ArgumentHelp("A file it changes; may be repeated.", valueName: "path"))
    var files: [String] = []

    @Option(name: .customLong("step"), help: ArgumentHelp("What to do; may be repeated.", valueName: "text"))
    var steps: [String] = []

    @Option(
        name: .customLong("criterion"),
        help: ArgumentHelp("How one sees that it is done; may be repeated.", valueName: "text")
    )
    var criteria: [String] = []

    @Option(help: "critical, high, medium or low.")
    var priority = "medium"

    @Flag(help: "Make it although a ticket like it is there.")
    var evenIfKnown = false

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let draft = TicketDraft(
            title: title,
            issue: issue,
            priority: priority,
            files: files,
            steps: steps,
            criteria: criteria
        )
        guard draft.missing.isEmpty else {
            let names = draft.missing.map { "\($0.rawValue) (\($0.wanted))" }.joined(separator: "; ")
            throw CommandFailure.usage("The ticket lacks \(names).", hint: "See 'switchyard tickets new --help'.")
        }
        let (evenIfKnown, now) = (evenIfKnown, context.now())
        let outcome = try await ledger.edit { book -> (TicketID, String?) in
            let index = TicketIndex(book.readTickets().map(\.ticket))
            if !evenIfKnown, let same = index.duplicate(of: draft, source: "") { return (same.ticket.id, same.why) }
            let id = index.nextID()
            book.tickets.append(draft.entry(id: id, now: now), to: Ticket.list)
            return (id, nil)
        }
        if flags.json {
            try context.writeJSON(["id": outcome.0.rawValue, "known_because": outcome.1])
        } else if let why = outcome.1 {
            context.talk.writeLine("That is ticket \(outcome.0) already: \(why). '--even-if-known' makes another.")
        } else {
            context.output.writeLine(outcome.0.rawValue)
        }
        return outcome.1 == nil ? .success : .negative
    }
}
