import ArgumentParser

/// `switchyard settings`.
struct SettingsCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Print every setting that holds here, and where it came from."
    )

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'settings' is not built in yet.")
    }
}
