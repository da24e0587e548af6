import ArgumentParser

/// `switchyard cancel`.
struct CancelCommand: Verb {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Stop a run for good.")

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'cancel' is not built in yet.")
    }
}
