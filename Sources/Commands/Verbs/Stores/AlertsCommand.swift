import ArgumentParser
import Foundation
import Services
import Terminal

/// `switchyard alerts`.
struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "What a person should know and act on.",
        discussion: """
            EXAMPLES:
              switchyard alerts
              switchyard alerts ack 3
              switchyard alerts raise disk 'less than 1 GiB is free' --severity critical
            """,
        subcommands: [AlertsListCommand.self, AlertsAcknowledgeCommand.self, AlertsRaiseCommand.self],
        defaultSubcommand: AlertsListCommand.self
    )
}

/// `switchyard alerts list`.
struct AlertsListCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List alerts nobody has acknowledged, newest first.",
        discussion: "EXIT STATUS: 0, whether there are alerts or not."
    )

    @Flag(help: "Acknowledged ones, too.")
    var all = false

    @Option(help: "At most so many.")
    var limit = 100

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let alerts = try await stores.drivers.alerts.alerts(includingAcknowledged: all, limit: limit)
        if flags.json {
            for alert in alerts { try context.writeJSON(AlertDocument(alert)) }
            return .success
        }
        guard !alerts.isEmpty else {
            context.talk.writeLine("There is no alert.")
            return .success
        }
        var table = Table([
            Table.Column("ID", alignment: .trailing), Table.Column("SEVERITY"), Table.Column("SOURCE"),
            Table.Column("TIMES", alignment: .trailing), Table.Column("LAST"), Table.Column("SEEN BY"),
            Table.Column("TEXT", isFlexible: true),
        ])
        for alert in alerts {
            table.append([
                StyledText("\(alert.id)", .bold), StyledText(alert.severity.rawValue, style(alert.severity)),
                StyledText(CleanText.line(alert.source)), StyledText("\(alert.count)"),
                StyledText(alert.lastRaisedAt.shown, .dim),
                StyledText(CleanText.line(alert.acknowledgedBy ?? ""), .dim),
                StyledText(.excerpt(of: Array(alert.text.utf8), limit: 200)),
            ])
        }
        context.write(table)
        return .success
    }

    private func style(_ severity: Severity) -> Style {
        switch severity {
        case .info: .cyan
        case .warning: .yellow
        case .critical: .red
        }
    }
}

/// `switchyard alerts ack`.
struct AlertsAcknowledgeCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Say that you have seen an alert.",
        discussion: "EXIT STATUS: 0 it is marked, 1 there is no such alert."
    )

    @Argument(help: "The alert's id.")
    var id: Int64

    @Option(help: "Who has seen it; you, unless given.")
    var by: String?

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let person = by ?? RunComposition.user(context.environment)
        guard let alert = try await stores.drivers.alerts.acknowledge(id, by: person) else {
            context.talk.writeLine("There is no alert \(id).")
            return .negative
        }
        if flags.json { try context.writeJSON(AlertDocument(alert)) }
        if let other = alert.acknowledgedBy, other != person {
            context.talk.writeLine("'\(other)' had acknowledged it before.")
        }
        return .success
    }
}

/// `switchyard alerts raise`.
struct AlertsRaiseCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "raise",
        abstract: "Tell people something; prints the alert's id.",
        discussion: """
            The same source and text (or the same '--key') again, while nobody has acknowledged it, counts up the alert \
            that is there.
            """
    )

    @Argument(help: "Which part raises it.")
    var source: String

    @Argument(help: "What people should know.")
    var text: String

    @Option(help: "One of info, warning, critical.")
    var severity = Severity.warning

    @Option(help: "Alerts with the same key count as one.")
    var key: String?

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let alert = try await stores.alerts.raise(
            NewAlert(severity: severity, source: source, text: text, deduplicationKey: key)
        )
        if flags.json { try context.writeJSON(AlertDocument(alert)) } else { context.output.writeLine("\(alert.id)") }
        return .success
    }
}

extension Severity: ExpressibleByArgument {}

private struct AlertDocument: Encodable {
    var id: Int64
    var severity: Severity
    var source: String
    var text: String
    var count: Int
    var firstRaisedAt: Date
    var lastRaisedAt: Date
    var acknowledgedAt: Date?
    var acknowledgedBy: String?

    init(_ alert: Alert) {
        id = alert.id
        severity = alert.severity
        source = alert.source
        text = alert.text
        count = alert.count
        firstRaisedAt = alert.firstRaisedAt.date
        lastRaisedAt = alert.lastRaisedAt.date
        acknowledgedAt = alert.acknowledgedAt?.date
        acknowledgedBy = alert.acknowledgedBy
    }
}
