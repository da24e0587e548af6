package import Foundation

/// One thread of `decisions.json`: a question to people, what was said, and what was decided.
package struct DecisionThread: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable, CaseIterable {
        /// Nobody has answered.
        case pending
        case inDiscussion = "in_discussion"
        case awaitingHuman = "awaiting_human"
        case resolved

        /// Reads the spellings that agents and people use; `nil` when it says nothing known.
        package init?(reading word: String) {
            let exact = Self.allCases.first { FieldName($0.rawValue) == FieldName(word) }
            guard let status = exact ?? DecisionThread.synonyms[FieldName(word).folded] else { return nil }
            self = status
        }
    }

    /// The finding, blocker or ticket the thread is about; the thread's name.
    package var id: String
    /// `pending` when the entry's word for it is not known.
    package var status: Status
    package var messages: [ThreadMessage]
    package var decision: Decision?
    /// Where the thread stands in the file; of merged duplicates the first place, which is the one to write to.
    package var indices: [Int]

    /// The list of `decisions.json` that holds them.
    package static let list = "threads"

    /// Reads an entry; `nil` when it has no id.
    package init?(reading value: LedgerValue, at index: Int, findings: inout [Finding]) {
        var fields = LedgerFields(value, place: "thread '\(value["finding_id"]?.summary.prefix(60) ?? "?")'")
        defer { findings += fields.findings }
        guard let id = fields.text("finding_id", "id", "thread_id", "ticket_id") else {
            fields.complain("thread-without-id", "has no finding_id")
            return nil
        }
        self.id = id
        indices = [index]
        let word = fields.text("status", "state")
        let known = word.flatMap { Status(reading: $0) }
        if let word, known == nil { fields.complain("thread-status", "has the unknown status '\(word.prefix(40))'") }
        status = known ?? .pending
        messages = fields.values("messages", "comments").compactMap {
            ThreadMessage(reading: $0, thread: id, findings: &findings)
        }
        decision = fields.raw("decision").flatMap { Decision(reading: $0, thread: id, findings: &findings) }
    }

    private static let synonyms: [String: Status] = [
        "open": .pending, "new": .pending, "waiting": .awaitingHuman, "awaitingpm": .awaitingHuman,
        "needshuman": .awaitingHuman, "active": .inDiscussion, "discussion": .inDiscussion, "discussing": .inDiscussion,
        "decided": .resolved, "done": .resolved, "closed": .resolved, "answered": .resolved, "complete": .resolved,
    ]

    /// Reads all threads, those of one id merged: messages of all in the order of their times, each once, the latest
    /// decision, the furthest status.
    package static func read(_ document: LedgerDocument, findings: inout [Finding]) -> [DecisionThread] {
        var threads: [DecisionThread] = []
        var places: [String: Int] = [:]
        for (index, entry) in document.entries(in: list).enumerated() {
            guard let thread = DecisionThread(reading: entry, at: index, findings: &findings) else { continue }
            if let place = places[thread.id.lowercased()] {
                findings.append(
                    Finding(
                        .warning,
                        "thread-doubled",
                        "The thread '\(thread.id.prefix(60))' stands in the file more than once."
                    )
                )
                threads[place].merge(thread)
            } else {
                places[thread.id.lowercased()] = threads.count
                threads.append(thread)
            }
        }
        return threads
    }

    private mutating func merge(_ other: DecisionThread) {
        indices += other.indices
        let added = other.messages.filter { !messages.contains($0) }
        // Messages without a time keep their place behind the ones they followed.
        var merged: [ThreadMessage] = []
        var rest = added[...]
        for message in messages {
            while let next = rest.first, let time = next.time, let own = message.time, time < own {
                merged.append(rest.removeFirst())
            }
            merged.append(message)
        }
        messages = merged + rest
        if let later = other.decision, (later.time ?? .distantPast) >= (decision?.time ?? .distantPast) {
            decision = later
        }
        let order: [Status] = [.pending, .awaitingHuman, .inDiscussion, .resolved]
        if let one = order.firstIndex(of: status), let two = order.firstIndex(of: other.status), two > one {
            status = other.status
        }
    }
}

/// Something said in a thread.
package struct ThreadMessage: Hashable, Sendable {
    package enum Role: Hashable, Sendable {
        case human
        case system
        /// Another word, in lower case, such as `dispatch`; counts as the system's.
        case other(String)

        package init(reading word: String) {
            self =
                switch word.lowercased() {
                case "human", "user", "pm", "person", "owner": .human
                case "system", "assistant", "agent", "bot": .system
                case let other: .other(other)
                }
        }
    }

    package var role: Role
    package var text: String
    package var time: Date?

    package init(role: Role, text: String, time: Date?) {
        self.role = role
        self.text = text
        self.time = time
    }

    /// Reads an entry; `nil` when it has no text.
    package init?(reading value: LedgerValue, thread: String, findings: inout [Finding]) {
        if let text = value.text {
            self.init(role: .system, text: text, time: nil)
            return
        }
        var fields = LedgerFields(value, place: "message of thread '\(thread.prefix(60))'")
        defer { findings += fields.findings }
        guard let text = fields.text("text", "message", "content", "body") else { return nil }
        self.init(
            role: Role(reading: fields.text("role", "author", "from", "sender") ?? "system"),
            text: text,
            time: fields.text("timestamp", "time", "created_at", "at").flatMap(LedgerStamp.date)
        )
    }

    /// The message as an entry of the file.
    package var value: LedgerValue {
        let role: LedgerValue =
            switch role {
            case .human: "human"
            case .system: "system"
            case .other(let word): .text(word)
            }
        return ["role": role, "text": .text(text), "timestamp": .text(orNull: time.map(LedgerStamp.text))]
    }
}

/// What a person chose in a thread.
package struct Decision: Hashable, Sendable {
    package var optionID: String?
    package var optionLabel: String?
    package var isRecommended: Bool?
    package var customNote: String?
    package var time: Date?

    package init(
        optionID: String?,
        optionLabel: String?,
        isRecommended: Bool? = nil,
        customNote: String? = nil,
        time: Date?
    ) {
        self.optionID = optionID
        self.optionLabel = optionLabel
        self.isRecommended = isRecommended
        self.customNote = customNote
        self.time = time
    }

    init?(reading value: LedgerValue, thread: String, findings: inout [Finding]) {
        if let text = value.text?.trimmingSpace {
            guard !text.isEmpty else { return nil }
            self.init(optionID: nil, optionLabel: text, time: nil)
            return
        }
        guard value.isObject, value.count > 0 else { return nil }
        var fields = LedgerFields(value, place: "decision of thread '\(thread.prefix(60))'")
        defer { findings += fields.findings }
        self.init(
            optionID: fields.text("option_id", "option", "id"),
            optionLabel: fields.text("option_label", "label", "text", "choice"),
            isRecommended: fields.boolean("recommended", "is_recommended"),
            customNote: fields.text("custom_note", "note", "comment"),
            time: fields.text("timestamp", "time", "decided_at").flatMap(LedgerStamp.date)
        )
    }

    /// The decision as it stands in the file.
    package var value: LedgerValue {
        var members: [(key: String, value: LedgerValue)] = [
            ("option_id", .text(orNull: optionID)), ("option_label", .text(orNull: optionLabel)),
        ]
        if let isRecommended { members.append(("recommended", .boolean(isRecommended))) }
        if let customNote { members.append(("custom_note", .text(customNote))) }
        members.append(("timestamp", .text(orNull: time.map(LedgerStamp.text))))
        return .object(members)
    }
}
