package import Foundation

/// One run of the dispatch agent: everything its report says, computed from what the steps did.
package struct DispatchReport: Sendable, Hashable, Codable {
    package var startedAt: Date
    package var endedAt: Date
    /// Who ran it: user, machine, process.
    package var session: String
    /// Nothing was written.
    package var isDryRun: Bool
    /// The engine that answered; `nil` without one.
    package var engine: String?
    package var sections: [DispatchSection]
    /// What was odd about the run itself.
    package var notes: [String]

    package init(
        startedAt: Date,
        endedAt: Date,
        session: String,
        isDryRun: Bool,
        engine: String?,
        sections: [DispatchSection],
        notes: [String] = []
    ) {
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.session = session
        self.isDryRun = isDryRun
        self.engine = engine
        self.sections = sections
        self.notes = notes
    }

    /// The lines of the statistics table.
    package struct Statistics: Sendable, Hashable, Codable {
        package var blockersProcessed: Int
        package var questionsAnswered: Int
        package var ticketsCreated: Int
        package var ticketsRequeued: Int
        package var threadsUpdated: Int
        package var findingsTriaged: Int
    }

    package var statistics: Statistics {
        Statistics(
            blockersProcessed: count(.blockers, "processed"),
            questionsAnswered: count(.questions, "answers"),
            ticketsCreated: count(.tickets, "created"),
            ticketsRequeued: count(.requeue, "requeued"),
            threadsUpdated: ["summaries", "answers", "clarifications"].reduce(0) { $0 + count(.questions, $1) }
                + count(.tickets, "threads"),
            findingsTriaged: count(.questions, "findings_triaged")
        )
    }

    /// A number that a step counted; 0 when the step did not run.
    package func count(_ step: DispatchStep, _ name: String) -> Int {
        sections.first { $0.step == step }?.counts[name] ?? 0
    }

    /// What people have to do, in the order of the steps.
    package var forPeople: [String] { sections.flatMap(\.forPeople) }

    /// The whole in a sentence.
    package var verdict: String {
        let failed = sections.filter { $0.status == .failed }
        if !failed.isEmpty {
            return
                "\(counted(failed.count, "step")) could not be done: \(failed.map { $0.step.title.lowercased() }.joined(separator: ", "))."
        }
        let open = forPeople.count
        let did = sections.contains { $0.status == .done || $0.status == .attention && !$0.rows.isEmpty }
        if open > 0 { return "\(counted(open, "thing")) \(open == 1 ? "needs" : "need") a person." }
        return did
            ? "All that waited was dealt with; nothing needs a person." : "Nothing waited, and nothing needs a person."
    }
}
