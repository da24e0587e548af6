import ArgumentParser

/// `switchyard report`.
struct RunsReportCommand: Verb {
    static let configuration = CommandConfiguration(commandName: "report", abstract: "Print the report of a run.")

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'report' is not built in yet.")
    }
}
