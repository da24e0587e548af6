import Foundation
import RunModel

/// Blockers that wait for a person.
extension TriagePlanner {
    mutating func openThread(_ blocker: PastBlocker, _ outcome: inout TriageOutcome) {
        let body = blocker.reading.body
        let ticket = blocker.reading.ticket
        defer {
            if let ticket { move(ticket, to: .blocked, &outcome) }
            archive(blocker, &outcome)
        }
        let path = session.locations.path(LedgerFile.decisions.rawValue, in: .data)
        outcome.paths.append(path)
        guard known.insert("thread:" + blocker.key.rawValue).inserted else {
            outcome.done.append("Its thread is there already.")
            return
        }
        let signature = CauseSignature(causeTexts(of: body))
        let isShared = blocker.blockerClass == .environment || blocker.blockerClass == .infrastructure
        if isShared, let index = joinable(signature) {
            join(index, blocker, &outcome)
            return
        }
        var id = threadID(for: blocker)
        if let index = threadPlaces[id], isSettled(index) { id += "-" + blocker.key.short }
        let message = ThreadMessage(role: .system, text: question(of: blocker), time: now)
        if let index = threadPlaces[id] {
            add(message, of: blocker, to: index)
            outcome.done.append("The question was added to the thread \(id).")
            return
        }
        var members: [(key: String, value: LedgerValue)] = [
            ("finding_id", .text(id)), ("status", .text(DecisionThread.Status.pending.rawValue)),
            ("priority", .text(priority(of: blocker.blockerClass))), ("category", .text(blocker.blockerClass.rawValue)),
            ("tickets", .texts(ticket.map { [$0.rawValue] } ?? [])), ("blocker_keys", .texts([blocker.key.rawValue])),
        ]
        if !body.options.isEmpty {
            members.append(
                (
                    "options",
                    .list(
                        body.options.map { option in
                            [
                                "id": .text(option.id), "label": .text(SecretMask.mask(option.label)),
                                "recommended": .boolean(option.isRecommended),
                            ]
                        }
                    )
                )
            )
        }
        if isShared { members.append(("cause", signature.value)) }
        members += [("messages", .list([message.value])), ("decision", .null)]
        let index = snapshot.decisions.count(of: DecisionThread.list)
        threadPlaces[id] = index
        snapshot.decisions.append(.object(members), to: DecisionThread.list)
        if isShared { threads.append((index, signature)) }
        outcome.done.append("The thread \(id) asks a person.")
    }

    /// What people have settled is not asked again by a post below it.
    private func isSettled(_ index: Int) -> Bool {
        snapshot.decisions.entry(at: index, in: DecisionThread.list).map(Self.isSettled) ?? false
    }

    static func isSettled(_ thread: LedgerValue) -> Bool {
        thread["status"]?.text.flatMap { DecisionThread.Status(reading: $0) } == .resolved
    }

    private func priority(of blockerClass: BlockerClass) -> String {
        switch blockerClass {
        case .externalSetup: "critical"
        case .environment, .infrastructure: "high"
        default: "medium"
        }
    }

    private func causeTexts(of body: BlockerBody) -> [String] {
        Array(body.summary.prefix(3)) + body.resolution.prefix(2) + body.failures.prefix(2).compactMap(\.actual)
    }

    /// The open thread about the same cause that is most alike.
    private func joinable(_ signature: CauseSignature) -> Int? {
        threads.map { (index: $0.index, likeness: $0.signature.likeness(to: signature)) }
            .filter { $0.likeness >= CauseSignature.threshold }
            .max { $0.likeness < $1.likeness }?.index
    }

