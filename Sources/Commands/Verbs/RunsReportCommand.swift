import ArgumentParser
import Foundation
import Orchestrator
import RunModel
import Terminal

/// `switchyard runs report`.
struct RunsReportCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print the report of a run, as Markdown or JSON."
    )

    @Argument(help: ArgumentHelp("The run's id, the beginning of it, or 'latest'.", valueName: "run"))
    var run = "latest"

    @Flag(help: "Print the report's JSON form.")
    var json = false

    @Flag(help: "Print where the report is, not what it says.")
    var path = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await RunComposition.make(in: context)
        let id = try composition.store.require(run)
        guard let report = try composition.store.load(id).report else {
            throw CommandFailure.usage(
                "The run '\(id)' has no report yet, because it has not ended.",
                hint: "Its state: switchyard runs show \(id)"
            )
        }
        let file = composition.place.absolute(json ? report.json : report.markdown)
        if path {
            context.output.writeLine(file)
            return .success
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure.environment(
                "The report '\(file)' cannot be read.",
                hint: "It may have been moved; git log -- '\(file)' knows."
            )
        }
        let text = String(decoding: data, as: UTF8.self)
        // A report quotes what agents printed; on a terminal it is shown harmless, elsewhere as it is.
        context.output.write(context.outputTraits.isTerminal ? CleanText.lines(text).joined(separator: "\n") : text)
        return .success
    }
}
