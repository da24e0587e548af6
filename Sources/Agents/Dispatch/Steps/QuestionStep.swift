package import Foundation
import RunModel

/// Step 2: promotes staged findings, puts issues to people, posts answers.
package struct QuestionStep: Sendable {
    /// An answer that was checked and may be posted.
    package struct Answer: Sendable, Hashable {
        package var thread: String
        /// The message it answers, so that a thread that went on in the meantime gets no late answer.
        package var question: String
        /// The post, with what was read.
        package var text: String

        package init(thread: String, question: String, text: String) {
            self.thread = thread
            self.question = question
            self.text = text
        }
    }

    let now: Date
    let answers: [Answer]
    /// Threads an engine was asked about in vain, and why.
    let refusals: [String: String]

    package init(now: Date, answers: [Answer] = [], refusals: [String: String] = [:]) {
        self.now = now
        self.answers = answers
        self.refusals = refusals
    }

    package func perform(on book: inout LedgerBook) -> DispatchSection {
        var section = DispatchSection(.questions, columns: ["Thread", "What it waited for", "What was done"])
        triage(&book, &section)
        let findings = Dictionary(book.readFindings().map { ($0.finding.id.lowercased(), $0.finding) }) { first, _ in
            first
        }
        let tickets = TicketIndex(book.readTickets().map(\.ticket))
        let facts = book.threadFacts()
        for thread in book.readThreads() {
            let finding = findings[thread.id.lowercased()]
            let review = facts.review(thread, finding)
            switch review.need {
            case .summary:
                let ticket = TicketID(thread.id).flatMap { tickets[$0] }
                if let summary = finding.map(ThreadSummary.init) ?? ticket.map(ThreadSummary.init) {
                    post(summary.text, in: thread, status: .awaitingHuman, &book)
                    section.count("summaries")
                    section.rows.append([thread.id, "a first post", "issue and options posted"])
                } else {
                    section.count("unknown")
                    section.rows.append([thread.id, "a first post", "left: no finding or ticket of that name"])
                    section.forPeople.append(
                        "Say in thread \(thread.id) what it is about: no finding and no ticket has that name."
                    )
                }
            case .answer: answer(thread, &book, &section)
            case .clarification:
                post(Self.clarification(thread), in: thread, status: .awaitingHuman, &book)
                section.count("clarifications")
                section.rows.append([thread.id, "a choice that it does not offer", "asked which one is meant"])
            case .ticket, .closing, .release, .person, .nothing: continue
            }
        }
        finish(&section)
        return section
    }

    private func answer(_ thread: DecisionThread, _ book: inout LedgerBook, _ section: inout DispatchSection) {
        let question = thread.messages.last { $0.role == .human }?.text ?? ""
        if let answer = answers.first(where: { $0.thread == thread.id && $0.question == question }) {
            post(answer.text, in: thread, status: .inDiscussion, &book)
            section.count("answers")
            section.rows.append([thread.id, "an answer", "answered"])
            return
        }
        let why = refusals[thread.id] ?? "no engine is set"
        section.count("left_to_people")
        section.rows.append([thread.id, "an answer", "left to a person: \(why)"])
        section.forPeople.append(
            "Answer the question in thread \(thread.id): \u{201C}\(Self.excerpt(question))\u{201D}"
        )
    }

    private func finish(_ section: inout DispatchSection) {
        let (posted, answered) = (section.counts["summaries", default: 0], section.counts["answers", default: 0])
        let left = section.counts["left_to_people", default: 0]
        let asked = section.counts["clarifications", default: 0]
        let total = section.rows.count
        section.found = total == 0 ? "No thread waits for a post." : "\(counted(total, "thread")) waited for a post."
        var parts: [String] = []
        if posted > 0 { parts.append("\(counted(posted, "issue")) put to people") }
        if answered > 0 { parts.append("\(counted(answered, "question")) answered") }
        if asked > 0 { parts.append("\(counted(asked, "choice")) asked back") }
        if left > 0 { parts.append("\(counted(left, "question")) left to people") }
        let triaged = section.counts["findings_triaged", default: 0]
        if triaged > 0 {
            parts.append(
                "\(counted(triaged, "staged finding")) looked at: \(section.counts["promoted", default: 0]) promoted, "
                    + "\(section.counts["rejected", default: 0]) rejected, \(section.counts["merged", default: 0]) merged"
            )
        }
        if !parts.isEmpty { section.action = parts.joined(separator: "; ") + "." }
        section.settle(done: posted + answered + asked + triaged)
    }

    private static func clarification(_ thread: DecisionThread) -> String {
        let said = thread.messages.last { $0.role == .human }?.text ?? ""
        return "I could not tell what \u{201C}\(excerpt(said))\u{201D} means here: it is none of the options shown. "
            + "Which option is meant, or what shall be done, in your own words?"
    }

    static func excerpt(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 120 ? line.prefix(119) + "…" : line
    }

    func post(_ text: String, in thread: DecisionThread, status: DecisionThread.Status, _ book: inout LedgerBook) {
        ThreadEditor(now: now).post(text, in: thread, status: status, &book)
    }

    /// Moves staged findings on, each with its reason.
    private func triage(_ book: inout LedgerBook, _ section: inout DispatchSection) {
        var odd: [Finding] = []
        let entries = book.staging.entries(in: ReviewFinding.list)
        let staged = entries.enumerated().compactMap { index, entry -> (index: Int, finding: ReviewFinding)? in
            guard Self.isUntouched(entry) else { return nil }
            return ReviewFinding(reading: entry, findings: &odd).map { (index, $0) }
        }
        guard !staged.isEmpty else { return }
        // A run that was cut off after it had promoted one left it staged.
        let known = book.readFindings().map(\.finding).filter { known in
            !staged.contains { _, staged in
                known.status == "pending" && staged.id == known.id && staged.title == known.title
                    && staged.issue == known.issue
            }
        }
        let fates = FindingTriage().fates(
            of: staged.map(\.finding),
            known: known,
            tickets: book.readTickets().map(\.ticket)
        )
        for ((index, finding), fate) in zip(staged, fates) {
            guard fate != .waiting else {
                section.count("staged")
                continue
            }
            section.count("findings_triaged")
            let (status, reason): (String, String)
            switch fate {
            case .promoted: (status, reason) = ("promoted", "among the gravest that are new")
            case .rejected(let why): (status, reason) = ("rejected", why)
            case .merged(let other): (status, reason) = ("merged", "one cause with \(other)")
            case .waiting: continue
            }
            section.count(status)
            if fate == .promoted { promote(entries[index], finding, &book) }
            book.staging.update(at: index, in: ReviewFinding.list) { entry in
                entry.put("status", .text(status))
                entry.put("triage_reason", .text(reason))
                entry.put("triaged_at", .text(LedgerStamp.text(now)))
            }
        }
    }

    private static func isUntouched(_ entry: LedgerValue) -> Bool {
        let status = entry["status"]?.text?.lowercased() ?? ""
        return entry["triaged_at"] == nil && ["", "staging", "staged", "new", "pending", "open"].contains(status)
    }

    private func promote(_ entry: LedgerValue, _ finding: ReviewFinding, _ book: inout LedgerBook) {
        if !book.readFindings().contains(where: { $0.finding.id == finding.id }) {
            var entry = entry
            entry.put("status", "pending")
            book.findings.append(entry, to: ReviewFinding.list)
        }
        let isThere = book.readThreads().contains { $0.id.lowercased() == finding.id.lowercased() }
        guard !isThere else { return }
        book.decisions.append(
            ["finding_id": .text(finding.id), "status": "pending", "messages": [], "decision": .null],
            to: DecisionThread.list
        )
    }
}
