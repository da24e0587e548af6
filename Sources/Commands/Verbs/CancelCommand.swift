import ArgumentParser
import Orchestrator
import RunModel
import Terminal

/// `switchyard cancel`.
struct CancelCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a run for good.",
        discussion: """
            A run that is going on is asked to stop: its agents are ended, and it writes its report. A run that was \
            stopped before is closed here. What agents had done is kept under refs; nothing more lands. To stop for a \
            while only, press Ctrl-C in the run's terminal and use 'switchyard resume' later.

            EXAMPLES:
              switchyard cancel latest

            EXIT STATUS: 0 cancelled, 2 there is no such run or it has ended.
            """
    )

    @Argument(help: ArgumentHelp("The run's id, the beginning of it, or 'latest'.", valueName: "run"))
    var run: String

    @OptionGroup var display: DisplayFlags

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await RunComposition.make(in: context, flags: try display.settings())
        let id = try composition.store.require(run)
        if let finished = try composition.store.load(id).finished {
            throw CommandFailure.usage(
                "The run '\(id)' has ended (\(finished.state.rawValue)); there is nothing to cancel.",
                hint: "Read its report with: switchyard runs report \(id)"
            )
        }
        if composition.store.isActive(id) {
            try composition.store.requestCancel(id, by: composition.environment.user)
            context.talk.writeLine("The run '\(id)' was asked to stop; its own terminal shows how it ends.")
            return .success
        }
        _ = try await DrivenRun(composition: composition, context: context).drive { coordinator in
            if let summary = try await coordinator.cancel(id) { return summary }
            return try await coordinator.resume(id)
        }
        return .success
    }
}
