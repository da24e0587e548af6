/// Something that happened in a run.
///
/// `Run = fold(facts)`; displays, reports and resume read the same facts.
///
/// On disk a fact is `{"kind": "<case in snake case>", "data": {...}}`.
package enum RunFact: Hashable, Sendable {
    case runCreated(RunCreated)
    case stateChanged(RunState)
    case preflightFinished(PreflightFinished)
    case waveStarted(WaveStarted)
    case worktreeCreated(WorktreeCreated)
    case attemptStarted(AttemptStarted)
    case attemptFinished(AttemptFinished)
    /// The runner committed what the agent left uncommitted, or found the agent's own commits.
    case workCommitted(WorkCommitted)
    case gateFinished(GateFinished)
    case agentRefused(AgentRefused)
    case candidateBuilt(CandidateBuilt)
    case verifyFinished(VerifyFinished)
    case bisected(Bisected)
    /// The train holds exactly these agents and its head is tested: later waves start from it, or it lands.
    case trainSettled(TrainSettled)
    /// The branch or the remote moved: the train is built again on the new head.
    case trainRebased(TrainRebased)
    case landingStarted(Landing)
    case landed(Landing)
    case workdirUpdated(WorkdirUpdated)
    case pushStarted(PushAttempt)
    case pushFinished(PushFinished)
    case workSaved(WorkSaved)
    case worktreeRemoved(WorktreeRemoved)
    case reportWritten(ReportWritten)
    case noted(Finding)
    /// A person asked to stop the run for good.
    case cancelRequested(CancelRequested)
    case runFinished(RunFinished)
}
