import ArgumentParser
import Foundation
import Services
import Terminal

/// `switchyard jobs`.
struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "See what scheduled jobs did.",
        subcommands: [JobsHistoryCommand.self],
        defaultSubcommand: JobsHistoryCommand.self
    )
}

/// `switchyard jobs history`.
struct JobsHistoryCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List runs of scheduled jobs, newest first."
    )

    @Argument(help: "Only this job.")
    var job: String?

    @Option(help: "Older than the run with this id.")
    var before: Int64?

    @Option(help: "At most so many.")
    var limit = 50

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let runs = try await stores.drivers.jobHistory.runs(of: job, before: before, limit: limit)
        if flags.json {
            for run in runs { try context.writeJSON(JobRunDocument(run)) }
            return .success
        }
        guard !runs.isEmpty else {
            context.talk.writeLine("No scheduled job has run yet.")
            return .success
        }
        var table = Table([
            Table.Column("ID", alignment: .trailing), Table.Column("JOB"), Table.Column("STARTED"),
            Table.Column("TOOK", alignment: .trailing), Table.Column("RESULT"), Table.Column("INSTANCE"),
            Table.Column("ERROR", isFlexible: true),
        ])
        for run in runs {
            table.append([
                StyledText("\(run.id)", .bold), StyledText(CleanText.line(run.job)),
                StyledText(run.startedAt.shown, .dim),
                StyledText(run.endedAt.map { QuantityText.duration($0 - run.startedAt) } ?? ""),
                StyledText(run.result?.rawValue ?? "running", style(run.result)),
                StyledText(CleanText.line(run.instance.rawValue), .dim),
                StyledText(.excerpt(of: Array((run.error ?? "").utf8))),
            ])
        }
        context.write(table)
        return .success
    }

    private func style(_ result: JobRun.Result?) -> Style {
        switch result {
        case .ok: .green
        case .failed, .timedOut: .red
        case .skippedLocked, .skippedDisabled: .yellow
        case nil: .cyan
        }
    }
}

private struct JobRunDocument: Encodable {
    var id: Int64
    var job: String
    var instance: String
    var startedAt: Date
    var endedAt: Date?
    var result: String?
    var error: String?
    var token: UInt64?

    init(_ run: JobRun) {
        id = run.id
        job = run.job
        instance = run.instance.rawValue
        startedAt = run.startedAt.date
        endedAt = run.endedAt?.date
        result = run.result?.rawValue
        error = run.error
        token = run.token?.rawValue
    }
}
