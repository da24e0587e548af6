package import RunModel

/// Fields of threads' entries, by the threads' places in the file.
package struct ThreadFacts {
    private let entries: [LedgerValue]

    init(_ entries: [LedgerValue]) {
        self.entries = entries
    }

    /// The options of the thread's finding, or those that triage put beside the thread.
    package func options(of thread: DecisionThread, _ finding: ReviewFinding?) -> [DecisionOption] {
        if let finding { return finding.choices }
        for index in thread.indices {
            let options = DecisionOption.read(entries[index]["options"])
            if !options.isEmpty { return options }
        }
        return []
    }

    /// Whether a thread's entry is about something that a person must take away.
    static func isObstacle(_ entry: LedgerValue) -> Bool {
        let obstacles: [BlockerClass] = [.environment, .infrastructure, .externalSetup]
        let category = entry["category"]?.text
        return obstacles.contains { $0.rawValue == category }
    }

    /// What the thread waits for.
    package func review(_ thread: DecisionThread, _ finding: ReviewFinding?) -> ThreadReview {
        let isObstacle = thread.indices.contains(where: { Self.isObstacle(entries[$0]) })
        return ThreadReview(thread, options: options(of: thread, finding), isObstacle: isObstacle)
    }

    /// Tickets the thread is about: those it lists, else the one in its name.
    package func tickets(of thread: DecisionThread) -> [TicketID] {
        let listed = thread.indices.flatMap { entries[$0]["tickets"]?.elements ?? [] }.compactMap {
            TicketID($0.summary)
        }
        return listed.isEmpty ? TicketID.first(in: thread.id).map { [$0] } ?? [] : listed
    }
}
