import ArgumentParser

/// `switchyard list`.
struct RunsListCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the runs of this repository, newest first."
    )

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'list' is not built in yet.")
    }
}
