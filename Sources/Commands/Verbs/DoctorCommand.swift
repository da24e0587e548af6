import ArgumentParser

/// `switchyard doctor`.
struct DoctorCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "See whether this machine has what is needed."
    )

    func perform(in context: CommandContext) async throws -> ExitStatus {
        throw CommandFailure.environment("'doctor' is not built in yet.")
    }
}
