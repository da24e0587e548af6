package import Git
package import RunModel

/// A run that this process drives: its journal, where its things lie, and who is told what happens.
package final class ActiveRun: Sendable {
    package let environment: RunEnvironment
    package let stores: RunStores
    package let folder: RunFolder
    package let journal: Journal
    package let plan: Plan
    package let options: RunOptions
    package let lane: GitLane
    /// What its agents use up.
    let spending: Spending
    private let onProgress: @Sendable (RunProgress) -> Void

    package init(
        environment: RunEnvironment,
        stores: RunStores,
        folder: RunFolder,
        journal: Journal,
        plan: Plan,
        options: RunOptions,
        onProgress: @escaping @Sendable (RunProgress) -> Void
    ) {
        self.environment = environment
        self.stores = stores
        self.folder = folder
        self.journal = journal
        self.plan = plan
        self.options = options
        self.onProgress = onProgress
        lane = GitLane(name: "run")
        spending = Spending(spent: journal.record.usage)
    }

    package var run: RunID { folder.run }
    package var record: RunRecord { journal.record }

    /// Where the result is pushed; `HEAD`, as people write it, means the branch the run lands on.
    package func pushTarget(base: String) -> PushTarget? {
        plan.push.map { $0.branch == "HEAD" ? PushTarget(remote: $0.remote, branch: base) : $0 }
    }

    /// Writes a fact to the journal and tells the displays.
    package func note(_ fact: RunFact) throws {
        tell(.fact(try journal.append(fact)))
    }

    /// Writes a finding to the journal, once: a step that was cut off and taken again finds the same things.
    package func note(_ finding: Finding) throws {
        guard !record.notes.contains(finding) else { return }
        try note(.noted(finding))
    }

    /// Enters a state unless the run is in it, and waits until the journal is on disk.
    package func enter(_ state: RunState) async throws {
        guard record.state != state || record.stateChanges.isEmpty else { return }
        try note(.stateChanged(state))
        await journal.sync()
    }

    /// Tells the displays something that is too fleeting for the journal.
    package func tell(_ progress: RunProgress) {
        onProgress(progress)
    }

    /// Refuses an agent's work, once; the first reason stays.
    package func refuse(_ agent: AgentID, _ reason: RefusalReason, _ summary: String) throws {
        guard record.agents[agent]?.refusal == nil else { return }
        try note(.agentRefused(AgentRefused(agent: agent, reason: reason, summary: summary)))
    }

    /// Refuses an agent's work for the verdict's first refused check; nothing when the work passed.
    package func refuse(_ agent: AgentID, after verdict: Verdict) throws {
        guard let check = verdict.checks.first(where: { $0.status == .refused }) else { return }
        try refuse(agent, check.reason ?? .branchState, check.summary)
    }

    /// Stops the run when the failure that is about to be judged happened on a full disk.
    package func requireRoom(_ failure: @autoclosure () -> String) throws {
        if let full = room.failure(behind: failure(), run: run.rawValue) { throw full }
    }

    var room: DiskRoom { DiskRoom(folders: [environment.state, environment.repository]) }

    /// Runs git work on the run's lane, with errors as the orchestrator's.
    package func git<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Repository) throws(GitError) -> Result
    ) async throws -> Result {
        do {
            return try await lane.run(at: environment.repository, body)
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
    }
}

extension OrchestratorError {
    static func gitFailed(_ error: GitError) -> OrchestratorError {
        OrchestratorError(.gitFailed, error.description, hint: error.hint)
    }
}
