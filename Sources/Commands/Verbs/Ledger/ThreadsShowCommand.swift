import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard threads show`.
struct ThreadsShowCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a thread: every message, what it was read as, and what the thread waits for."
    )

    @Argument(help: ArgumentHelp("The thread: the finding's, blocker's or ticket's name.", valueName: "thread"))
    var name: String

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let name = name
        let found = try await ledger.read { book in try book.requireThread(name) }
        if flags.json {
            try context.writeJSON(ThreadReviewDocument(found.review))
            return .success
        }
        let isColoured = context.outputTraits.isColoured
        func line(_ text: StyledText) { context.output.writeLine(text.rendered(isColoured: isColoured)) }
        line(StyledText(CleanText.line(found.thread.id), .bold) + StyledText("  \(CleanText.line(found.title))"))
        line(StyledText("\(found.thread.status.rawValue); waits for: \(found.review.need.rawValue)", .dim))
        for (message, reading) in zip(found.thread.messages, found.review.readings) {
            line(StyledText(""))
            let kind = reading.kind.map { "  [\($0.rawValue)]" } ?? ""
            line(StyledText("\(reading.role)  \(ledgerDate(message.time))", .cyan) + StyledText(kind, .yellow))
            for text in CleanText.lines(message.text) { line(StyledText("  " + text)) }
            for option in reading.options {
                line(StyledText("  -> \(option.id): \(CleanText.line(option.label))", .green))
            }
        }
        if let choice = found.review.choice {
            line(StyledText(""))
            line(StyledText("decision", .cyan) + StyledText(choice.isRecorded ? "" : "  (not recorded yet)", .dim))
            for text in CleanText.lines(choice.text) { line(StyledText("  " + text)) }
        }
        return .success
    }
}
