import ArgumentParser
import Foundation
import Services
import Terminal

/// `switchyard db`.
struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Look at the stores' tables, bring them up to date, and clear them of what is over.",
        discussion: """
            An SQLite file is brought up to date by whoever opens it. An empty Postgres database gets its tables from the \
            first command that needs them; tables that are there change only when you say 'db migrate', because programs \
            of another version may be at work on them.
            """,
        subcommands: [DatabaseStatusCommand.self, DatabaseMigrateCommand.self, DatabasePruneCommand.self]
    )
}

/// `switchyard db status`.
struct DatabaseStatusCommand: StoreVerb {
    static let need = TableNeed.nothing
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List the migrations and which have been applied; changes nothing.",
        discussion: "EXIT STATUS: 0 up to date, 1 some are missing or the store is newer than this program."
    )

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        guard let schema = stores.drivers.schema else { return .success }
        let status = try await schema.status()
        if flags.json {
            try context.writeJSON(SchemaDocument(status))
            return status.isCurrent ? .success : .negative
        }
        context.talk.writeLine("Store: \(status.store)")
        var table = Table([
            Table.Column("NR", alignment: .trailing), Table.Column("MIGRATION", isFlexible: true),
            Table.Column("APPLIED"),
        ])
        for migration in status.migrations {
            let isUnknown = status.unknown.contains(migration.number)
            table.append([
                StyledText("\(migration.number)", .bold), StyledText(CleanText.line(migration.name)),
                StyledText(
                    isUnknown ? "by a newer program" : migration.appliedAt?.shown ?? "missing",
                    isUnknown ? .red : migration.appliedAt == nil ? .yellow : .green
                ),
            ])
        }
        context.write(table)
        return status.isCurrent ? .success : .negative
    }
}

/// `switchyard db migrate`.
struct DatabaseMigrateCommand: StoreVerb {
    static let need = TableNeed.nothing
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Apply the migrations that are missing; prints each.",
        discussion: """
            All or none. Several processes may do this at once: one does it, the others wait. EXIT STATUS: 0 \
            up to date now, 3 the store is away or newer than this program.
            """
    )

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        guard let schema = stores.drivers.schema else { return .success }
        let applied = try await schema.migrate()
        if flags.json {
            try context.writeJSON(["applied": applied.map(\.number)])
        } else {
            for migration in applied { context.output.writeLine("\(migration.number) \(migration.name)") }
            if applied.isEmpty { context.talk.writeLine("Nothing was missing.") }
        }
        return .success
    }
}

/// `switchyard db prune`.
struct DatabasePruneCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete what is over: finished jobs, stored answers, cached values, job runs, seen alerts.",
        discussion: """
            Answers and cached values go when their own time is over, finished jobs after 7 days, dead letters after 90. \
            Alerts that nobody has acknowledged stay. Runs and workers do the same about once an hour; this does it now.

            EXIT STATUS: 0 done, 3 the store is away.
            """
    )

    @Option(help: ArgumentHelp("Keep job runs and seen alerts of this long.", valueName: "age"))
    var olderThan = DurationArgument(.seconds(90 * 86_400))

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        var options = StorePruning.Options()
        options.retention = olderThan.duration
        let report = try await StorePruning(drivers: stores.drivers, options: options).perform()
        if flags.json {
            try context.writeJSON(PruningDocument(report))
        } else {
            context.output.writeLine(
                "\(report.jobs) jobs, \(report.idempotencyKeys) answers, \(report.cacheEntries) cached values, "
                    + "\(report.jobRuns) job runs, \(report.alerts) alerts"
            )
        }
        return .success
    }
}

private struct PruningDocument: Encodable {
    var jobs: Int
    var answers: Int
    var cached: Int
    var jobRuns: Int
    var alerts: Int

    init(_ report: StorePruning.Report) {
        (jobs, answers, cached) = (report.jobs, report.idempotencyKeys, report.cacheEntries)
        (jobRuns, alerts) = (report.jobRuns, report.alerts)
    }
}

private struct SchemaDocument: Encodable {
    struct Migration: Encodable {
        var number: Int
        var name: String
        var appliedAt: Date?
        var known: Bool
    }

    var store: String
    var current: Bool
    var migrations: [Migration]

    init(_ status: SchemaStatus) {
        store = status.store
        current = status.isCurrent
        migrations = status.migrations.map { migration in
            Migration(
                number: migration.number,
                name: migration.name,
                appliedAt: migration.appliedAt?.date,
                known: !status.unknown.contains(migration.number)
            )
        }
    }
}
