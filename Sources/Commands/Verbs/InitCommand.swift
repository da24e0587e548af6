import ArgumentParser

/// `switchyard init`.
struct InitCommand: Verb {
    static let configuration = CommandConfiguration(commandName: "init", abstract: "Make a repository ready.")

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'init' is not built in yet.")
    }
}
