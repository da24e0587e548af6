import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard blockers`.
struct BlockersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blockers",
        abstract: "List, show and write blockers: what keeps an agent from going on.",
        discussion: """
            A blocker is a JSON file in the folder of waiting blockers (docs/agent-output/blocked). 'switchyard triage' reads \
            all of them, and whatever agents write there is understood as far as possible.
            """,
        subcommands: [BlockersListCommand.self, BlockersShowCommand.self, BlockersNewCommand.self],
        defaultSubcommand: BlockersListCommand.self
    )
}

/// `switchyard blockers list`.
struct BlockersListCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the waiting blockers, and what triage takes them for."
    )

    @Flag(help: "Print one JSON object per blocker.")
    var json = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await LedgerComposition.forReading(context)
        let paths = try await composition.ledger.read { session in
            try session.names(in: .blocked).map { session.locations.path($0, in: .blocked) }
        }
        guard !paths.isEmpty else {
            if !json { context.talk.writeLine("No blocker waits.") }
            return .success
        }
        var context = context
        context.workingDirectory = composition.place.root
        return try ClassifiedFiles(paths: paths, json: json).show(in: context)
    }
}

/// `switchyard blockers show`.
struct BlockersShowCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one waiting blocker: what it says, what triage takes it for, and why.",
        discussion: "EXIT STATUS: 0 it is there, 1 there is no such blocker."
    )

    @Argument(help: ArgumentHelp("Its file name, or the beginning of it.", valueName: "name"))
    var name: String

    @Flag(help: "Print the verdict as JSON.")
    var json = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await LedgerComposition.forReading(context)
        let name = name.split(separator: "/").last.map(String.init) ?? name
        let found = try await composition.ledger.read { session -> (name: String, bytes: [UInt8])? in
            let names = try session.names(in: .blocked)
            let matches = names.filter { $0.hasPrefix(name) }
            guard let match = names.first(where: { $0 == name }) ?? (matches.count == 1 ? matches[0] : nil),
                let bytes = try session.read(match, in: .blocked)
            else { return nil }
            return (match, bytes)
        }
        guard let found else {
            context.talk.writeLine("No waiting blocker has that name; see: switchyard blockers list")
            return .negative
        }
        if json {
            var context = context
            context.workingDirectory = composition.place.root
            let path = composition.settings.ledgerLocations(at: "").path(found.name, in: .blocked)
            return try ClassifiedFiles(paths: [path], json: true).show(in: context)
        }
        let reading = BlockerClassifier.classify(found.bytes, fileName: found.name)
        let verdict = reading.verdict
        let lines =
            [
                found.name, "",
                "ticket    \(reading.ticket?.rawValue ?? "none named")",
                "kind      \(verdict.blockerClass.inWords), \(Int((verdict.confidence * 100).rounded())) % sure",
                "for       \(verdict.needsHuman ? "a person" : "agents")", "action    \(verdict.action.rawValue)", "",
                "Because:",
            ] + verdict.evidence.map { "  " + $0 } + (verdict.findings.isEmpty ? [] : ["", "Findings:"])
            + verdict.findings.map { "  " + $0.message } + ["", "What it says:"]
            + (reading.body.summary + reading.body.failures.map(\.criterion) + reading.body.resolution).prefix(40).map {
                "  " + $0
            }
        for line in lines { context.output.writeLine(CleanText.line(line)) }
        return .success
    }
}

/// `switchyard blockers new`.
struct BlockersNewCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a blocker, so that triage finds it.",
        discussion: """
            EXAMPLE:
              switchyard blockers new --ticket TKT-007 --type missing_tooling \\
                --summary 'No way to create a suspended member' --recommendation 'Let /qa/create-member take a status'

            Prints the path of the file.
            """
    )

    @Option(help: "The ticket's id.")
    var ticket: String

    @Option(help: "What kind: \(BlockersNewCommand.kinds).")
    var type: String

    @Option(help: "What stands in the way, in a sentence.")
    var summary: String

    @Option(help: "One thing that failed; may be given several times.")
    var failure: [String] = []

    @Option(help: "What should be done about it.")
    var recommendation: String?

    @Option(help: "The branch with the work so far.")
    var branch: String?

    private static let kinds = BlockerClass.allCases.filter { $0 != .unreadable }.map(\.rawValue).joined(
        separator: ", "
    )

    func validate() throws {
        if BlockerClass(rawValue: type) == nil {
            throw ValidationError("There is no kind '\(type)'; kinds are \(Self.kinds).")
        }
        if TicketID(ticket) == nil { throw ValidationError("'\(ticket)' is no id of a ticket.") }
        if summary.allSatisfy(\.isWhitespace) { throw ValidationError("Say in --summary what stands in the way.") }
    }

    func perform(in context: CommandContext) async throws -> ExitStatus {
        guard let id = TicketID(ticket) else { return .usage }
        let now = context.now()
        let value = LedgerValue.object([
            ("ticket_id", .text(id.rawValue)), ("blocker_type", .text(type)), ("branch", .text(orNull: branch)),
            ("created_at", .text(LedgerStamp.text(now))), ("source", "switchyard blockers new"),
            ("summary", .text(summary)),
            ("failures", .texts(failure)), ("recommendation", .text(orNull: recommendation)),
        ])
        let stem = LedgerName.make("BLOCKED", id.fileName, LedgerStamp.fileName(now), suffix: "")
        let path = try await LedgerComposition.with(context) { composition, _ in
            try await composition.ledger.edit { session in
                let taken = Set(try session.names(in: .blocked))
                let name =
                    (1...).lazy.map { $0 == 1 ? "\(stem).json" : "\(stem)-\($0).json" }.first { !taken.contains($0) }
                    ?? stem
                try session.write([(name, LedgerDocument(value).bytes)], in: .blocked)
                return session.locations.path(name, in: .blocked)
            }
        }
        context.output.writeLine(path)
        return .success
    }
}
