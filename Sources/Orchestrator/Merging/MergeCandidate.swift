package import Git
package import RunModel

/// One agent's work on offer to the merge train.
package struct MergeCandidate: Hashable, Sendable {
    package var agent: AgentID
    /// The assignment's title; goes into the message when the task file gives none.
    package var title: String
    /// Last commit of the agent's branch.
    package var tip: OID
    /// The verified commit its worktree started from; an ancestor of `tip`.
    package var base: OID
    /// The merge commit's message from the task file, or `nil`.
    package var message: String?
    package var ownership: Ownership
    /// Agents whose work this one was built upon; without them it cannot stay on the train.
    package var dependsOn: [AgentID]

    package init(
        agent: AgentID,
        title: String,
        tip: OID,
        base: OID,
        message: String? = nil,
        ownership: Ownership = Ownership(),
        dependsOn: [AgentID] = []
    ) {
        self.agent = agent
        self.title = title
        self.tip = tip
        self.base = base
        self.message = message
        self.ownership = ownership
        self.dependsOn = dependsOn
    }

    /// Candidates for assignments, in the given order; an assignment without a tip is left out.
    package static func make(
        from assignments: [Assignment],
        tips: [AgentID: OID],
        bases: [AgentID: OID]
    ) -> [MergeCandidate] {
        assignments.compactMap { assignment in
            guard let tip = tips[assignment.id], let base = bases[assignment.id] else { return nil }
            return MergeCandidate(
                agent: assignment.id,
                title: assignment.title,
                tip: tip,
                base: base,
                message: assignment.mergeMessage,
                ownership: assignment.ownership,
                dependsOn: assignment.dependsOn
            )
        }
    }
}
