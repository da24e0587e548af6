import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard threads answer`.
struct ThreadsAnswerCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Post into a thread: an answer to a question, or a person's own word.",
        discussion: """
            The post is the system's, as answers are; '--human' posts it as a person's word, which may be a question, a \
            decision, or 'skip'. What it was read as is printed.

            EXAMPLES:
              switchyard threads answer F-31 "The limit is 500 rows. Option 1 or option 2?"
              switchyard threads answer F-31 --human "go with 2, but for admins only"
              switchyard threads answer F-31 - < answer.md
            """
    )

    @Argument(help: ArgumentHelp("The thread.", valueName: "thread"))
    var name: String

    @Argument(help: "The text; '-' reads it from standard input.")
    var text: String

    @Flag(help: "Post it as a person's word.")
    var human = false

    @OptionGroup var flags: LedgerFlags

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let source =
            text == "-" ? String(decoding: try await context.input.load(limitInBytes: 1 << 20), as: UTF8.self) : text
        let post = source.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !post.isEmpty else {
            throw CommandFailure.usage("The post is empty.", hint: "Say something, or leave the thread as it is.")
        }
        let (name, human, now) = (name, human, context.now())
        let review = try await ledger.edit { book -> ThreadReview in
            let found = try book.requireThread(name)
            ThreadEditor(now: now).post(
                post,
                in: found.thread,
                role: human ? .human : .system,
                status: .inDiscussion,
                &book
            )
            return try book.requireThread(found.thread.id).review
        }
        if flags.json {
            try context.writeJSON(ThreadReviewDocument(review))
            return .success
        }
        let kind = review.readings.last?.kind
        context.talk.writeLine(
            "Posted\(kind.map { " as a \($0.rawValue)" } ?? ""); the thread waits for: \(review.need.rawValue)."
        )
        return .success
    }
}

/// `switchyard threads decide`.
struct ThreadsDecideCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Record what was decided: an option, words of your own, or to skip it.",
        discussion: """
            A ticket is made of it by the next 'switchyard dispatch', if the decision names files, steps and criteria that \
            can be tested; otherwise the thread says what is missing.

            EXAMPLES:
              switchyard threads decide F-31 --option 2
              switchyard threads decide F-31 --option 2 --note "default is 90 days"
              switchyard threads decide F-31 --text "Delete uploads after 90 days, in server/uploads.ts"
              switchyard threads decide F-31 --skip --note "storage is cheap"
            """
    )

    @Argument(help: ArgumentHelp("The thread.", valueName: "thread"))
    var name: String

    @Option(
        help: ArgumentHelp(
            "An option as the thread or the finding lists it: its number, letter or id.",
            valueName: "option"
        )
    )
    var option: String?

    @Option(help: ArgumentHelp("The decision in your own words.", valueName: "text"))
    var text: String?

    @Flag(help: "Nothing shall be done.")
    var skip = false

    @Option(help: ArgumentHelp("What is to be kept in mind besides.", valueName: "text"))
    var note: String?

    @OptionGroup var flags: LedgerFlags

    func validate() throws {
        let given = [option != nil, text != nil, skip].count { $0 }
        guard given == 1 else { throw ValidationError("Give one of '--option', '--text' and '--skip'.") }
    }

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let (name, option, text, skip, note, now) = (name, option, text, skip, note, context.now())
        let review = try await ledger.edit { book -> ThreadReview in
            let found = try book.requireThread(name)
            var decision = Decision(optionID: "custom", optionLabel: "Custom response", customNote: text, time: now)
            if skip {
                decision = Decision(
                    optionID: "skip",
                    optionLabel: "Won't fix",
                    isRecommended: false,
                    customNote: note,
                    time: now
                )
            }
            if let option {
                let finding = book.readFindings().first { $0.finding.id.lowercased() == found.thread.id.lowercased() }?
                    .finding
                let offered = ThreadQuestion(thread: found.thread, finding: finding).options
                guard let chosen = Self.option(option, in: offered) else {
                    let known = offered.map { "\($0.id): \($0.label.prefix(60))" }.joined(separator: "; ")
                    throw CommandFailure.usage(
                        "Thread '\(found.thread.id)' offers no option '\(option)'.",
                        hint: known.isEmpty ? "It offers none; use '--text'." : "It offers \(known)"
                    )
                }
                decision = Decision(
                    optionID: chosen.id,
                    optionLabel: chosen.label,
                    isRecommended: chosen.isRecommended,
                    customNote: note,
                    time: now
                )
            }
            book.record(decision, in: found.thread)
            return try book.requireThread(found.thread.id).review
        }
        if flags.json {
            try context.writeJSON(ThreadReviewDocument(review))
            return .success
        }
        guard review.choice != nil else {
            context.talk.writeLine("Recorded, but it reads like a question, so no ticket is made of it.")
            return .success
        }
        context.talk.writeLine(
            review.choice?.isRefusal == true
                ? "Recorded: nothing is to be done." : "Recorded; 'switchyard dispatch --only 3' makes the ticket."
        )
        return .success
    }

    private static func option(_ name: String, in offered: [DecisionOption]) -> DecisionOption? {
        if let exact = offered.first(where: { $0.id.lowercased() == name.lowercased() }) { return exact }
        guard let number = Int(name), offered.indices.contains(number - 1) else { return nil }
        return offered[number - 1]
    }
}

extension LedgerBook {
    /// Puts a decision into a thread's entry.
    mutating func record(_ decision: Decision, in thread: DecisionThread) {
        guard let index = thread.indices.first else { return }
        decisions.update(at: index, in: DecisionThread.list) { entry in
            entry.put("decision", decision.value)
            entry.put("status", .text(DecisionThread.Status.inDiscussion.rawValue))
        }
    }
}

/// `switchyard threads mark-read`.
struct ThreadsMarkReadCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "mark-read",
        abstract: "Note that the posts of threads were read; the list marks only newer ones.",
        discussion: """
            EXAMPLES:
              switchyard threads mark-read F-31 F-32
              switchyard threads mark-read --all
            """
    )

    @Argument(help: ArgumentHelp("The threads.", valueName: "thread"))
    var names: [String] = []

    @Flag(help: "All threads.")
    var all = false

    @OptionGroup var flags: LedgerFlags

    func validate() throws {
        guard names.isEmpty == all else { throw ValidationError("Name threads, or give '--all'.") }
    }

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let (names, all, now) = (names, all, context.now())
        let count = try await ledger.edit { book -> Int in
            var threads: [DecisionThread] = []
            if all {
                threads = book.reviewedThreads().filter(\.isUnread).map(\.thread)
            } else {
                for name in names { threads.append(try book.requireThread(name).thread) }
            }
            for thread in threads {
                guard let index = thread.indices.first else { continue }
                book.decisions.update(at: index, in: DecisionThread.list) {
                    $0.set("read_at", to: .text(LedgerStamp.text(now)))
                }
            }
            return threads.count
        }
        if flags.json {
            try context.writeJSON(["marked": count])
        } else {
            context.talk.writeLine("\(QuantityText.counted(count, "thread")) marked as read.")
        }
        return .success
    }
}
