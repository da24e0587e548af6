import ArgumentParser

/// `switchyard man`.
struct ManualCommand: Verb {
    static let configuration = CommandConfiguration(commandName: "man", abstract: "Print the manual page.")

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'man' is not built in yet.")
    }
}
