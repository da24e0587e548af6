import ArgumentParser

/// `switchyard clean`.
struct CleanCommand: Verb {
    static let configuration = CommandConfiguration(commandName: "clean", abstract: "Remove what old runs left behind.")

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'clean' is not built in yet.")
    }
}
