import ArgumentParser
import Foundation
import Terminal

/// `switchyard init`.
struct InitCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a repository ready: settings file, prompts, folders, ignore entries, an example.",
        discussion: """
            Makes what is missing and keeps what is there: no file is ever overwritten, so it can be run again at any \
            time. Nothing is committed.

              switchyard.yaml          settings, all commented out, with their defaults
              prompts/                 one template per agent role; read at run time
              prompts/examples/        a task file that runs on any machine
              docs/agent-output/       reports and blockers come here
              data/                    ledger data
              .git/info/exclude        ignores the state folder '.switchyard/'

            EXAMPLES:
              switchyard init
              switchyard init --dry-run

            EXIT STATUS: 0 done, 3 no git repository, or a file cannot be written.
            """
    )

    @Flag(name: [.short, .long], help: "Say what would be made; make nothing.")
    var dryRun = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let place = try await RepositoryPlace.require(from: context.workingDirectory)
        guard !place.isBare else {
            throw CommandFailure.environment(
                "'\(place.root)' is a bare repository: there is no working tree to put files in.",
                hint: "Run 'switchyard init' in a clone of it."
            )
        }
        let settings = try place.loadSettings(in: context)
        let scaffold = Scaffold(place: place, settings: settings)
        let steps = try scaffold.steps()
        for step in steps {
            if !dryRun, step.isMissing { try scaffold.make(step) }
            context.output.writeLine(line(step).rendered(isColoured: context.outputTraits.isColoured))
        }
        let count = steps.count { $0.isMissing }
        let verb = dryRun ? "would be made" : "made"
        context.talk.writeLine("")
        context.talk.writeLine(
            count == 0
                ? "Everything is here already; nothing was changed."
                : "\(QuantityText.counted(count, "thing")) \(verb), \(steps.count - count) kept. Nothing was committed."
        )
        if !dryRun {
            context.talk.writeLine("Next: switchyard doctor, then switchyard plan \(Scaffold.examplePath)")
        }
        return .success
    }

    private func line(_ step: Scaffold.Step) -> StyledText {
        let isMade = step.isMissing
        let word = isMade ? (dryRun ? "would make" : "made") : "kept"
        return StyledText(DisplayWidth.fit(word, to: dryRun ? 10 : 4), isMade ? .green : .dim)
            + StyledText("  " + step.path, isMade ? .plain : .dim)
            + StyledText(step.note.map { "  (\($0))" } ?? "", .dim)
    }
}
