/// Decides from the traces of one ref's move whether an agent made it.
///
/// Pure, so that every case can be tested.
struct RefAttribution: Sendable {
    enum Decision: Hashable, Sendable {
        /// Nothing of this agent's concern.
        case ignored
        case violation(GuardViolation.Attribution, evidence: String, isUndone: Bool)
    }

    /// Mark of the agent that is inspected.
    var mark: String
    /// Log entries of the ref since the snapshot, oldest first.
    var entries: [Reflog.Entry]
    /// Value now (hex), or `nil` when the ref is gone.
    var after: String?
    /// A commit the agent made that the ref has gained, if any.
    var ownCommit: String?
    /// Git keeps a log for this ref, as for all branches.
    var isLogged: Bool
    /// The runner may have moved it.
    var isRunnerMove: Bool
    /// The ref belongs to another agent that is at work.
    var isOtherAgentsBranch: Bool
    /// A sandbox kept the agent from writing there.
    var isSandboxed: Bool
    /// Other agents were at work without a sandbox at the same time.
    var hasOtherSuspects: Bool
    /// The run lands on this branch: without it nobody's work can land.
    var isLandingBranch = false

    func decide() -> Decision {
        let isLastMine = entries.last.map { $0.mark == mark && $0.new == after } ?? false
        if entries.contains(where: { $0.mark == mark }) {
            // Whoever moved it later may have built on it: putting it back would lose that.
            return .violation(
                .proved,
                evidence: isLastMine
                    ? "its mark stands in the ref's log"
                    : "its mark stands in the ref's log, and the ref moved again since",
                isUndone: isLastMine
            )
        }
        if isRunnerMove { return .ignored }
        if let last = entries.last, last.new == after, last.mark != nil || last.isByRunner { return .ignored }
        if let ownCommit, !isOtherAgentsBranch {
            return .violation(
                .proved,
                evidence: "the ref has gained the commit \(ownCommit.prefix(10)), which this agent made",
                isUndone: true
            )
        }
        if isSandboxed { return .ignored }
        if isOtherAgentsBranch {
            guard after == nil else { return .ignored }
            return .violation(
                hasOtherSuspects ? .unknown : .likely,
                evidence: "an agent's branch was deleted while that agent was at work",
                isUndone: true
            )
        }
        if after == nil, isLandingBranch {
            return .violation(
                hasOtherSuspects ? .unknown : .likely,
                evidence: "the branch the run lands on was deleted while "
                    + (hasOtherSuspects ? "several agents were" : "this was the only agent")
                    + " at work without a sandbox",
                isUndone: true
            )
        }
        if after != nil, isLogged, entries.last?.new != after {
            return .violation(
                hasOtherSuspects ? .unknown : .likely,
                evidence: hasOtherSuspects
                    ? "the ref was written past git, while several agents were at work without a sandbox"
                    : "the ref was written past git, and this was the only agent at work without a sandbox",
                isUndone: true
            )
        }
        return .violation(
            .unknown,
            evidence: "nothing tells who moved it: it may have been you or another program",
            isUndone: false
        )
    }
}
