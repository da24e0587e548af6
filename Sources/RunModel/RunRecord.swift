package import Foundation

/// A run as its journal tells it: the fold of all facts.
package struct RunRecord: Hashable, Sendable {
    package private(set) var created: RunCreated?
    package private(set) var startedAt: Date?
    package private(set) var updatedAt: Date?
    package private(set) var state: RunState = .planned
    /// When each state was entered, in order.
    package private(set) var stateChanges: [StateChange] = []
    package private(set) var preflight: PreflightFinished?
    package private(set) var waves: [WaveStarted] = []
    package private(set) var agents: [AgentID: AgentRecord] = [:]
    package private(set) var candidates: [CandidateBuilt] = []
    package private(set) var verifications: [VerifyFinished] = []
    package private(set) var bisections: [Bisected] = []
    /// The train's last tested head and what it holds.
    package private(set) var train: TrainSettled?
    /// Set from a rebase until the train is settled again.
    package private(set) var pendingRebase: TrainRebased?
    /// How often the train was built again because a head moved.
    package private(set) var rebaseCount = 0
    package private(set) var cancellation: CancelRequested?
    /// A landing that was begun; it may or may not have happened: ask git.
    package private(set) var landingStarted: Landing?
    package private(set) var landed: Landing?
    package private(set) var workdir: WorkdirUpdated?
    package private(set) var pushes: [PushFinished] = []
    package private(set) var report: ReportWritten?
    package private(set) var notes: [Finding] = []
    package private(set) var finished: RunFinished?
    package private(set) var lastSequence = 0

    package struct StateChange: Hashable, Sendable {
        package var state: RunState
        package var time: Date
    }

    package init() {}

    package init(_ entries: some Sequence<JournalEntry>) {
        for entry in entries { apply(entry) }
    }

    /// Takes in one more fact.
    package mutating func apply(_ entry: JournalEntry) {
        lastSequence = entry.sequence
        if startedAt == nil { startedAt = entry.time }
        updatedAt = entry.time
        switch entry.fact {
        case .runCreated(let data):
            created = data
            for assignment in data.plan.assignments { agents[assignment.id] = AgentRecord() }
        case .stateChanged(let data):
            state = data
            stateChanges.append(StateChange(state: data, time: entry.time))
        case .preflightFinished(let data): preflight = data
        case .waveStarted(let data): waves.append(data)
        case .candidateBuilt(let data):
            candidates.append(data)
            for outcome in data.outcomes { agents[outcome.agent, default: AgentRecord()].merge = outcome }
        case .verifyFinished(let data): verifications.append(data)
        case .bisected(let data): bisections.append(data)
        case .trainSettled(let data):
            train = data
            pendingRebase = nil
        case .trainRebased(let data):
            pendingRebase = data
            rebaseCount += 1
            // The branch was asked: the landing that was begun did not happen.
            landingStarted = nil
        case .cancelRequested(let data): cancellation = data
        case .landingStarted(let data): landingStarted = data
        case .landed(let data):
            landed = data
            landingStarted = nil
            for agent in data.agents { agents[agent, default: AgentRecord()].isLanded = true }
        case .workdirUpdated(let data): workdir = data
        case .pushStarted: break
        case .pushFinished(let data): pushes.append(data)
        case .reportWritten(let data): report = data
        case .noted(let data): notes.append(data)
        case .runFinished(let data):
            finished = data
            state = data.state
        default: applyToAgent(entry)
        }
    }

    private mutating func applyToAgent(_ entry: JournalEntry) {
        switch entry.fact {
        case .worktreeCreated(let data): agents[data.agent, default: AgentRecord()].worktree = data
        case .attemptStarted(let data):
            agents[data.agent, default: AgentRecord()].startAttempt(data, at: entry.time)
        case .attemptFinished(let data):
            agents[data.agent, default: AgentRecord()].finishAttempt(data, at: entry.time)
        case .workCommitted(let data): agents[data.agent, default: AgentRecord()].work = data
        case .gateFinished(let data): agents[data.agent, default: AgentRecord()].verdict = data.verdict
        case .agentRefused(let data): agents[data.agent, default: AgentRecord()].refusal = data
        case .workSaved(let data): agents[data.agent, default: AgentRecord()].saved = data
        case .worktreeRemoved(let data): agents[data.agent, default: AgentRecord()].isWorktreeRemoved = true
        default: break
        }
    }
}

/// One agent as the journal tells it.
package struct AgentRecord: Hashable, Sendable {
    package struct AttemptRecord: Hashable, Sendable {
        package var started: AttemptStarted
        package var startedAt: Date
        package var finished: AttemptFinished?
        package var finishedAt: Date?
    }

    package var worktree: WorktreeCreated?
    package var attempts: [AttemptRecord] = []
    package var work: WorkCommitted?
    package var verdict: Verdict?
    package var merge: MergeOutcome?
    package var refusal: AgentRefused?
    package var saved: WorkSaved?
    package var isLanded = false
    package var isWorktreeRemoved = false

    package init() {}

    /// An attempt is told twice: before its process exists, and again with the process.
    fileprivate mutating func startAttempt(_ data: AttemptStarted, at time: Date) {
        if let last = attempts.indices.last, attempts[last].started.attempt == data.attempt {
            attempts[last].started = data
        } else {
            attempts.append(AttemptRecord(started: data, startedAt: time))
        }
    }

    fileprivate mutating func finishAttempt(_ data: AttemptFinished, at time: Date) {
        guard let index = attempts.lastIndex(where: { $0.started.attempt == data.attempt }) else { return }
        attempts[index].finished = data
        attempts[index].finishedAt = time
    }
}
