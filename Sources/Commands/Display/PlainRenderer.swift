import Foundation
import RunModel
import Terminal

/// One line per change, for logs and terminals that cannot move the cursor.
struct PlainRenderer: Sendable {
    private static let timeWidth = 7

    private var startedAt: Date?
    private var subjectWidth = 3
    /// Agents already told to be merged: a train that is built again holds them again.
    private var merged: Set<AgentID> = []
    /// The last try told of each agent.
    private var attempts: [AgentID: Int] = [:]

    /// The lines for one piece of news: time since the start, whom it is about, what happened.
    mutating func lines(for progress: RunProgress) -> [StyledText] {
        guard case .fact(let entry) = progress else { return [] }
        if startedAt == nil { startedAt = entry.time }
        // Told again when its process is known.
        if case .attemptStarted(let data) = entry.fact,
            attempts.updateValue(data.attempt, forKey: data.agent) == data.attempt
        {
            return []
        }
        if case .runCreated(let data) = entry.fact {
            subjectWidth = data.plan.assignments.map { DisplayWidth.of($0.id.rawValue) }.reduce(3, max)
        }
        let time = QuantityText.duration(Duration.between(startedAt ?? entry.time, entry.time))
        return NewsLines.news(in: withoutKnownMerges(entry.fact)).map { news in
            StyledText(time, .dim).fit(to: Self.timeWidth, alignment: .trailing) + "  "
                + StyledText(DisplayWidth.fit(CleanText.line(news.subject), to: subjectWidth), .bold) + "  "
                + StyledText(CleanText.line(news.text), news.style)
        }
    }

    private mutating func withoutKnownMerges(_ fact: RunFact) -> RunFact {
        guard case .candidateBuilt(var data) = fact else { return fact }
        data.outcomes.removeAll { $0.result == .merged && !merged.insert($0.agent).inserted }
        return .candidateBuilt(data)
    }
}
