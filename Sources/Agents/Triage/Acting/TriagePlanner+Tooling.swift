import Foundation
import RunModel

/// Blockers that wait for a tool.
extension TriagePlanner {
    mutating func requestTool(_ blocker: PastBlocker, _ outcome: inout TriageOutcome) {
        let body = blocker.reading.body
        let signature = CauseSignature(gapTexts(of: body, blocker))
        let tool: TicketID
        if let made = madeBefore(blocker) {
            tool = made
            outcome.done.append("Its tooling ticket \(tool) is there already.")
        } else if let joined = joinable(signature) {
            tool = joined
            note(blocker, in: joined)
            outcome.done.append("The same gap has the tooling ticket \(tool).")
        } else {
            tool = makeTicket(for: blocker, signature)
            outcome.done.append("The tooling ticket \(tool) was made.")
        }
        outcome.paths.append(session.locations.path(LedgerFile.tickets.rawValue, in: .data))
        writePrompt(for: tool, of: blocker, &outcome)
        if let ticket = blocker.reading.ticket {
            wait(ticket, for: tool, blocker, &outcome)
            move(ticket, to: .blockedTooling, &outcome)
        }
        archive(blocker, &outcome)
    }

    private func gapTexts(of body: BlockerBody, _ blocker: PastBlocker) -> [String] {
        let gap = ["tooling_gap", "gap", "missing_tool", "suggested_fix"].compactMap { name in
            body.value.members.first { FieldName($0.key) == FieldName(name) }?.value.summary
        }
        return gap + Array(body.summary.prefix(1))
    }

    private func madeBefore(_ blocker: PastBlocker) -> TicketID? {
        guard known.contains("ticket:" + blocker.key.rawValue) else { return nil }
        return snapshot.tickets.entries(in: Ticket.list).first { entry in
            entry["blocker_keys"]?.elements.contains { $0.text == blocker.key.rawValue } ?? false
        }?["id"]?.text.flatMap { TicketID($0) }
    }

    private func joinable(_ signature: CauseSignature) -> TicketID? {
        gaps.map { (ticket: $0.ticket, likeness: $0.signature.likeness(to: signature)) }
            .filter { $0.likeness >= CauseSignature.threshold }
            .max { $0.likeness < $1.likeness }?.ticket
    }

    private mutating func note(_ blocker: PastBlocker, in tool: TicketID) {
        guard let (_, index) = snapshot.ticket(tool) else { return }
        known.insert("ticket:" + blocker.key.rawValue)
        snapshot.tickets.update(at: index, in: Ticket.list) { entry in
            entry.update("blocker_keys") { _ = $0.append(.text(blocker.key.rawValue)) }
        }
    }

    private mutating func makeTicket(for blocker: PastBlocker, _ signature: CauseSignature) -> TicketID {
        let body = blocker.reading.body
        let numbers = snapshot.tickets.entries(in: Ticket.list).compactMap { entry -> Int? in
            guard let id = entry["id"]?.text, id.hasPrefix("TOOL-") else { return nil }
            return Int(id.dropFirst(5))
        }
        let number = String((numbers.max() ?? 0) + 1)
        let id =
            TicketID("TOOL-" + String(repeating: "0", count: max(0, 3 - number.count)) + number)
            ?? TicketID(canonical: "TOOL-" + number)
        let fix = body.value.members.first { FieldName($0.key) == "suggested_fix" }?.value
        let title = fix?["title"]?.text ?? fix?.text ?? body.resolution.first ?? blocker.what
        let stamp = LedgerStamp.text(now)
        let file = body.value["tooling_gap"]?["file"]?.text.map(Ticket.path)
        func texts(_ texts: [String]) -> LedgerValue { .texts(texts.map { SecretMask.mask($0) }) }
        let criteria = fix?["acceptance_criteria"]?.elements.map(\.summary) ?? []
        let ticket: [(key: String, value: LedgerValue)] = [
            ("id", .text(id.rawValue)), ("title", .text(PromptText.line(title, limit: 160))), ("priority", "high"),
            ("feature", "Tooling"), ("difficulty", "medium"), ("status", .text(TicketState.ready.rawValue)),
            ("source", .text("Blocker \(blocker.name)")),
            ("issue", .text(SecretMask.mask(gapTexts(of: body, blocker).last ?? blocker.what))),
            ("files_to_modify", .texts([file].compactMap(\.self))), ("files_to_read", .list([])),
            ("out_of_scope", .list([])),
            ("fix_required", texts(body.resolution.isEmpty ? [title] : Array(body.resolution.prefix(10)))),
            (
                "acceptance_criteria",
                texts(
                    criteria.isEmpty
                        ? [
                            "What \(blocker.reading.ticket?.rawValue ?? "the blocked ticket") could not check can be checked."
                        ] : criteria
                )
            ),
            ("risks", .list([])), ("dev_checks", .list([])), ("qa_notes", .null), ("parent_ticket_id", .null),
            ("iteration", 1), ("branch", .null), ("worktree_path", .null), ("created_at", .text(stamp)),
            ("updated_at", .text(stamp)), ("blocker_keys", .texts([blocker.key.rawValue])), ("gap", signature.value),
        ]
        snapshot.add(.object(ticket))
        known.insert("ticket:" + blocker.key.rawValue)
        gaps.append((id, signature))
        return id
    }

