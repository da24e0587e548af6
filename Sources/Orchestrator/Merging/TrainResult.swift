package import Git
package import RunModel

/// A settled train: what can land, and what became of every candidate.
package struct TrainResult: Hashable, Sendable {
    /// The head it was built on.
    package var base: OID
    /// The commit to land; equal to `base` when nothing can.
    package var commit: OID
    /// The agents whose work it holds, in train order.
    package var agents: [AgentID]
    /// One outcome per candidate, in the order offered.
    package var outcomes: [MergeOutcome]
    /// Every verification, in the order it ran.
    package var verifications: [VerifyFinished]
    package var bisections: [Bisected]
    /// The commit passed, or there was nothing to verify.
    package var isVerified: Bool
    /// The verify commands fail without any candidate; nobody was blamed and nothing can land.
    package var isBaseFailing: Bool
    package var collected: [CollectedFile]
    package var findings: [Finding]

    package init(build: TrainBuild, verifications: [VerifyFinished] = [], isVerified: Bool = true) {
        base = build.base
        commit = build.commit
        agents = build.agents
        outcomes = build.outcomes
        collected = build.collected
        findings = build.findings
        self.verifications = verifications
        bisections = []
        self.isVerified = isVerified
        isBaseFailing = false
    }

    /// There is a commit beyond the base.
    package var hasWork: Bool { commit != base }
}
