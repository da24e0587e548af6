import ArgumentParser
import Foundation
import Orchestrator
import RunModel
import Terminal

/// `switchyard clean`.
struct CleanCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Remove what old runs left behind.",
        discussion: """
            Removes worktrees and branches of runs that have ended, and logs and kept work of runs older than the \
            limit. A run that is going on is never touched. Work that is in a worktree or on a branch and nowhere \
            else is kept under 'refs/switchyard/rescued/' first, and its run's logs with it until that is old as \
            well. Reports stay.

            EXAMPLES:
              switchyard clean --dry-run
              switchyard clean --older-than 30d

            EXIT STATUS: 0 done, 1 something could not be removed.
            """
    )

    @Option(help: ArgumentHelp("Keep logs and kept work of runs used since then: 12h, 7d.", valueName: "age"))
    var olderThan = "7d"

    @Flag(name: [.short, .long], help: "Say what would be removed; remove nothing.")
    var dryRun = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        guard let age = olderThan == "0" ? .zero : QuantityReader.duration(olderThan) else {
            throw CommandFailure.usage(
                "'--older-than \(olderThan)' is not possible: it takes a duration such as '12h', '7d' or '0'."
            )
        }
        let composition = try await RunComposition.make(in: context)
        let reaper = Reaper(environment: composition.environment)
        let remnants = try await reaper.find(olderThan: age)
        let outcome = dryRun ? [:] : try await reaper.remove(remnants)
        for remnant in remnants {
            let why = outcome[remnant]?.reason
            let word = dryRun ? "would remove" : why == nil ? "removed" : "kept"
            let line =
                StyledText(DisplayWidth.fit(word, to: dryRun ? 12 : 7), why == nil ? .green : .yellow)
                + StyledText("  " + DisplayWidth.fit(remnant.kind.words, to: 10), .dim)
                + StyledText("  " + CleanText.line(composition.environment.relative(remnant.name)))
                + StyledText(why.map { ": " + CleanText.line($0) } ?? "")
            context.output.writeLine(line.rendered(isColoured: context.outputTraits.isColoured))
        }
        if remnants.isEmpty { context.talk.writeLine("There is nothing to remove.") }
        let isAllDone = outcome.values.allSatisfy { if case .kept = $0 { false } else { true } }
        return isAllDone ? .success : .refused
    }
}

extension Remnant.Kind {
    /// The kind in words.
    fileprivate var words: String {
        switch self {
        case .worktree: "worktree"
        case .staleWorktree: "worktree"
        case .savedWork: "kept work"
        case .branch: "branch"
        case .runFolder: "logs"
        case .trash: "trash"
        }
    }
}