    /// The prompt of the tooling ticket, once.
    private mutating func writePrompt(for tool: TicketID, of blocker: PastBlocker, _ outcome: inout TriageOutcome) {
        guard let (ticket, index) = snapshot.ticket(tool), ticket.state == .ready || ticket.state == .draft else {
            return
        }
        let entry = snapshot.tickets.entries(in: Ticket.list)[index]
        let key = entry["blocker_keys"]?.elements.first?.text ?? blocker.key.rawValue
        let name = WorkPrompt.fileName(.tooling, tool, key: String(key.prefix(8)))
        outcome.paths.append(session.locations.path(name, in: .prompts))
        guard snapshot.prompts.insert(name).inserted else { return }
        let body = blocker.reading.body
        var prompt = WorkPrompt(
            kind: .tooling,
            ticket: tool,
            title: ticket.title,
            reason: "Tickets wait for this tool."
        )
        prompt.toFix = [ticket.issue] + ticket.fixRequired
        prompt.criteria = ticket.acceptanceCriteria
        prompt.files = ticket.filesToModify
        prompt.recommendation = body.details.filter { !WorkPrompt.isPath($0) }
        prompt.source = session.locations.path(blocker.name, in: .archive(day: LedgerStamp.day(now)))
        plan.prompts.append((name, options.text(of: prompt)))
        outcome.done.append("A prompt for making the tool is ready.")
    }

    private mutating func wait(
        _ ticket: TicketID,
        for tool: TicketID,
        _ blocker: PastBlocker,
        _ outcome: inout TriageOutcome
    ) {
        outcome.paths.append(session.locations.path(LedgerFile.requeue.rawValue, in: .data))
        let isWaiting = snapshot.requeue.entries(in: RequeueEntry.list).contains { entry in
            var findings: [Finding] = []
            guard let entry = RequeueEntry(reading: entry, findings: &findings) else { return false }
            return entry.blockedTicket == ticket && entry.waitingFor == tool && entry.status == .waiting
        }
        guard !isWaiting else {
            outcome.done.append("\(ticket) waits for \(tool) already.")
            return
        }
        let body = blocker.reading.body
        func criteria(_ name: FieldName) -> [String] {
            var fields = LedgerFields(body.value, place: "blocker")
            return fields.texts(name).map { SecretMask.mask($0) }
        }
        let entry = RequeueEntry(
            blockedTicket: ticket,
            waitingFor: tool,
            blockedCriteria: criteria("blocked_criteria"),
            passedCriteria: criteria("passed_criteria"),
            createdAt: now,
            sourceBlocker: blocker.name
        )
        snapshot.requeue.append(entry.value, to: RequeueEntry.list)
        outcome.done.append("\(ticket) waits for \(tool) and goes back to QA when that has landed.")
    }
}
