import ArgumentParser
import Orchestrator
import RunModel

/// `switchyard resume`.
struct ResumeCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was stopped or killed.",
        discussion: """
            Reads the run's journal, ends what its processes left running, and continues at the step it had reached. \
            What was done is recognised and not done again: nothing lands twice, and no finished work is lost. The \
            options of the first start hold, but for a larger budget.

            Without a name, the newest run that is not finished.

            EXAMPLES:
              switchyard resume
              switchyard resume 20261121-0845-qs9-t3-7f3a

            EXIT STATUS: as of 'switchyard run'; 2 when there is nothing to resume.
            """
    )

    @Argument(help: ArgumentHelp("The run's id, the beginning of it, or 'latest'.", valueName: "run"))
    var run: String?

    @OptionGroup var budget: BudgetFlags

    @OptionGroup var display: DisplayFlags

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await RunComposition.make(in: context, flags: try display.settings())
        let raised = try budget.limits()
        context.showWarnings(of: composition.settings)
        let id = try run.map { try composition.store.require($0) } ?? newestUnfinished(composition.store)
        return try await DrivenRun(composition: composition, context: context).drive {
            try await $0.resume(id, budget: raised)
        }
    }

    private func newestUnfinished(_ store: RunStore) throws(CommandFailure) -> RunID {
        for id in store.list() {
            // A journal that cannot be read is not the one that was meant; naming it tells what is wrong with it.
            guard let record = try? store.load(id), record.created != nil, record.finished == nil, !store.isActive(id)
            else { continue }
            return id
        }
        throw .usage("There is no run to resume: all have ended.", hint: "'switchyard runs' lists them.")
    }
}
