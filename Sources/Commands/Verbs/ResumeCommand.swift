import ArgumentParser

/// `switchyard resume`.
struct ResumeCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was stopped."
    )

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'resume' is not built in yet.")
    }
}
