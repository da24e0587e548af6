import Orchestrator
import RunModel
import Terminal

extension RunCommand {
    /// Plans all files, and only when each can run, runs one after the other.
    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await RunComposition.make(in: context, flags: try flags.settings())
        context.showWarnings(of: composition.settings)
        var sources: [PlanSource] = []
        for file in files {
            let source = try await PlanSource.load(
                file,
                in: context,
                settings: composition.settings,
                place: composition.place,
                isSerializingOverlaps: serializeOverlaps,
                only: selected
            )
            try source.requireRunnable()
            sources.append(source)
        }
        try requireKnown(selected, in: sources)
        if dryRun {
            for source in sources { PlanPrinter(context: context).show(source, settings: composition.settings) }
            return .success
        }
        let options = composition.settings.runOptions(only: selected, isPreflightRun: runPreflight)
        var worst = ExitStatus.success
        for source in sources {
            tellWarnings(of: source, in: context)
            let status = try await DrivenRun(composition: composition, context: context).drive { coordinator in
                try await coordinator.start(source.plan, options: options)
            }
            if status.rawValue > worst.rawValue { worst = status }
        }
        return worst
    }

    /// The agents named by `--only`.
    private var selected: [AgentID] {
        (only ?? "").split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }.map { AgentID($0) }
    }

    /// Each agent named by `--only` must exist.
    private func requireKnown(_ selected: [AgentID], in sources: [PlanSource]) throws(CommandFailure) {
        let known = sources.flatMap { $0.plan.assignments.map(\.id.rawValue) }
        for name in selected.map(\.rawValue) where !known.contains(name) {
            let meant = Spelling.nearest(to: name, among: known).map { "Did you mean '\($0)'? " } ?? ""
            throw .usage(
                "There is no agent '\(name)' in \(files.map { "'\($0)'" }.joined(separator: ", ")).",
                hint: meant + "The agents are \(known.joined(separator: ", "))."
            )
        }
    }

    /// Warnings are in the report; here only that there are some.
    private func tellWarnings(of source: PlanSource, in context: CommandContext) {
        let count = source.plan.findings.count { $0.severity == .warning }
        guard count > 0 else { return }
        let text =
            "\(QuantityText.counted(count, "warning")) in '\(source.file)'; 'switchyard plan \(source.file)' shows them."
        context.talk.writeLine(StyledText(text, .yellow).rendered(isColoured: context.talkTraits.isColoured))
    }
}
