package import RunModel

/// What the guard found out about one agent's attempt, after comparing the repository with the snapshot.
package struct GuardInspection: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var violations: [GuardViolation]
    /// What kept the agent in: `bubblewrap`, `landlock` or `none`.
    package var sandbox: String

    package init(agent: AgentID, violations: [GuardViolation] = [], sandbox: String) {
        self.agent = agent
        self.violations = violations
        self.sandbox = sandbox
    }
}