    private mutating func join(_ index: Int, _ blocker: PastBlocker, _ outcome: inout TriageOutcome) {
        let entry = snapshot.decisions.entry(at: index, in: DecisionThread.list)
        let id = entry?["finding_id"]?.summary ?? "?"
        let ticket = blocker.reading.ticket
        let text =
            "\(ticket?.rawValue ?? "Another ticket") is held up by the same cause: \(PromptText.line(blocker.what))"
        add(ThreadMessage(role: .system, text: text, time: now), of: blocker, to: index)
        if let ticket {
            snapshot.decisions.update(at: index, in: DecisionThread.list) { thread in
                let isListed = thread["tickets"]?.elements.contains { $0.text == ticket.rawValue } ?? false
                if !isListed {
                    if thread["tickets"] == nil { thread.set("tickets", to: .list([])) }
                    thread.update("tickets") { _ = $0.append(.text(ticket.rawValue)) }
                }
            }
        }
        outcome.done.append("It has the cause of the thread \(id), and was added to it.")
    }

    private mutating func add(_ message: ThreadMessage, of blocker: PastBlocker, to index: Int) {
        snapshot.decisions.update(at: index, in: DecisionThread.list) { thread in
            if thread["messages"]?.isList != true { thread.set("messages", to: .list([])) }
            thread.update("messages") { _ = $0.append(message.value) }
            if thread["blocker_keys"]?.isList != true { thread.set("blocker_keys", to: .list([])) }
            thread.update("blocker_keys") { _ = $0.append(.text(blocker.key.rawValue)) }
        }
    }

    private func threadID(for blocker: PastBlocker) -> String {
        let ticket = blocker.reading.ticket?.fileName ?? blocker.key.short
        switch blocker.blockerClass {
        case .environment, .infrastructure: return "ENV-\(ticket)-\(blocker.key.short)"
        case .externalSetup: return "EXT-\(ticket)"
        default:
            let own = blocker.reading.body.value["id"]?.text?.trimmingSpace ?? ""
            let isUsable = (4...60).contains(own.count) && own.contains("-") && !own.contains(where: \.isWhitespace)
            return isUsable ? own : "BLOCKED-\(ticket)-\(blocker.key.short)"
        }
    }

    /// What a person reads: the question, the options, the recommendation; nothing secret.
    private func question(of blocker: PastBlocker) -> String {
        let body = blocker.reading.body
        let ticket = blocker.reading.ticket.map { "\($0): " } ?? ""
        var text = "## \(ticket)\(PromptText.line(body.summary.first ?? blocker.blockerClass.inWords, limit: 200))\n"
        text += "\n**Kind:** \(blocker.blockerClass.inWords) · **Priority:** \(priority(of: blocker.blockerClass))\n"
        let more = body.summary.dropFirst().prefix(4).map { PromptText.line($0, limit: 1_200) }.filter { !$0.isEmpty }
        if !more.isEmpty { text += "\n" + more.joined(separator: "\n\n") + "\n" }
        let failures = body.failures.prefix(5).map { Self.withoutNumber(PromptText.line($0.text, limit: 300)) }
        if !failures.isEmpty { text += "\n**What was seen:**\n" + failures.map { "- \($0)\n" }.joined() }
        if !body.options.isEmpty {
            text += "\n**Options:**\n"
            for (number, option) in body.options.enumerated() {
                text +=
                    "\(number + 1). \(PromptText.line(option.label, limit: 400))\(option.isRecommended ? " (recommended)" : "")\n"
            }
        }
        let recommended = Set(body.options.map(\.label))
        let steps = body.resolution.filter { !recommended.contains($0) }.prefix(10).map {
            PromptText.line($0, limit: 500)
        }
        if !steps.isEmpty {
            text += blocker.blockerClass == .externalSetup ? "\n**Steps:**\n" : "\n**Recommendation:**\n"
            text += steps.map { "- \(Self.withoutNumber($0))\n" }.joined()
        }
        if blocker.blockerClass == .externalSetup {
            text +=
                "\nDo not write passwords or keys into this thread: it is a file that git tracks. Say where they are kept.\n"
        }
        return text
    }
    /// `2. Restart it` without its number: only what may be chosen is numbered in a post.
    private static func withoutNumber(_ text: String) -> String {
        let digits = text.prefix { $0.isNumber }
        let rest = text.dropFirst(digits.count)
        guard (1...2).contains(digits.count), let mark = rest.first, ".)".contains(mark),
            rest.dropFirst().first?.isWhitespace == true
        else { return text }
        return rest.dropFirst().trimmingSpace
    }
}
