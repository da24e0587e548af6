package import Foundation
package import RunModel

/// What a person decided in a thread, in words that stand for themselves.
package struct ThreadChoice: Sendable, Hashable {
    /// The chosen options, whole; empty for a decision in words of its own.
    package var options: [DecisionOption]
    /// What the person wrote, or the note beside a recorded decision.
    package var words: String
    /// Nothing shall be done.
    package var isRefusal: Bool
    package var time: Date?
    /// It stands in the thread's `decision` already.
    package var isRecorded: Bool

    /// The decision's text: the chosen options, and what was said beyond pointing at them.
    package var text: String {
        let labels = options.map(\.label).joined(separator: "\n")
        let said = words.trimmingCharacters(in: .whitespacesAndNewlines)
        if labels.isEmpty { return said }
        return saysMore ? labels + "\n\n" + said : labels
    }

    /// The person added something to the options.
    package var saysMore: Bool {
        let said = Set(Wording.words(words)).subtracting(WordTables.empty)
        let known = Set(options.flatMap { Wording.words($0.label) + [$0.id.lowercased()] })
        return !isBare && said.subtracting(known).count > 0
    }

    /// The ticket itself is given up, not only what the thread asks: `Cancel the ticket`.
    var dropsTicket: Bool {
        let said = Wording.words(options.map(\.label).joined(separator: "\n") + "\n" + words)
        return WordTables.droppingTickets.firstPlace(in: said) != nil
    }

    /// Whether a person only pointed.
    private var isBare = false

    private init(
        options: [DecisionOption],
        words: String,
        isRefusal: Bool,
        time: Date?,
        isRecorded: Bool,
        isBare: Bool
    ) {
        self.options = options
        self.words = words
        self.isRefusal = isRefusal
        self.time = time
        self.isRecorded = isRecorded
        self.isBare = isBare
    }

    /// From a message that was read as a choice or a refusal.
    init(_ reading: MessageReading, message: ThreadMessage, isRecorded: Bool = false) {
        self.init(
            options: reading.options,
            words: message.text,
            isRefusal: reading.isRefusal,
            time: message.time,
            isRecorded: isRecorded,
            isBare: reading.kind == .bareOption
        )
    }

    /// From a message that stands for itself, whatever it points at.
    init(said message: ThreadMessage) {
        self.init(
            options: [],
            words: message.text,
            isRefusal: false,
            time: message.time,
            isRecorded: false,
            isBare: false
        )
    }

    /// From a recorded decision; `nil` when what was recorded decides nothing, such as a question in its note.
    init?(_ decision: Decision, reader: ThreadReader, messages: [ThreadMessage]) {
        let label = decision.optionLabel ?? ""
        let note = decision.customNote ?? ""
        let id = decision.optionID ?? ""
        let isFree = Self.freeIDs.contains(id.lowercased()) || (label.isEmpty && id.isEmpty)
        let text = isFree && note.isEmpty ? label : note
        let said = ThreadMessage(role: .human, text: text, time: decision.time)
        let reading = text.isEmpty ? nil : reader.read(messages.filter { $0.role != .human } + [said]).last
        if isFree {
            guard let reading, reading.isChoice || reading.isRefusal || reading.kind == .bareOption else { return nil }
            self.init(reading, message: said, isRecorded: true)
            return
        }
        // A chosen option with a question beside it waits for the answer.
        if reading?.kind == .question { return nil }
        guard !(label.isEmpty && id.isEmpty) else { return nil }
        let option = DecisionOption(
            id: id,
            label: label.isEmpty ? id : label,
            isRecommended: decision.isRecommended ?? false
        )
        self.init(
            options: [option],
            words: note,
            isRefusal: option.isSkip || Self.refusals.contains(id.lowercased()),
            time: decision.time,
            isRecorded: true,
            isBare: false
        )
    }

    private static let freeIDs: Set<String> = ["custom", "other", "custom_response", "custom-response", "note"]
    private static let refusals: Set<String> = [
        "skip", "skipped", "wontfix", "wont_fix", "won't_fix", "ignore", "dismiss", "defer", "reject", "close",
    ]
}
