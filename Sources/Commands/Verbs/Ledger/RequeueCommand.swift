import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard requeue`.
struct RequeueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Tickets that wait for tooling, and go back when it has landed.",
        discussion: """
            'switchyard dispatch' looks whether the ticket waited for is merged, or a landed commit names it; then it \
            writes a prompt for the re-test into 'prompts/active' and moves the ticket on.

            EXAMPLES:
              switchyard requeue
              switchyard requeue add TKT-007 --waits-for TKT-090 --open "AC3 - other roles see a notice"
              switchyard requeue cancel TKT-007
            """,
        subcommands: [RequeueListCommand.self, RequeueAddCommand.self, RequeueCancelCommand.self],
        defaultSubcommand: RequeueListCommand.self
    )
}

private struct RequeueDocument: Encodable {
    var blockedTicket: String
    var waitingFor: String
    var status: String
    var requeueTo: String
    var blockedCriteria: [String]
    var createdAt: Date?
    var requeuedAt: Date?

    init(_ entry: RequeueEntry) {
        blockedTicket = entry.blockedTicket.rawValue
        waitingFor = entry.waitingFor.rawValue
        status = entry.status.rawValue
        requeueTo = entry.requeueTo
        blockedCriteria = entry.blockedCriteria
        createdAt = entry.createdAt
        requeuedAt = entry.requeuedAt
    }
}

/// `switchyard requeue list`.
struct RequeueListCommand: LedgerVerb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what waits for what.")

    @Flag(help: "Also what went back or was cancelled.")
    var all = false

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let entries = try await ledger.read { book in book.readRequeue().map(\.entry) }.filter {
            all || $0.status == .waiting
        }
        if flags.json {
            for entry in entries { try context.writeJSON(RequeueDocument(entry)) }
            return .success
        }
        guard !entries.isEmpty else {
            context.talk.writeLine("No ticket waits for tooling.")
            return .success
        }
        var table = Table([
            Table.Column("TICKET"), Table.Column("WAITS FOR"), Table.Column("STATUS"), Table.Column("GOES TO"),
            Table.Column("SINCE"),
            Table.Column("OPEN CRITERIA", isFlexible: true),
        ])
        for entry in entries {
            table.append([
                StyledText(entry.blockedTicket.rawValue, .bold), StyledText(entry.waitingFor.rawValue),
                StyledText(entry.status.rawValue),
                StyledText(CleanText.line(entry.requeueTo)), StyledText(ledgerDate(entry.createdAt), .dim),
                StyledText(CleanText.line(entry.blockedCriteria.joined(separator: "; "))),
            ])
        }
        context.write(table)
        return .success
    }
}

/// `switchyard requeue add`.
struct RequeueAddCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let a ticket wait for another one.",
        discussion:
            "EXIT STATUS: 0 added, or there already; 2 there is no such ticket, or they would wait for each other."
    )

    @Argument(help: ArgumentHelp("The ticket that waits.", valueName: "ticket"))
    var name: String

    @Option(help: ArgumentHelp("The ticket it waits for.", valueName: "ticket"))
    var waitsFor: String

    @Option(
        name: .customLong("open"),
        help: ArgumentHelp("A criterion that is still open; may be repeated.", valueName: "text")
    )
    var open: [String] = []

    @Option(
        help: ArgumentHelp("Where it goes afterwards: 'qa' to be tested, 'dev' to be worked on.", valueName: "place")
    )
    var to = "qa"

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let (name, waitsFor, open, to, now) = (name, waitsFor, open, to, context.now())
        let (entry, isNew) = try await ledger.edit { book -> (RequeueEntry, Bool) in
            let (index, ticket) = try book.requireTicket(name)
            let tool = try book.requireTicket(waitsFor).ticket
            let entries = book.readRequeue().map(\.entry).filter { $0.status == .waiting }
            if let known = entries.first(where: { $0.blockedTicket == ticket.id && $0.waitingFor == tool.id }) {
                return (known, false)
            }
            guard ticket.id != tool.id,
                !entries.contains(where: { $0.blockedTicket == tool.id && $0.waitingFor == ticket.id })
            else {
                throw CommandFailure.usage(
                    "\(ticket.id) and \(tool.id) would wait for each other.",
                    hint: "Cancel the other entry first."
                )
            }
            let entry = RequeueEntry(
                blockedTicket: ticket.id,
                waitingFor: tool.id,
                blockedCriteria: open,
                requeueTo: to,
                createdAt: now
            )
            book.requeue.append(entry.value, to: RequeueEntry.list)
            if ticket.state?.canMove(to: .blockedTooling) == true { book.move(index, to: .blockedTooling, at: now) }
            return (entry, true)
        }
        if flags.json {
            try context.writeJSON(RequeueDocument(entry))
        } else {
            context.talk.writeLine("\(entry.blockedTicket) waits for \(entry.waitingFor)\(isNew ? "." : " already.")")
        }
        return .success
    }
}

/// `switchyard requeue cancel`.
struct RequeueCancelCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Let a ticket wait no longer; its state stays."
    )

    @Argument(help: ArgumentHelp("The ticket that waits.", valueName: "ticket"))
    var name: String

    @Option(help: ArgumentHelp("Only the entry that waits for this ticket.", valueName: "ticket"))
    var waitsFor: String?

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let (name, tool) = (name, waitsFor.flatMap { TicketID($0) })
        let count = try await ledger.edit { book -> Int in
            let entries = book.readRequeue().filter { index, entry in
                entry.status == .waiting && entry.blockedTicket == TicketID(name)
                    && (tool == nil || entry.waitingFor == tool)
            }
            for (index, _) in entries {
                book.requeue.update(at: index, in: RequeueEntry.list) {
                    $0.put("status", .text(RequeueEntry.Status.cancelled.rawValue))
                }
            }
            return entries.count
        }
        guard count > 0 else {
            throw CommandFailure.missing("waiting entry of ticket", name, list: "switchyard requeue")
        }
        if flags.json {
            try context.writeJSON(["cancelled": count])
        } else {
            context.talk.writeLine(
                "\(QuantityText.counted(count, "entry", "entries")) cancelled; see 'switchyard tickets move \(name)'."
            )
        }
        return .success
    }
}
