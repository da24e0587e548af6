import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard triage`.
struct TriageCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "triage",
        abstract: "Sort the waiting blockers, and make of each what lets the work go on.",
        discussion: """
            Reads every file in the folder of blockers, decides what it is, and makes a prompt for the next attempt, a \
            tooling ticket, a question in a decision thread, or an item in the inbox; then the blocker goes to the archive. \
            What cannot be read goes to the quarantine. Running it again makes nothing twice, also after a crash.

            With --engine a blocker that the rules cannot tell much of is shown to that engine, in a checkout it can only \
            read. What it says becomes part of the evidence, and decides where the rules are in doubt and it is not.

            With --classify it only says what the named files are; that needs no repository and changes nothing.

            EXAMPLES:
              switchyard triage --dry-run            what would happen
              switchyard triage                      do it, and write a report
              switchyard triage --engine claude      ask about what the rules leave in doubt
              switchyard triage --classify docs/agent-output/blocked/*.json --json

            EXIT STATUS: 0 done, also when a person has to decide something; 2 a file to classify is missing; 3 the ledger \
            cannot be read or written.
            """
    )

    @Flag(help: "Decide everything and change nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Engine that is asked about doubtful blockers.", valueName: "name"))
    var engine: String?

    @Flag(help: "Only say what the named files are.")
    var classify = false

    @Flag(help: "Print JSON: one object, or one per file with --classify.")
    var json = false

    @Argument(help: ArgumentHelp("Files to classify.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        if classify, files.isEmpty { throw ValidationError("Name the files to classify.") }
        if classify, dryRun { throw ValidationError("--classify changes nothing anyway: leave out --dry-run.") }
        if engine != nil, classify || dryRun {
            throw ValidationError("An engine is asked only when triage is done: leave out --engine.")
        }
        if !classify, !files.isEmpty {
            throw ValidationError("Files are only taken with --classify; triage reads the folder of blockers.")
        }
    }

    func perform(in context: CommandContext) async throws -> ExitStatus {
        if classify { return try ClassifiedFiles(paths: files, json: json).show(in: context) }
        if dryRun {
            let composition = try await LedgerComposition.forReading(context)
            return try await show(try await run(composition, in: context), in: context)
        }
        return try await LedgerComposition.with(context) { composition, _ in
            try await show(try await run(composition, in: context), in: context)
        }
    }

    private func run(_ composition: LedgerComposition, in context: CommandContext) async throws -> TriageResult {
        var options = BlockerTriageAgent.Options()
        options.isValidPrompt = LedgerComposition.isValidPrompt
        if let engine {
            let run = try RunComposition(place: composition.place, settings: composition.settings, context: context)
            let triage = EngineTriage(
                engine: try run.readOnlyEngine(engine, in: context),
                template: try run.template("triage")
            )
            let doubtful = try await BlockerTriageAgent(ledger: composition.ledger, options: options).doubtful()
            options.opinions = try await triage.opinions(on: doubtful)
        }
        let agent = BlockerTriageAgent(ledger: composition.ledger, options: options, now: context.now)
        return try await agent.run(facts: try await composition.facts(), isDryRun: dryRun)
    }

    private func show(_ result: TriageResult, in context: CommandContext) async throws -> ExitStatus {
        if json {
            try context.writeJSON(TriageDocument(result))
            return .success
        }
        for finding in result.findings { context.talk.writeLine(finding.message) }
        guard !result.outcomes.isEmpty else {
            context.talk.writeLine("No blocker waits.")
            return .success
        }
        var table = Table([
            Table.Column("TICKET"), Table.Column("KIND"), Table.Column("FOR"), Table.Column("ACTION"),
            Table.Column("FILE", isFlexible: true),
        ])
        for outcome in result.outcomes {
            table.append([
                StyledText(CleanText.line(outcome.ticket?.rawValue ?? "-"), .bold),
                StyledText(outcome.blockerClass.inWords),
                outcome.needsHuman ? StyledText("a person", .yellow) : StyledText("agents"),
                StyledText(outcome.isRepeated ? "repeated" : outcome.action.rawValue),
                StyledText(CleanText.line(outcome.file), .dim),
            ])
        }
        context.write(table)
        let people = result.outcomes.count { $0.needsHuman }
        let summary = "\(result.outcomes.count) triaged, \(people) for a person."
        context.talk.writeLine(result.isDryRun ? summary + " Nothing was changed: this was a dry run." : summary)
        if let report = result.report { context.talk.writeLine("Report: \(report)") }
        return .success
    }
}

/// The result of triage as JSON.
struct TriageDocument: Encodable {
    var isDryRun: Bool
    var triaged: Int
    var needsHuman: Int
    var unreadable: Int
    var repeated: Int
    var byClass: [String: Int]
    var report: String?
    var blockers: [Blocker]
    var findings: [Finding]

    struct Blocker: Encodable {
        var file: String
        var ticketID: String?
        var blockerClass: String
        var confidence: Double
        var needsHuman: Bool
        var action: String
        var isRepeated: Bool
        var done: [String]
        var paths: [String]
        var evidence: [String]
        var findings: [Finding]

        private enum CodingKeys: String, CodingKey {
            case file, confidence, needsHuman, action, isRepeated, done, paths, evidence, findings
            case ticketID = "ticketId"
            case blockerClass = "class"
        }
    }

    init(_ result: TriageResult) {
        isDryRun = result.isDryRun
        triaged = result.outcomes.count
        needsHuman = result.outcomes.count { $0.needsHuman }
        unreadable = result.outcomes.count { $0.blockerClass == .unreadable }
        repeated = result.outcomes.count(where: \.isRepeated)
        byClass = Dictionary(result.outcomes.map { ($0.blockerClass.rawValue, 1) }, uniquingKeysWith: +)
        report = result.report
        findings = result.findings
        blockers = result.outcomes.map { outcome in
            Blocker(
                file: outcome.file,
                ticketID: outcome.ticket?.rawValue,
                blockerClass: outcome.blockerClass.rawValue,
                confidence: outcome.confidence,
                needsHuman: outcome.needsHuman,
                action: outcome.action.rawValue,
                isRepeated: outcome.isRepeated,
                done: outcome.done,
                paths: outcome.paths,
                evidence: outcome.evidence,
                findings: outcome.findings
            )
        }
    }
}
