import Agents
import ArgumentParser
import Foundation
import RunModel
import Services
import Terminal

/// `switchyard dispatch`.
struct DispatchCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "dispatch",
        abstract: "Work the ledger: blockers, questions, decisions, tickets that wait; then report.",
        discussion: """
            Does these steps in order, and writes a report as Markdown and JSON into the output folder:

              1  blockers       triage of what agents left behind
              2  questions      issues are put to people, questions answered where an engine is set
              3  tickets        decisions become tickets; thin ones go back with what is missing
              4  consistency    the four data files are compared
              5  requeue        tickets go back whose tooling has landed
              6  health         what is there, and what is not well

            Only one dispatch works at a time. Everything can be repeated: what is done is not done twice. Without an \
            engine a person's question stays open, and the report names it.

            EXAMPLES:
              switchyard dispatch --dry-run
              switchyard dispatch
              switchyard dispatch --only 1,5
              switchyard dispatch --engine claude
              switchyard report open dispatch

            EXIT STATUS: 0 done, 1 a step could not be done, 75 another dispatch is at work.
            """
    )

    @Option(help: ArgumentHelp("Only these steps, by number, separated by commas.", valueName: "steps"))
    var only: String?

    @Flag(name: [.short, .long], help: "Say what would be done; write nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp("Engine that answers questions; without one they are left to people.", valueName: "name")
    )
    var engine: String?

    @OptionGroup var flags: LedgerFlags

    func validate() throws { _ = try steps() }

    private func steps() throws -> Set<DispatchStep> {
        guard let only else { return Set(DispatchStep.allCases) }
        return Set(
            try only.split(separator: ",").map { word in
                guard let step = Int(word.trimmingCharacters(in: .whitespaces)).flatMap(DispatchStep.init) else {
                    throw ValidationError("'\(word)' is no step; they are numbered 1 to 6.")
                }
                return step
            }
        )
    }

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        var options = DispatchAgent.Options()
        options.steps = try steps()
        options.isDryRun = dryRun
        let composition = try DispatchComposition(ledger: ledger, engine: engine, context: context)
        let agent = DispatchAgent(
            ledger: ledger.store,
            session: "\(RunComposition.user(context.environment)), \(ledger.stores.instance.rawValue)",
            surroundings: try composition.surroundings(),
            options: options
        )
        let history = ledger.stores.jobHistory
        let isDryRun = dryRun
        let run = try await ledger.stores.lock.withLease(
            ["dispatch"],
            holder: ledger.stores.instance.rawValue,
            wait: .zero
        ) { hold in
            guard !isDryRun else { return try await agent.run() }
            let token = hold.leases.first?.token
            guard let run = try await history.record("dispatch", token: token, body: { try await agent.run() }) else {
                throw CommandFailure.environment("The dispatch took longer than its limit; what it did is kept.")
            }
            return run
        }
        switch run {
        case .held(let other):
            context.talk.writeLine("Another dispatch is at work: \(other.holder ?? "somebody"). Nothing was done.")
            return .notNow
        case .ran(let (report, path)):
            try show(report, path: path, in: context)
            return report.sections.contains { $0.status == .failed } ? .refused : .success
        }
    }

    private func show(_ report: DispatchReport, path: String?, in context: CommandContext) throws {
        if flags.json {
            context.output.write(try DispatchReportRenderer.json(report))
            return
        }
        var table = Table([Table.Column("STEP"), Table.Column("STATUS"), Table.Column("FOUND", isFlexible: true)])
        for section in report.sections {
            let style: Style =
                switch section.status {
                case .done: .green
                case .quiet: .dim
                case .attention: .yellow
                case .failed: .red
                }
            table.append([
                StyledText("\(section.step.rawValue) \(section.step.title)"),
                StyledText(section.status.rawValue, style),
                StyledText(CleanText.line(section.action.hasPrefix("None") ? section.found : section.action)),
            ])
        }
        context.write(table)
        for sentence in report.forPeople.prefix(20) { context.output.writeLine("  - " + CleanText.line(sentence)) }
        if report.forPeople.count > 20 {
            context.output.writeLine("  - and \(report.forPeople.count - 20) more in the report")
        }
        context.talk.writeLine(report.isDryRun ? "Dry run: nothing was written." : report.verdict)
        if let path { context.talk.writeLine("Report: \(path)") }
    }
}
