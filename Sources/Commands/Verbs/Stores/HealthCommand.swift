import ArgumentParser
import Services
import Terminal

/// `switchyard health`.
struct HealthCommand: StoreVerb {
    static let need = TableNeed.nothing
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask every store something harmless, and say how it is.",
        discussion: """
            EXIT STATUS: 0 ready, or degraded (something that has a fallback is away), 1 failing, 3 the database cannot be \
            opened at all.
            """
    )

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let report = await HealthMonitor(checks: stores.healthChecks).report()
        let status: ExitStatus = report.status == .failing ? .negative : .success
        if flags.json {
            try context.writeJSON(HealthDocument(report, places: stores.places))
            return status
        }
        var table = Table([
            Table.Column("PART"), Table.Column("STATE"), Table.Column("ANSWERED IN", alignment: .trailing),
            Table.Column("REASON", isFlexible: true),
        ])
        for component in report.components {
            table.append([
                StyledText(component.name, .bold), StyledText(component.status.rawValue, style(component.status)),
                StyledText(milliseconds(component.latencyInSeconds)),
                StyledText(CleanText.line(component.reason ?? "")),
            ])
        }
        context.talk.writeLine("Stores: \(stores.places.joined(separator: ", "))")
        context.write(table)
        return status
    }

    private func milliseconds(_ seconds: Double) -> String {
        String(Double((seconds * 10_000).rounded()) / 10) + " ms"
    }

    private func style(_ status: HealthStatus) -> Style {
        switch status {
        case .ready: .green
        case .degraded: .yellow
        case .failing: .red
        }
    }
}

private struct HealthDocument: Encodable {
    var status: HealthStatus
    var stores: [String]
    var components: [HealthReport.Component]

    init(_ report: HealthReport, places: [String]) {
        status = report.status
        stores = places
        components = report.components
    }
}
