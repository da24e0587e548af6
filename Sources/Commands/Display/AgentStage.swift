import RunModel

/// How far an agent has come, as a person sees it.
enum AgentStage: String, Sendable, Hashable, CaseIterable {
    /// Its wave, a place, or an agent it depends on is still to come.
    case waiting
    /// Its worktree is being made.
    case preparing
    /// Its engine runs.
    case working
    /// Its work is being judged.
    case gating
    /// The gate let it through; it waits for the train.
    case passed
    /// Its work will not land.
    case refused
    /// Its work is on the train.
    case merged
    /// Its work is on the branch.
    case landed
    /// The run ended before it was judged.
    case stopped

    /// Something goes on at the moment.
    var isActive: Bool { self == .preparing || self == .working || self == .gating }

    /// Reads the stage from the agent's record.
    init(_ record: AgentRecord, isWaveStarted: Bool, isRunOver: Bool) {
        if record.isLanded {
            self = .landed
        } else if record.refusal != nil || record.merge?.result == .refused {
            self = .refused
        } else if record.merge?.result == .merged {
            self = .merged
        } else if let verdict = record.verdict {
            self = verdict.isPassed ? .passed : .refused
        } else if isRunOver {
            self = .stopped
        } else if let attempt = record.attempts.last {
            self = attempt.finished == nil ? .working : .gating
        } else if record.worktree != nil || isWaveStarted {
            self = record.worktree != nil ? .preparing : .waiting
        } else {
            self = .waiting
        }
    }
}
