import Foundation
import RunModel
import Terminal

/// What a display knows of a run: the fold of everything it was told.
struct ProgressModel: Sendable, Hashable {
    /// What is too fleeting for the journal.
    struct Fleeting: Sendable, Hashable {
        /// The last line its process printed, made harmless.
        var lastLine = ""
        var activity = ""
        var usage = Usage()
    }

    private(set) var record = RunRecord()
    private(set) var fleeting: [AgentID: Fleeting] = [:]
    /// Complaints and notices of the run, oldest first.
    private(set) var notes: [Finding] = []

    init() {}

    /// What a finished run's journal tells.
    init(_ record: RunRecord) {
        self.record = record
        notes = (record.preflight?.findings ?? []) + record.notes
    }

    /// Takes in one more piece of news.
    mutating func apply(_ progress: RunProgress) {
        switch progress {
        case .fact(let entry): apply(entry)
        case .output(let agent, _, let line):
            let line = CleanText.line(line).trimmed
            // An empty line tells nothing; the one before it still does.
            if !line.isEmpty { fleeting[agent, default: Fleeting()].lastLine = line }
        case .usage(let agent, let usage): fleeting[agent, default: Fleeting()].usage = usage
        case .activity(let agent, let text):
            fleeting[agent, default: Fleeting()].activity = CleanText.line(text).trimmed
        }
    }

    private mutating func apply(_ entry: JournalEntry) {
        record.apply(entry)
        switch entry.fact {
        case .attemptStarted(let data) where data.process == nil: fleeting[data.agent] = Fleeting()
        case .attemptFinished(let data): fleeting[data.agent]?.usage = Usage()
        case .preflightFinished(let data): notes += data.findings
        case .noted(let finding): notes.append(finding)
        default: break
        }
    }

    /// The agents of the run, in file order.
    var assignments: [Assignment] {
        guard let created = record.created else { return [] }
        let only = Set(created.options.only)
        return created.plan.assignments.filter { only.isEmpty || only.contains($0.id) }
    }

    /// Time since the run began, or the time it took.
    func elapsed(at now: Date) -> Duration {
        guard let start = record.startedAt else { return .zero }
        let end = record.finished == nil ? now : record.updatedAt ?? now
        return Duration.between(start, end)
    }

    func stage(of agent: AgentID) -> AgentStage {
        AgentStage(
            record.agents[agent] ?? AgentRecord(),
            isWaveStarted: record.waves.contains { $0.agents.contains(agent) },
            isRunOver: record.finished != nil
        )
    }

    /// What the agent consumed in all attempts so far.
    func usage(of agent: AgentID) -> Usage {
        let finished = record.agents[agent]?.attempts.compactMap { $0.finished?.outcome.usage } ?? []
        return (finished + [fleeting[agent]?.usage ?? Usage()]).reduce(Usage(), +)
    }

    /// What all agents consumed.
    var totalUsage: Usage { assignments.map { usage(of: $0.id) }.reduce(Usage(), +) }
}

extension Usage {
    static func + (left: Usage, right: Usage) -> Usage {
        func sum<Number: AdditiveArithmetic>(_ left: Number?, _ right: Number?) -> Number? {
            left == nil && right == nil ? nil : (left ?? .zero) + (right ?? .zero)
        }
        return Usage(
            inputTokens: sum(left.inputTokens, right.inputTokens),
            outputTokens: sum(left.outputTokens, right.outputTokens),
            cost: sum(left.cost, right.cost)
        )
    }

    /// Tokens of both directions; `nil` when the engine reports none.
    var tokens: Int? { inputTokens == nil && outputTokens == nil ? nil : (inputTokens ?? 0) + (outputTokens ?? 0) }

    /// `12k tokens`, `$0.42`: what is known.
    var texts: [String] {
        [tokens.map { QuantityText.count($0) + " tokens" }, cost.map { QuantityText.cost($0) }].compactMap(\.self)
    }
}

extension Duration {
    /// The time from one date to a later one; zero when the clock went backwards.
    static func between(_ start: Date, _ end: Date) -> Duration {
        .milliseconds(Int64(max(0, end.timeIntervalSince(start) * 1000).rounded()))
    }
}
