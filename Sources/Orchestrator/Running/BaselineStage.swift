import ChildProcesses
import Git
import RunModel

/// Finds out which test and verify commands fail on the base already, so that no agent is blamed for them.
struct BaselineStage {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    /// Runs the plan's commands once in a worktree at the base; nothing when there are none or it is switched off.
    func record(at base: OID, sandbox: SandboxKind) async throws -> [BaselineFailure] {
        let commands = BaselineRecorder.commands(of: active.plan)
        guard active.options.isBaselineEnabled, !commands.isEmpty else { return [] }
        let worktree = AgentWorktrees(active).verify
        try await worktree.show(base)
        let (failures, findings) = await BaselineRecorder(runner: active.environment.runner).record(
            commands,
            setup: BaselineRecorder.setup(of: active.plan),
            in: worktree.path,
            environment: active.environment.gitVariables,
            limit: active.options.commandTimeout,
            sandbox: AgentWorktrees(active).verifySandbox(sandbox)
        )
        try Task.checkCancellation()
        if let first = failures.first { try active.requireRoom("`\(first.command)` failed.") }
        for finding in findings { try active.note(finding) }
        return failures
    }
}
