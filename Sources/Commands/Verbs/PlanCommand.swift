import ArgumentParser
import Orchestrator
import RunModel
import Terminal

/// `switchyard plan`.
struct PlanCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a task file would run; changes nothing.",
        discussion: """
            Reads the task file and prints its agents, what each may write, the waves they run in, how the work is \
            merged and checked, and every complaint with its place in the file.

            EXAMPLES:
              switchyard plan tasks/qs9-t3.md
              switchyard plan tasks/qs9-t3.md --json | jq '.agents[].owns'

            EXIT STATUS: 0 the file can run, 2 it has errors.
            """
    )

    @Argument(help: ArgumentHelp("The task file.", valueName: "file"))
    var file: String

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Let agents whose files overlap run one after the other, instead of refusing the plan.")
    var serializeOverlaps = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        // A plan needs no repository; with one it is checked against the files that are there.
        let place = try? await RepositoryPlace.require(from: context.workingDirectory)
        let settings =
            try place?.loadSettings(in: context)
            ?? SettingsReader.read(file: nil, environment: context.environment)
        let source = try await PlanSource.load(
            file,
            in: context,
            settings: settings,
            place: place,
            isSerializingOverlaps: serializeOverlaps
        )
        let hasErrors = source.plan.findings.contains { $0.severity == .error }
        if json {
            context.output.writeLine(
                String(decoding: try JSONText.encode(PlanDocument(source.plan), isPretty: true), as: UTF8.self)
            )
        } else if hasErrors {
            try source.requireRunnable()
        } else {
            PlanPrinter(context: context).show(source, settings: settings)
        }
        return hasErrors ? .usage : .success
    }
}
