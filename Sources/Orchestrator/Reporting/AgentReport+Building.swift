import RunModel

extension AgentReport {
    /// Computes one agent's report from its assignment and what the journal says of it.
    init(_ assignment: Assignment, in record: RunRecord) {
        let state = record.agents[assignment.id] ?? AgentRecord()
        let options = record.created?.options
        id = assignment.id
        title = assignment.title
        engine = state.attempts.last?.started.engine ?? assignment.engine ?? options?.engine ?? "unknown"
        owned = assignment.ownership.owned
        result = Self.result(of: state, assignment: assignment, in: record)
        reason = state.isLanded ? nil : state.refusal?.reason
        summary = state.isLanded ? nil : state.refusal?.summary
        // The base itself is nobody's work.
        commit = [state.work?.commit, state.saved?.commit].compactMap(\.self).first { $0 != state.worktree?.base }
        branch = state.worktree?.branch
        base = state.worktree?.base
        isCommittedByRunner = state.work?.isByRunner ?? false
        statistics = state.work?.statistics
        checks = state.verdict?.checks ?? []
        savedRef = state.saved?.ref
        blocker = state.refusal?.blocker
        let folder = record.created.map { RunFolder(state: $0.options.stateFolder, run: $0.run) }
        attempts = state.attempts.map { attempt in
            Attempt(
                number: attempt.started.attempt,
                engine: attempt.started.engine,
                ending: attempt.finished?.outcome.ending.inWords ?? "still running",
                summary: attempt.finished?.outcome.summary,
                sessionID: attempt.finished?.outcome.sessionID,
                seconds: attempt.finished?.outcome.duration.inSeconds ?? 0,
                droppedBytes: attempt.finished?.outcome.droppedBytes ?? 0,
                logs: folder?.attempt(assignment.id, attempt.started.attempt) ?? ""
            )
        }
        seconds = attempts.map(\.seconds).reduce(0, +)
        usage = state.attempts.compactMap { $0.finished?.outcome.usage }.reduce(into: Usage()) { $0.add($1) }
    }

    private static func result(of state: AgentRecord, assignment: Assignment, in record: RunRecord) -> Result {
        if state.isLanded { return .landed }
        if state.refusal?.reason == .cancelled { return .cancelled }
        if state.refusal != nil { return .refused }
        let only = record.created?.options.only ?? []
        if !only.isEmpty, !only.contains(assignment.id) { return .notSelected }
        return record.cancellation != nil || record.state == .cancelled ? .cancelled : .unfinished
    }
}

extension Usage {
    /// Adds what is known; a number stays `nil` until one attempt reported it.
    mutating func add(_ other: Usage) {
        if let tokens = other.inputTokens { inputTokens = (inputTokens ?? 0) + tokens }
        if let tokens = other.outputTokens { outputTokens = (outputTokens ?? 0) + tokens }
        if let amount = other.cost { cost = (cost ?? 0) + amount }
    }
}

extension AttemptOutcome.Ending {
    /// How the attempt ended, as the end of "the attempt ...".
    package var inWords: String {
        switch self {
        case .exited(let code): "ended with exit status \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        case .timedOut(let limit): "reached its time limit of \(DurationText.format(limit.inSeconds))"
        case .silent(let limit): "printed nothing for \(DurationText.format(limit.inSeconds))"
        case .cancelled: "was cancelled"
        case .failedToStart(let why): "could not be started: \(why)"
        }
    }
}
