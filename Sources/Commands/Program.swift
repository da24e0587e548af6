import ArgumentParser
import ChildProcesses
package import RunModel
import Terminal

/// The whole program behind `switchyard`: parses, performs, renders what goes wrong, and answers the exit status.
package enum Program {
    package static let version = "0.1.0"

    /// Keeps one child of a run, when the first word asks for it; `nil` for every other command line.
    ///
    /// The runner starts this program again as `switchyard keeper ...` for each child. It is no command of the parser,
    /// because it must run before the first thread starts.
    package static func keep(_ arguments: [String]) -> Int32? {
        guard arguments.dropFirst().first == "keeper" else { return nil }
        return Keeper.run(arguments: Array(arguments.dropFirst(2)))
    }

    /// Runs the command of this process's arguments, the program's name first.
    ///
    /// `observe` is told all progress of runs before any display.
    package static func run(
        _ arguments: [String],
        observing observe: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) async -> Int32 {
        SignalWatcher.surviveBrokenPipes()
        SignalWatcher.surviveFileLimits()
        var context = CommandContext.ofThisProcess(arguments: arguments)
        context.observe = observe
        return await run(Array(arguments.dropFirst()), in: context).rawValue
    }

    /// Runs a command in given surroundings; what tests call.
    static func run(_ arguments: [String], in context: CommandContext) async -> ExitStatus {
        if let failure = unknownCommand(arguments) { return show(failure, in: context) }
        let command: any ParsableCommand
        do {
            command = try SwitchyardCommand.parseAsRoot(arguments)
        } catch {
            return answer(error, in: context)
        }
        do {
            guard let verb = command as? any Verb else {
                // `help`, or a word such as `runs` alone: the parser shows what can follow.
                var command = command
                try command.run()
                return .success
            }
            return try await verb.perform(in: context)
        } catch {
            // The parser's own errors and help requests are answered by the parser.
            guard command is any Verb, !(error is CleanExit), !(error is ValidationError) else {
                return answer(error, in: context)
            }
            return show(CommandFailure(explaining: error), in: context)
        }
    }

    private static func show(_ failure: CommandFailure, in context: CommandContext) -> ExitStatus {
        FailureRenderer(traits: context.talkTraits).lines(for: failure).forEach { context.talk.writeLine($0) }
        return failure.exitStatus
    }

    /// The parser takes a misspelt command for an argument; this says what was probably meant.
    private static func unknownCommand(_ arguments: [String]) -> CommandFailure? {
        let configuration = SwitchyardCommand.configuration
        var known = ["help"]
        for group in configuration.groupedSubcommands {
            for child in group.subcommands { known += child.configuration.commandName.map { [$0] } ?? [] }
        }
        guard let word = arguments.first, !word.hasPrefix("-"), !known.contains(word) else { return nil }
        let meant = Spelling.nearest(to: word, among: known).map { "Did you mean 'switchyard \($0)'?" }
        return .usage("There is no command '\(word)'.", hint: meant ?? "'switchyard --help' lists the commands.")
    }

    /// Help and versions are results; a command line that makes no sense is talk.
    private static func answer(_ error: any Error, in context: CommandContext) -> ExitStatus {
        let text = SwitchyardCommand.fullMessage(for: error, columns: helpWidth(context))
        guard SwitchyardCommand.exitCode(for: error) == .success else {
            // The parser begins its messages with a label of its own form.
            let label = "Error: "
            let message = text.hasPrefix(label) ? String(text.dropFirst(label.count)) : text
            let heading = StyledText("error:", Style(.red, isBold: true)).rendered(
                isColoured: context.talkTraits.isColoured
            )
            context.talk.writeLine(heading + " " + message)
            return .usage
        }
        context.output.writeLine(text)
        return .success
    }

    private static func helpWidth(_ context: CommandContext) -> Int {
        context.outputTraits.isTerminal ? min(100, max(60, context.outputTraits.size.columns)) : 80
    }
}
