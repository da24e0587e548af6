import ArgumentParser

/// `switchyard show`.
struct RunsShowCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one run: its state, and each agent's."
    )

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'show' is not built in yet.")
    }
}
