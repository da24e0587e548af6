import Foundation
import RunModel

/// Step 4: finds where the four data files contradict each other, and mends what has only one answer.
package struct ConsistencyStep: Sendable {
    package init() {}

    package func perform(on book: inout LedgerBook) -> DispatchSection {
        var section = DispatchSection(.consistency, columns: ["File", "Entry", "What is wrong", "What was done"])
        let tickets = book.readTickets()
        let findings = book.readFindings()
        let threads = book.readThreads()
        let requeue = book.readRequeue().map(\.entry)
        let known = Set(tickets.map(\.ticket.id))
        let index = TicketIndex(tickets.map(\.ticket))
        checkTickets(tickets.map(\.ticket), known: known, requeue: requeue, &section)
        checkFindings(findings, index: index, &book, &section)
        checkThreads(threads, findings: findings.map(\.finding), index: index, facts: book.threadFacts(), &section)
        for finding in book.complaints { complain("data", "", finding.message, &section) }
        section.count("tickets", tickets.count)
        section.count("findings", findings.count)
        section.count("threads", threads.count)
        section.count("requeue_entries", requeue.count)
        let (wrong, mended) = (section.counts["wrong", default: 0], section.counts["mended", default: 0])
        section.found =
            "\(counted(tickets.count, "ticket")), \(counted(findings.count, "finding")), \(counted(threads.count, "thread")) and "
            + "\(counted(requeue.count, "requeue entry", "requeue entries")) were compared: "
            + (wrong == 0 ? "nothing contradicts." : "\(counted(wrong, "contradiction")) found.")
        if wrong > 0 { section.action = "\(mended) mended; \(wrong - mended) listed for people." }
        if wrong > mended {
            section.forPeople.append(
                "Look at the \(counted(wrong - mended, "contradiction")) between the data files listed in step 4."
            )
        }
        section.settle(done: mended)
        return section
    }

    private func complain(
        _ file: String,
        _ entry: String,
        _ wrong: String,
        done: String? = nil,
        _ section: inout DispatchSection
    ) {
        section.count("wrong")
        if done != nil { section.count("mended") }
        guard section.rows.count < Self.mostRows else { return section.count("not_listed") }
        section.rows.append([file, entry, wrong, done ?? "listed"])
    }

    /// Most contradictions that are listed one by one.
    static let mostRows = 50

    private func checkTickets(
        _ tickets: [Ticket],
        known: Set<TicketID>,
        requeue: [RequeueEntry],
        _ section: inout DispatchSection
    ) {
        var seen: Set<TicketID> = []
        let waiting = Set(requeue.filter { $0.status == .waiting }.map(\.blockedTicket))
        for ticket in tickets {
            let name = ticket.id.rawValue
            if !seen.insert(ticket.id).inserted { complain("tickets", name, "the id stands there twice", &section) }
            if let parent = ticket.parent, !known.contains(parent) {
                complain("tickets", name, "its parent \(parent) is no ticket", &section)
            }
            if ticket.state == .blockedTooling, !waiting.contains(ticket.id) {
                complain("tickets", name, "waits for tooling, and no requeue entry says for what", &section)
            }
            if ticket.state == .ready, ticket.filesToModify.isEmpty {
                complain("tickets", name, "is ready and names no file", &section)
            }
            if ticket.state == .ready, ticket.acceptanceCriteria.isEmpty {
                complain("tickets", name, "is ready and has no acceptance criterion", &section)
            }
        }
        for entry in requeue where entry.status == .waiting && !known.contains(entry.blockedTicket) {
            complain("requeue", entry.blockedTicket.rawValue, "there is no such ticket", &section)
        }
    }

    private func checkFindings(
        _ findings: [(index: Int, finding: ReviewFinding)],
        index: TicketIndex,
        _ book: inout LedgerBook,
        _ section: inout DispatchSection
    ) {
        var seen: Set<String> = []
        for (place, finding) in findings {
            if !seen.insert(finding.id.lowercased()).inserted {
                complain("findings", finding.id, "the id stands there twice", &section)
            }
            let made = index.ticket(from: finding.id)
            if let named = finding.ticket, index[named] == nil {
                complain("findings", finding.id, "names \(named), which is no ticket", &section)
            } else if finding.ticket == nil, let made {
                book.findings.update(at: place, in: ReviewFinding.list) { $0.put("ticket_id", .text(made.id.rawValue)) }
                complain("findings", finding.id, "does not name its ticket \(made.id)", done: "ticket named", &section)
            } else if finding.ticket == nil, finding.status == "ticketed" {
                complain("findings", finding.id, "is called ticketed, and no ticket comes from it", &section)
            }
        }
    }

    private func checkThreads(
        _ threads: [DecisionThread],
        findings: [ReviewFinding],
        index: TicketIndex,
        facts: ThreadFacts,
        _ section: inout DispatchSection
    ) {
        let byID = Dictionary(findings.map { ($0.id.lowercased(), $0) }) { first, _ in first }
        for thread in threads {
            let review = facts.review(thread, byID[thread.id.lowercased()])
            if thread.status == .resolved, let decision = thread.decision, review.choice == nil {
                let note = decision.customNote ?? decision.optionLabel ?? ""
                let ticket = index.ticket(from: thread.id)
                complain(
                    "decisions",
                    thread.id,
                    "is resolved with what is no decision: \u{201C}\(QuestionStep.excerpt(note))\u{201D}"
                        + (ticket.map { "; ticket \($0.id) was made of it" } ?? ""),
                    &section
                )
            } else if thread.status == .resolved, review.need == .answer {
                complain("decisions", thread.id, "is resolved, and a person's question stands unanswered", &section)
            }
            if thread.indices.count > 1 {
                complain("decisions", thread.id, "stands there \(thread.indices.count) times; read as one", &section)
            }
        }
    }
}
