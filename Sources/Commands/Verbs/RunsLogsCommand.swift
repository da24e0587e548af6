import ArgumentParser

/// `switchyard logs`.
struct RunsLogsCommand: Verb {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Print what an agent printed.")

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'logs' is not built in yet.")
    }
}
