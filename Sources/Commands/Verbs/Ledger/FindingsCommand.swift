import Agents
import ArgumentParser
import RunModel
import Terminal

/// `switchyard findings`.
struct FindingsCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "What reviewers of the product found, and what became of it.",
        discussion: """
            Findings come into 'findings-staging.json'; dispatch promotes the gravest five at a time, rejects those that are \
            vague or known, and joins those of one cause. A promoted one gets a thread.

            EXAMPLES:
              switchyard findings
              switchyard findings --staging
              switchyard findings --status pending --json
            """
    )

    @Option(help: ArgumentHelp("Only those with this status: pending, ticketed, skipped, ...", valueName: "status"))
    var status: String?

    @Flag(help: "Those that wait to be triaged, and those that were, with the reason.")
    var staging = false

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let staging = staging
        let found = try await ledger.read { book -> [FindingDocument] in
            var odd: [Finding] = []
            let document = staging ? book.staging : book.findings
            return document.entries(in: ReviewFinding.list).compactMap { entry in
                ReviewFinding(reading: entry, findings: &odd).map {
                    FindingDocument($0, reason: entry["triage_reason"]?.text)
                }
            }
        }
        let wanted = found.filter { status == nil || $0.status == status }
        if flags.json {
            for finding in wanted { try context.writeJSON(finding) }
            return .success
        }
        guard !wanted.isEmpty else {
            context.talk.writeLine("There is no such finding.")
            return .success
        }
        var table = Table([
            Table.Column("FINDING"), Table.Column("SEVERITY"), Table.Column("STATUS"), Table.Column("TICKET"),
            Table.Column(staging ? "REASON" : "TITLE", isFlexible: true),
        ])
        for finding in wanted {
            table.append([
                StyledText(CleanText.line(finding.id), .bold), StyledText(CleanText.line(finding.severity ?? "")),
                StyledText(CleanText.line(finding.status ?? "")), StyledText(finding.ticketId ?? ""),
                StyledText(CleanText.line(staging ? finding.reason ?? finding.title : finding.title)),
            ])
        }
        context.write(table)
        return .success
    }
}

private struct FindingDocument: Encodable, Sendable {
    var id: String
    var title: String
    var severity: String?
    var status: String?
    var ticketId: String?
    var location: String?
    var reason: String?

    init(_ finding: ReviewFinding, reason: String?) {
        id = finding.id
        title = finding.title
        severity = finding.severity
        status = finding.status
        ticketId = finding.ticket?.rawValue
        location = finding.location
        self.reason = reason
    }
}
