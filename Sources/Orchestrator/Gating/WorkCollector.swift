package import Git
package import RunModel

/// Takes in what an agent left: commits uncommitted work, and saves what stands in the wrong place.
package struct WorkCollector: Sendable {
    package let site: GuardSite
    package let assignment: Assignment

    package init(site: GuardSite, assignment: Assignment) {
        self.site = site
        self.assignment = assignment
    }

    /// Brings the branch up to date with the worktree; nothing is lost, whatever state the agent left it in.
    ///
    /// - Parameter signature: author of the commit the runner makes.
    package func collect(by signature: Signature, tools: GuardTools) async throws(OrchestratorError) -> CollectedWork {
        CollectedWork(tip: nil)
    }
}
