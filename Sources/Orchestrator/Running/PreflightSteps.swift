import ChildProcesses
import Git
import RunModel

/// The pre-flight commands of a task file that are no git steps: run where they are asked for, named where they are not.
struct PreflightSteps {
    private let active: ActiveRun
    private let steps: [PreflightStep]

    init(_ active: ActiveRun) {
        self.active = active
        steps = active.plan.preflight.filter { $0.handling == .skipped }
    }

    /// What the report says of commands that nobody asked for.
    var skipped: [Finding] {
        guard !active.options.isPreflightRun else { return [] }
        return steps.map {
            Finding(
                .note,
                "preflight-skipped",
                "The pre-flight command `\($0.command)` was not run.",
                line: $0.line,
                hint: "Run such commands with --run-preflight."
            )
        }
    }

    /// Runs them in order in a worktree at the base; again when the run is resumed before its pre-flight has ended.
    ///
    /// - Throws: `OrchestratorError` for the first that fails.
    func run(at base: OID, sandbox: SandboxKind) async throws {
        guard active.options.isPreflightRun, !steps.isEmpty else { return }
        let worktrees = AgentWorktrees(active)
        try await worktrees.verify.show(base)
        for step in steps {
            let command = TestCommand(
                command: step.command,
                folder: worktrees.verify.path,
                environment: active.environment.gitVariables,
                limit: active.options.commandTimeout,
                sandbox: worktrees.verifySandbox(sandbox)
            )
            let outcome: TestCommand.Outcome
            do throws(ChildProcessError) {
                outcome = try await command.run(active.environment.runner)
            } catch {
                throw failure(of: step, "cannot be started: \(error.message).", hint: error.hint)
            }
            try Task.checkCancellation()
            guard !outcome.isPassed else { continue }
            try active.requireRoom("`\(step.command)` failed.")
            let last = outcome.lastLines.split(whereSeparator: \.isNewline).last
            let said = last.map { " It printed last: '\($0.prefix(200))'." } ?? ""
            throw failure(
                of: step,
                "failed: \(outcome.ending.inWords).\(said)",
                hint: "Mend what it says, or run without --run-preflight."
            )
        }
    }

    private func failure(of step: PreflightStep, _ what: String, hint: String?) -> OrchestratorError {
        OrchestratorError(.baseUnusable, "The pre-flight command `\(step.command)` \(what)", hint: hint)
    }
}
