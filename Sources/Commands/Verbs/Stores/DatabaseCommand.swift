import ArgumentParser
import Foundation
import Services
import Terminal

/// `switchyard db`.
struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Look at the stores' tables, and bring them up to date.",
        discussion: """
            An SQLite file is brought up to date by whoever opens it. An empty Postgres database gets its tables from the \
            first command that needs them; tables that are there change only when you say 'db migrate', because programs \
            of another version may be at work on them.
            """,
        subcommands: [DatabaseStatusCommand.self, DatabaseMigrateCommand.self]
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
