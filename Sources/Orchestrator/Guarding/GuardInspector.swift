package import ChildProcesses
package import Git
import RunModel

/// Compares the repository with the snapshot taken before an attempt, decides who did what, and puts it back.
package struct GuardInspector: Sendable {
    package let site: GuardSite
    /// Other agents whose attempts overlapped this one, with or without a sandbox of their own.
    package let others: [GuardSite]
    /// What kept this agent in.
    package let sandbox: SandboxKind
    /// Refs the runner itself moved meanwhile: full names, or folders with their last slash.
    package let ownMoves: Set<String>

    package init(site: GuardSite, others: [GuardSite] = [], sandbox: SandboxKind, ownMoves: Set<String> = []) {
        self.site = site
        self.others = others
        self.sandbox = sandbox
        self.ownMoves = ownMoves
    }

    /// Finds violations and undoes what can be undone; nothing is lost, see ``GuardViolation/kept``.
    package func inspect(
        since before: GuardSnapshot,
        command: GitCommand? = nil,
        tools: GuardTools
    ) async throws(OrchestratorError) -> GuardInspection {
        GuardInspection(agent: site.agent, sandbox: sandbox.rawValue)
    }
}
