package import RunModel

/// A thread with what each message is, and what it waits for.
package struct ThreadReview: Sendable, Hashable {
    /// What has to happen next.
    package enum Need: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nobody has written yet: the issue is to be put to people.
        case summary
        /// A person asked last.
        case answer
        /// A person decided: a ticket is to be made, or is there.
        case ticket
        /// A person wants nothing done, and the thread does not say so yet.
        case closing
        /// A person has taken away what held tickets up: they go on.
        case release
        /// A person chose something that the thread does not offer.
        case clarification
        /// A person has to say something.
        case person
        /// It is settled.
        case nothing
    }

    package var id: String
    package var status: DecisionThread.Status
    package var readings: [MessageReading]
    package var need: Need
    /// What was decided, with its whole text; only with the needs ``Need/ticket``, ``Need/closing`` and
    /// ``Need/release``, or when settled.
    package var choice: ThreadChoice?

    /// Somebody has to write into the thread before a person can decide.
    package var needsAnswer: Bool { need == .summary || need == .answer }

    /// Reviews a thread.
    ///
    /// The rules, in this order:
    /// 1. A recorded decision counts when its note does not ask (`explain this` is none) and no person wrote after it.
    /// 2. What people wrote since the last post counts, the last of it that asks, decides or refuses; thanks and remarks
    ///    behind it change nothing. A post that only confirms that something came in is no post.
    /// 3. When a post followed: a choice still counts if the post asks nothing; a question was answered.
    /// 4. Where something holds tickets up, telling that it is gone (`done`, `the token is set now`) goes before
    ///    whatever else such words may mean.
    ///
    /// - Parameters:
    ///   - thread: the thread, duplicates merged.
    ///   - options: the finding's own, for threads whose posts list none.
    ///   - isObstacle: it is about something that a person must take away.
    package init(_ thread: DecisionThread, options: [DecisionOption] = [], isObstacle: Bool = false) {
        let reader = ThreadReader(options: options)
        self.init(
            id: thread.id,
            status: thread.status,
            decision: thread.decision,
            messages: thread.messages,
            reader: reader,
            isObstacle: isObstacle
        )
    }

    package init(
        id: String,
        status: DecisionThread.Status,
        decision: Decision?,
        messages: [ThreadMessage],
        reader: ThreadReader,
        isObstacle: Bool = false
    ) {
        self.id = id
        self.status = status
        readings = reader.read(messages)
        need = .person
        choice = nil
        judge(messages, decision: decision, reader: reader, isObstacle: isObstacle)
    }

    private mutating func judge(
        _ messages: [ThreadMessage],
        decision: Decision?,
        reader: ThreadReader,
        isObstacle: Bool
    ) {
        if let decision, let recorded = ThreadChoice(decision, reader: reader, messages: messages) {
            let isOverruled = messages.contains { message in
                guard message.role == .human, let said = message.time, let decided = decision.time else { return false }
                return said > decided
            }
            if !isOverruled {
                choice = recorded
                need = recorded.isRefusal ? .nothing : .ticket
                return
            }
        }
        let posts = messages.indices.filter {
            messages[$0].role != .human && !SystemPost(messages[$0].text).isReceipt
        }
        let people = messages.indices.filter { messages[$0].role == .human }
        guard let lastPerson = people.last else {
            if status == .resolved { need = .nothing } else { need = messages.isEmpty ? .summary : .person }
            return
        }
        let isAnswered = posts.contains { $0 > lastPerson }
        // All that people wrote without a post in between belongs together.
        let start = posts.last { $0 < lastPerson } ?? -1
        let weighty: [MessageKind] = [.question, .decision, .skip, .bareOption]
        let run = people.filter { $0 > start }
        if isObstacle, status != .resolved, !isAnswered, let last = run.last, readings[last].kind != .question,
            WordTables.tellsRemoval(Wording.words(messages[last].text))
        {
            need = .release
            choice = ThreadChoice(said: messages[last])
            return
        }
        guard let governing = run.last(where: { index in readings[index].kind.map(weighty.contains) ?? false }) else {
            need = status == .resolved ? .nothing : .person
            return
        }
        let reading = readings[governing]
        if isAnswered {
            let asksAgain = posts.contains { $0 > lastPerson && SystemPost(messages[$0].text).wantsAnswer }
            if reading.kind == .question || asksAgain {
                need = status == .resolved ? .nothing : .person
                return
            }
        }
        settle(reading, message: messages[governing])
    }

    private mutating func settle(_ reading: MessageReading, message: ThreadMessage) {
        if reading.kind == .question {
            need = .answer
        } else if reading.isRefusal {
            need = status == .resolved ? .nothing : .closing
            choice = ThreadChoice(reading, message: message)
        } else if reading.isChoice {
            choice = ThreadChoice(reading, message: message)
            // Closed by hand, without a decision on record: somebody dealt with it.
            need = status == .resolved ? .nothing : .ticket
        } else {
            need = status == .resolved ? .nothing : .clarification
        }
    }
}
