import ArgumentParser
import Orchestrator
import RunModel
import Terminal

/// `switchyard runs show`.
struct RunsShowCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one run: its state, each agent's, and how to go on."
    )

    @Argument(help: ArgumentHelp("The run's id, the beginning of it, or 'latest'.", valueName: "run"))
    var run = "latest"

    @Flag(help: "Print the run's journal, one JSON object per fact.")
    var json = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await RunComposition.make(in: context)
        let folder = try composition.run(named: run)
        let entries = try Journal.load(folder.journal).entries
        if json {
            for entry in entries {
                context.output.writeLine(String(decoding: try JSONText.encode(entry), as: UTF8.self))
            }
            return .success
        }
        let model = ProgressModel(RunRecord(entries))
        let isActive = model.record.finished == nil && composition.store.isActive(folder.run)
        // Nobody drives it, so time stands still where the journal ends.
        let now = isActive ? context.now() : model.record.updatedAt ?? context.now()
        let width = context.outputTraits.isTerminal ? context.outputTraits.size.columns : 100
        let signs = SignSet.suited(to: context.outputTraits)
        var lines = FrameRenderer(signs: signs).frame(model, width: width, now: now) + [StyledText()]
        if model.record.finished != nil {
            lines += RunSummaryLines(width: width, signs: signs).lines(model)
            if let report = model.record.report {
                lines.append(StyledText("Report: \(composition.shown(report.markdown))"))
            }
        } else if isActive {
            lines.append(StyledText("Being driven now. Stop it with: switchyard cancel \(folder.run)"))
        } else {
            lines.append(StyledText("Stopped. Go on with: switchyard resume \(folder.run)", .yellow))
        }
        for line in lines { context.output.writeLine(line.rendered(isColoured: context.outputTraits.isColoured)) }
        return .success
    }
}
