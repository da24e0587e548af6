package import RunModel

/// A person's question in a thread, with what is known about its subject.
package struct ThreadQuestion: Sendable, Hashable {
    package var thread: DecisionThread
    package var finding: ReviewFinding?

    package init(thread: DecisionThread, finding: ReviewFinding?) {
        self.thread = thread
        self.finding = finding
    }

    /// What the person asked last.
    package var text: String { thread.messages.last { $0.role == .human }?.text ?? "" }

    /// What may be chosen: the list that was shown last, or the finding's own.
    package var options: [DecisionOption] {
        for message in thread.messages.reversed() where message.role != .human {
            let listed = OptionList.options(in: message.text)
            if !listed.isEmpty { return listed }
        }
        return finding?.choices ?? []
    }

    /// Files that finding and thread name.
    package var files: [String] {
        let texts =
            [finding?.location, finding?.issue, finding?.suggestedFix].compactMap(\.self) + thread.messages.map(\.text)
        var files: [String] = []
        for path in texts.flatMap(PathMentions.paths) where !files.contains(path) { files.append(path) }
        return files
    }
}

/// Answers questions of people.
package protocol ThreadAnswering: Sendable {
    /// For the report.
    var name: String { get }

    /// Answers, or says why not; never throws, because one question must not stop the others.
    func answer(_ question: ThreadQuestion) async -> ReadOnlyEngine.Reply
}
