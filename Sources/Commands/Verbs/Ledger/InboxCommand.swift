import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard inbox`.
struct InboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "What agents leave for a person to look at.",
        discussion: """
            EXAMPLES:
              switchyard inbox
              switchyard inbox show INBOX-TKT-045
              switchyard inbox done INBOX-TKT-045
            """,
        subcommands: [InboxListCommand.self, InboxShowCommand.self, InboxDoneCommand.self],
        defaultSubcommand: InboxListCommand.self
    )
}

extension LedgerSession {
    /// The item a person named: its file, with or without ending, or its one beginning.
    fileprivate func requireItem(_ name: String) throws -> InboxFile {
        let items = try inboxFiles()
        if let exact = items.first(where: { $0.name == name || $0.name == name + ".json" }) { return exact }
        let near = items.filter { $0.name.hasPrefix(name) }
        guard near.count == 1, let item = near.first else {
            throw CommandFailure.missing("inbox item", name, list: "switchyard inbox")
        }
        return item
    }
}

private struct InboxDocument: Encodable {
    var name: String
    var category: String
    var severity: String
    var ticketId: String?
    var title: String
    var issue: String
    var actions: [String]
    var createdAt: Date?
    var isDone: Bool

    init(_ named: InboxFile) {
        name = named.name
        category = named.item.category
        severity = named.item.severity
        ticketId = named.item.ticket?.rawValue
        title = named.item.title
        issue = named.item.issue
        actions = named.item.actions
        createdAt = named.item.createdAt
        isDone = named.item.isDone
    }
}

/// `switchyard inbox list`.
struct InboxListCommand: LedgerVerb {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List open items.")

    @Flag(help: "Also those that are done.")
    var all = false

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let items = try await ledger.store.read { try $0.inboxFiles() }.filter { all || !$0.item.isDone }
        if flags.json {
            for item in items { try context.writeJSON(InboxDocument(item)) }
            return .success
        }
        guard !items.isEmpty else {
            context.talk.writeLine("The inbox is empty.")
            return .success
        }
        var table = Table([
            Table.Column("ITEM"), Table.Column("SEVERITY"), Table.Column("TICKET"), Table.Column("SINCE"),
            Table.Column("TITLE", isFlexible: true),
        ])
        for item in items {
            table.append([
                StyledText(CleanText.line(String(item.name.dropLast(5))), .bold),
                StyledText(CleanText.line(item.item.severity)),
                StyledText(item.item.ticket?.rawValue ?? ""), StyledText(ledgerDate(item.item.createdAt), .dim),
                StyledText(CleanText.line(item.item.title)),
            ])
        }
        context.write(table)
        return .success
    }
}

/// `switchyard inbox show`.
struct InboxShowCommand: LedgerVerb {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print an item.")

    @Argument(help: ArgumentHelp("The item's name, or its beginning.", valueName: "item"))
    var name: String

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let name = name
        let item = try await ledger.store.read { try $0.requireItem(name) }
        if flags.json {
            try context.writeJSON(InboxDocument(item))
            return .success
        }
        let text = ([item.item.title, "", item.item.issue, ""] + item.item.actions.map { "- \($0)" }).joined(
            separator: "\n"
        )
        for line in CleanText.lines(text) { context.output.writeLine(line) }
        return .success
    }
}

/// `switchyard inbox done`.
struct InboxDoneCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "done",
        abstract: "Close an item; the file stays, marked."
    )

    @Argument(help: ArgumentHelp("The item's name, or its beginning.", valueName: "item"))
    var name: String

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let (name, now) = (name, context.now())
        let item = try await ledger.store.edit { session -> InboxFile in
            var item = try session.requireItem(name)
            item.document.root.put("status", "done")
            item.document.root.set("done_at", to: .text(LedgerStamp.text(now)))
            try session.write([(item.name, item.document.bytes)], in: .inbox)
            return try session.requireItem(item.name)
        }
        if flags.json {
            try context.writeJSON(InboxDocument(item))
        } else {
            context.talk.writeLine("'\(item.name)' is done.")
        }
        return .success
    }
}
