package import ChildProcesses
package import RunModel

/// Everything the gate needs to judge one agent's work.
package struct GateInput: Sendable {
    package var run: RunID
    package var plan: Plan
    package var assignment: Assignment
    /// Where the agent worked.
    ///
    /// The gate reads the worktree and runs the tests in it.
    package var site: GuardSite
    /// What ``WorkCollector`` brought back.
    package var work: CollectedWork
    /// Branches of the run's other agents with their tips (hex): work that must not be among this agent's commits.
    package var others: [AgentID: String]
    /// What the guard found; `nil` when it was not asked.
    package var guarding: GuardInspection?
    package var baseline: [BaselineFailure]
    package var options: RunOptions
    /// Complete environment for test commands.
    package var environment: [String: String]
    /// What keeps test commands in; the agent's own policy.
    package var sandbox: SandboxPolicy?

    package init(
        run: RunID,
        plan: Plan,
        assignment: Assignment,
        site: GuardSite,
        work: CollectedWork,
        others: [AgentID: String] = [:],
        guarding: GuardInspection? = nil,
        baseline: [BaselineFailure] = [],
        options: RunOptions = RunOptions(),
        environment: [String: String] = [:],
        sandbox: SandboxPolicy? = nil
    ) {
        self.run = run
        self.plan = plan
        self.assignment = assignment
        self.site = site
        self.work = work
        self.others = others
        self.guarding = guarding
        self.baseline = baseline
        self.options = options
        self.environment = environment
        self.sandbox = sandbox
    }

    /// The task file's path relative to the repository's root; `nil` when it lies elsewhere.
    var taskFile: String? {
        let folder = site.mainWorktree + "/"
        if plan.file.hasPrefix(folder) { return String(plan.file.dropFirst(folder.count)) }
        if plan.file.hasPrefix("/") || plan.file.hasPrefix("..") { return nil }
        return plan.file.hasPrefix("./") ? String(plan.file.dropFirst(2)) : plan.file
    }
}
