package import RunModel

/// Reads every message of a thread in its place; pure.
package struct ThreadReader: Sendable {
    /// The options of the thread's finding; a list that a post shows goes before them.
    let options: [DecisionOption]

    package init(options: [DecisionOption] = []) {
        self.options = options
    }

    /// One reading for each message, in order.
    package func read(_ messages: [ThreadMessage]) -> [MessageReading] {
        var readings: [MessageReading] = []
        var context = ThreadContext(offered: options, isAsked: true)
        for (index, message) in messages.enumerated() {
            guard message.role == .human else {
                readings.append(MessageReading(index: index, role: message.role.word, kind: nil))
                let post = SystemPost(message.text)
                guard !post.isReceipt else { continue }
                context.wantsFacts = post.wantsFacts
                // Steps to do and facts to give are no options.
                let listed = context.wantsFacts ? [] : OptionList.options(in: message.text, known: options)
                if !listed.isEmpty { context.offered = listed }
                context.isAsked = !listed.isEmpty || post.wantsAnswer
                context.isPosted = true
                context.postWords = Set(post.words).subtracting(WordTables.empty)
                context.isProposed = post.proposes
                continue
            }
            let result = MessageClassifier(context: context).classify(message.text)
            readings.append(
                MessageReading(
                    index: index,
                    role: message.role.word,
                    kind: result.kind,
                    confidence: (result.confidence * 100).rounded() / 100,
                    options: result.options,
                    evidence: result.evidence
                )
            )
        }
        return readings
    }
}

extension ThreadMessage.Role {
    /// The word a file has for it.
    package var word: String {
        switch self {
        case .human: "human"
        case .system: "system"
        case .other(let word): word
        }
    }
}
