import ArgumentParser
import RunModel
import Services
import Terminal

/// A command that works on the stores: opened before it, closed after it.
protocol StoreVerb: Verb {
    /// What must be there before the command begins.
    static var need: TableNeed { get }

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus
}

extension StoreVerb {
    static var need: TableNeed { .tables }

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let places = try await StorePlaces.find(in: context)
        return try await OpenStores.with(places, needing: Self.need) { stores in
            try await perform(with: stores, in: context)
        }
    }
}

extension CommandContext {
    /// Writes one JSON object on a line of its own.
    func writeJSON(_ value: some Encodable) throws {
        output.write(bytes: Array(try JSONText.encode(value)) + [UInt8(ascii: "\n")])
    }

    /// Writes a table, as wide as the window where there is one.
    func write(_ table: Table) {
        let width = outputTraits.isTerminal ? outputTraits.size.columns : nil
        for line in table.lines(width: width) {
            output.writeLine(line.rendered(isColoured: outputTraits.isColoured))
        }
    }
}
