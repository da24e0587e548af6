import ArgumentParser
import Terminal

/// `switchyard man`: for the install script and packagers.
struct ManualCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Print the manual page, made from the help texts.",
        shouldDisplay: false
    )

    func perform(in context: CommandContext) async throws -> ExitStatus {
        context.output.write(ManualPage.text(of: SwitchyardCommand.self))
        return .success
    }
}
