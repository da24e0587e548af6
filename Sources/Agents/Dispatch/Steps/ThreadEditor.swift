package import Foundation
package import RunModel

/// Writes into threads: posts, decisions, states; only the entry concerned changes.
package struct ThreadEditor: Sendable {
    let now: Date

    package init(now: Date) {
        self.now = now
    }

    /// Adds a post of the system's, or of another role, at the end of a thread.
    package func post(
        _ text: String,
        in thread: DecisionThread,
        role: ThreadMessage.Role = .system,
        status: DecisionThread.Status?,
        _ book: inout LedgerBook
    ) {
        let message = ThreadMessage(role: role, text: text, time: now)
        update(thread, &book) { entry in
            let key = entry["messages"] != nil ? "messages" : entry["comments"] != nil ? "comments" : "messages"
            let isAdded = entry.update(key) { $0.append(message.value) } ?? false
            if !isAdded { entry.put(key, [message.value]) }
            if let status { entry.put("status", .text(status.rawValue)) }
        }
    }

    /// Records what was decided and closes the thread.
    package func record(_ choice: ThreadChoice, in thread: DecisionThread, _ book: inout LedgerBook) {
        let decision: Decision
        if choice.isRefusal {
            let option = choice.options.first
            decision = Decision(
                optionID: option?.id ?? "skip",
                optionLabel: option?.label ?? "Won't fix",
                isRecommended: option?.isRecommended ?? false,
                customNote: choice.words.isEmpty ? nil : choice.words,
                time: choice.time ?? now
            )
        } else if let option = choice.options.first {
            decision = Decision(
                optionID: choice.options.map(\.id).joined(separator: "+"),
                optionLabel: choice.options.map(\.label).joined(separator: "\n"),
                isRecommended: option.isRecommended,
                customNote: choice.saysMore ? choice.words : nil,
                time: choice.time ?? now
            )
        } else {
            decision = Decision(
                optionID: "custom",
                optionLabel: "Custom response",
                isRecommended: false,
                customNote: choice.words,
                time: choice.time ?? now
            )
        }
        update(thread, &book) { entry in
            if !choice.isRecorded { entry.put("decision", decision.value) }
            entry.put("status", .text(DecisionThread.Status.resolved.rawValue))
        }
    }

    private func update(_ thread: DecisionThread, _ book: inout LedgerBook, _ body: (inout LedgerValue) -> Void) {
        guard let index = thread.indices.first else { return }
        book.decisions.update(at: index, in: DecisionThread.list, body)
    }
}
