extension RunFact: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, data
    }

    /// The fact's name on disk: its case in snake case.
    package var kind: String {
        switch self {
        case .runCreated: "run_created"
        case .stateChanged: "state_changed"
        case .preflightFinished: "preflight_finished"
        case .waveStarted: "wave_started"
        case .worktreeCreated: "worktree_created"
        case .attemptStarted: "attempt_started"
        case .attemptFinished: "attempt_finished"
        case .workCommitted: "work_committed"
        case .gateFinished: "gate_finished"
        case .agentRefused: "agent_refused"
        case .candidateBuilt: "candidate_built"
        case .verifyFinished: "verify_finished"
        case .bisected: "bisected"
        case .trainSettled: "train_settled"
        case .trainRebased: "train_rebased"
        case .landingStarted: "landing_started"
        case .landed: "landed"
        case .workdirUpdated: "workdir_updated"
        case .pushStarted: "push_started"
        case .pushFinished: "push_finished"
        case .workSaved: "work_saved"
        case .worktreeRemoved: "worktree_removed"
        case .reportWritten: "report_written"
        case .noted: "noted"
        case .cancelRequested: "cancel_requested"
        case .runFinished: "run_finished"
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        switch kind {
        case "run_created": self = .runCreated(try container.decode(RunCreated.self, forKey: .data))
        case "state_changed": self = .stateChanged(try container.decode(RunState.self, forKey: .data))
        case "preflight_finished":
            self = .preflightFinished(try container.decode(PreflightFinished.self, forKey: .data))
        case "wave_started": self = .waveStarted(try container.decode(WaveStarted.self, forKey: .data))
        case "worktree_created": self = .worktreeCreated(try container.decode(WorktreeCreated.self, forKey: .data))
        case "attempt_started": self = .attemptStarted(try container.decode(AttemptStarted.self, forKey: .data))
        case "attempt_finished": self = .attemptFinished(try container.decode(AttemptFinished.self, forKey: .data))
        case "work_committed": self = .workCommitted(try container.decode(WorkCommitted.self, forKey: .data))
        case "gate_finished": self = .gateFinished(try container.decode(GateFinished.self, forKey: .data))
        case "agent_refused": self = .agentRefused(try container.decode(AgentRefused.self, forKey: .data))
        case "candidate_built": self = .candidateBuilt(try container.decode(CandidateBuilt.self, forKey: .data))
        case "verify_finished": self = .verifyFinished(try container.decode(VerifyFinished.self, forKey: .data))
        case "bisected": self = .bisected(try container.decode(Bisected.self, forKey: .data))
        case "train_settled": self = .trainSettled(try container.decode(TrainSettled.self, forKey: .data))
        case "train_rebased": self = .trainRebased(try container.decode(TrainRebased.self, forKey: .data))
        case "landing_started": self = .landingStarted(try container.decode(Landing.self, forKey: .data))
        case "landed": self = .landed(try container.decode(Landing.self, forKey: .data))
        case "workdir_updated": self = .workdirUpdated(try container.decode(WorkdirUpdated.self, forKey: .data))
        case "push_started": self = .pushStarted(try container.decode(PushAttempt.self, forKey: .data))
        case "push_finished": self = .pushFinished(try container.decode(PushFinished.self, forKey: .data))
        case "work_saved": self = .workSaved(try container.decode(WorkSaved.self, forKey: .data))
        case "worktree_removed": self = .worktreeRemoved(try container.decode(WorktreeRemoved.self, forKey: .data))
        case "report_written": self = .reportWritten(try container.decode(ReportWritten.self, forKey: .data))
        case "noted": self = .noted(try container.decode(Finding.self, forKey: .data))
        case "cancel_requested": self = .cancelRequested(try container.decode(CancelRequested.self, forKey: .data))
        case "run_finished": self = .runFinished(try container.decode(RunFinished.self, forKey: .data))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .kind,
                in: container,
                debugDescription: "unknown fact '\(kind)'"
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .runCreated(let data): try container.encode(data, forKey: .data)
        case .stateChanged(let data): try container.encode(data, forKey: .data)
        case .preflightFinished(let data): try container.encode(data, forKey: .data)
        case .waveStarted(let data): try container.encode(data, forKey: .data)
        case .worktreeCreated(let data): try container.encode(data, forKey: .data)
        case .attemptStarted(let data): try container.encode(data, forKey: .data)
        case .attemptFinished(let data): try container.encode(data, forKey: .data)
        case .workCommitted(let data): try container.encode(data, forKey: .data)
        case .gateFinished(let data): try container.encode(data, forKey: .data)
        case .agentRefused(let data): try container.encode(data, forKey: .data)
        case .candidateBuilt(let data): try container.encode(data, forKey: .data)
        case .verifyFinished(let data): try container.encode(data, forKey: .data)
        case .bisected(let data): try container.encode(data, forKey: .data)
        case .trainSettled(let data): try container.encode(data, forKey: .data)
        case .trainRebased(let data): try container.encode(data, forKey: .data)
        case .landingStarted(let data): try container.encode(data, forKey: .data)
        case .landed(let data): try container.encode(data, forKey: .data)
        case .workdirUpdated(let data): try container.encode(data, forKey: .data)
        case .pushStarted(let data): try container.encode(data, forKey: .data)
        case .pushFinished(let data): try container.encode(data, forKey: .data)
        case .workSaved(let data): try container.encode(data, forKey: .data)
        case .worktreeRemoved(let data): try container.encode(data, forKey: .data)
        case .reportWritten(let data): try container.encode(data, forKey: .data)
        case .noted(let data): try container.encode(data, forKey: .data)
        case .cancelRequested(let data): try container.encode(data, forKey: .data)
        case .runFinished(let data): try container.encode(data, forKey: .data)
        }
    }
}
