import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard threads list`.
struct ThreadsListCommand: LedgerVerb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List threads and what each waits for."
    )

    @Option(help: ArgumentHelp("Only those that wait for this; 'all' lists settled ones, too.", valueName: "need"))
    var need: String?

    @OptionGroup var flags: LedgerFlags

    func validate() throws {
        guard let need, need != "all", ThreadReview.Need(rawValue: need) == nil else { return }
        let known = ThreadReview.Need.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(need)' is nothing a thread waits for; known are \(known), and 'all'.")
    }

    func perform(with ledger: OpenLedger, in context: CommandContext) async throws -> ExitStatus {
        let threads = try await ledger.read { book in book.reviewedThreads() }
        let wanted = threads.filter { thread in
            guard let need else { return thread.review.need != .nothing }
            return need == "all" || thread.review.need.rawValue == need
        }
        if flags.json {
            for thread in wanted { try context.writeJSON(ThreadReviewDocument(thread.review)) }
            return .success
        }
        guard !wanted.isEmpty else {
            context.talk.writeLine(
                threads.isEmpty
                    ? "There is no thread yet." : "No thread waits for that; 'threads list --need all' lists all."
            )
            return .success
        }
        var table = Table([
            Table.Column("THREAD"), Table.Column("STATUS"), Table.Column("WAITS FOR"), Table.Column("NEW"),
            Table.Column("LAST"),
            Table.Column("ABOUT", isFlexible: true),
        ])
        for thread in wanted {
            table.append([
                StyledText(CleanText.line(thread.thread.id), .bold), StyledText(thread.thread.status.rawValue),
                StyledText(
                    thread.review.need.rawValue,
                    thread.review.need == .person || thread.review.need == .answer ? .yellow : .plain
                ),
                StyledText(thread.isUnread ? "*" : ""), StyledText(ledgerDate(thread.thread.messages.last?.time), .dim),
                StyledText(CleanText.line(thread.title)),
            ])
        }
        context.write(table)
        return .success
    }
}

/// A thread with what it waits for, and what it is about.
struct ReviewedThread: Sendable {
    var thread: DecisionThread
    var review: ThreadReview
    var title: String
    /// Something was posted since a person marked it as read.
    var isUnread: Bool
}

extension LedgerBook {
    /// All threads, duplicates merged.
    mutating func reviewedThreads() -> [ReviewedThread] {
        let findings = Dictionary(readFindings().map { ($0.finding.id.lowercased(), $0.finding) }) { first, _ in first }
        let tickets = Dictionary(readTickets().map { ($0.ticket.id, $0.ticket) }) { first, _ in first }
        let entries = decisions.entries(in: DecisionThread.list)
        let facts = threadFacts()
        let index = TicketIndex(readTickets().map(\.ticket))
        return readThreads().map { thread in
            let finding = findings[thread.id.lowercased()]
            let post = thread.messages.first { $0.role != .human }?.text.split(whereSeparator: \.isNewline).first.map(
                String.init
            )
            let heading = String((post ?? "").drop { "#* ".contains($0) }).replacing("**", with: "")
            let about = finding?.title ?? TicketID.first(in: thread.id).flatMap { tickets[$0]?.title } ?? heading
            let readAt = thread.indices.compactMap { entries[$0]["read_at"]?.text.flatMap(LedgerStamp.date) }.max()
            let lastPost = thread.messages.filter { $0.role != .human }.compactMap(\.time).max()
            var review = facts.review(thread, finding)
            // A resolved thread whose ticket is there waits for nothing more.
            if thread.status == .resolved, review.need == .ticket,
                finding?.ticket != nil || index.ticket(from: thread.id) != nil || !facts.tickets(of: thread).isEmpty
            {
                review.need = .nothing
            }
            return ReviewedThread(
                thread: thread,
                review: review,
                title: about,
                isUnread: lastPost.map { $0 > (readAt ?? .distantPast) } ?? false
            )
        }
    }

    /// The thread a person named, or its one beginning.
    mutating func requireThread(_ name: String) throws(CommandFailure) -> ReviewedThread {
        let threads = reviewedThreads()
        if let thread = threads.first(where: { $0.thread.id.lowercased() == name.lowercased() }) { return thread }
        let near = threads.filter { $0.thread.id.lowercased().hasPrefix(name.lowercased()) }
        guard near.count == 1, let thread = near.first else {
            throw .missing("thread", name, list: "switchyard threads list --need all")
        }
        return thread
    }
}
