import Agents
import ArgumentParser
import Foundation
import RunModel
import Services

/// The ledger of the repository a command was started in, with the stores its locks live in.
struct OpenLedger: Sendable {
    private let composition: LedgerComposition
    let stores: OpenStores

    var place: RepositoryPlace { composition.place }
    var settings: RunnerSettings { composition.settings }
    var store: LedgerStore { composition.ledger }

    /// Opens it, runs the body, and closes the stores, whatever the body does.
    static func with<Value>(
        _ context: CommandContext,
        body: (OpenLedger) async throws -> Value
    ) async throws -> Value {
        try await LedgerComposition.with(context) { composition, stores in
            try await body(OpenLedger(composition: composition, stores: stores))
        }
    }

    /// Reads all data files.
    func read<Value: Sendable>(_ body: @escaping @Sendable (inout LedgerBook) throws -> Value) async throws -> Value {
        try await store.read { session in
            var book = try LedgerBook(session)
            return try body(&book)
        }
    }

    /// Changes data files.
    func edit<Value: Sendable>(_ body: @escaping @Sendable (inout LedgerBook) throws -> Value) async throws -> Value {
        try await store.edit { session in
            var book = try LedgerBook(session)
            let value = try body(&book)
            try book.save(to: session)
            return value
        }
    }
}

/// A command that works on the ledger.
protocol LedgerVerb: Verb {
    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus
}

extension LedgerVerb {
    func perform(in context: CommandContext) async throws -> ExitStatus {
        try await OpenLedger.with(context) { try await perform(with: $0, in: context) }
    }
}

/// What every verb of the ledger takes.
struct LedgerFlags: ParsableArguments {
    @Flag(help: "Print the result as JSON: one object, or one per line for lists.")
    var json = false
}

extension CommandFailure {
    /// Something of the ledger that is not there.
    static func missing(_ kind: String, _ name: String, list: String) -> CommandFailure {
        .usage("There is no \(kind) '\(name)'.", hint: "What there is: \(list)")
    }
}

extension LedgerValue {
    /// Prints the entry as it stands in its file.
    var pretty: String { String(decoding: LedgerDocument(self).bytes, as: UTF8.self) }
}

/// One column of text for short, fixed values; cells of agents' words are cleaned.
func ledgerDate(_ date: Date?) -> String {
    guard let date else { return "" }
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .current).year().month().day()
        .time(includingFractionalSeconds: false)
    return String(date.formatted(style).prefix(16))
}
