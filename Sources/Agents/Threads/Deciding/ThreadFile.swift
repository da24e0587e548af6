package import RunModel

/// Reads threads out of any file that holds some: a whole `decisions.json`, a list of threads, one thread.
package enum ThreadFile {
    /// Reviews each entry as it stands, in the file's order; messages keep the places they have in the file.
    ///
    /// `options`: options of findings by the finding's id, in lower case.
    package static func reviews(
        in document: LedgerDocument,
        options: [String: [DecisionOption]] = [:]
    ) -> [ThreadReview] {
        entries(of: document.root).map { review($0, options: options) }
    }

    /// Options of findings by id, for ``reviews(in:options:)``.
    package static func options(in document: LedgerDocument) -> [String: [DecisionOption]] {
        var findings: [Finding] = []
        var options: [String: [DecisionOption]] = [:]
        for entry in document.entries(in: ReviewFinding.list) {
            guard let finding = ReviewFinding(reading: entry, findings: &findings) else { continue }
            options[finding.id.lowercased()] = finding.choices
        }
        return options
    }

    private static func entries(of root: LedgerValue) -> [LedgerValue] {
        if root.isList { return root.elements }
        if let threads = root[DecisionThread.list] {
            return threads.isObject ? threads.members.map(\.value) : threads.elements
        }
        return root.isObject ? [root] : []
    }

    private static func review(_ entry: LedgerValue, options: [String: [DecisionOption]]) -> ThreadReview {
        var findings: [Finding] = []
        let thread = DecisionThread(reading: entry, at: 0, findings: &findings)
        let values = (entry["messages"] ?? entry["comments"])?.elements ?? []
        let messages = values.map { value in
            ThreadMessage(reading: value, thread: thread?.id ?? "?", findings: &findings)
                ?? ThreadMessage(role: .init(reading: value["role"]?.text ?? "system"), text: "", time: nil)
        }
        return ThreadReview(
            id: thread?.id ?? "",
            status: thread?.status ?? .pending,
            decision: thread?.decision,
            messages: messages,
            reader: ThreadReader(options: options[(thread?.id ?? "").lowercased()] ?? []),
            isObstacle: ThreadFacts.isObstacle(entry)
        )
    }
}

extension ReviewFinding {
    /// What may be chosen: the options, or the one suggested fix.
    package var choices: [DecisionOption] {
        if !options.isEmpty { return options }
        return suggestedFix.map { [DecisionOption(id: "implement_fix", label: $0, isRecommended: true)] } ?? []
    }
}
