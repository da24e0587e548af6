package import Git
package import RunModel

/// A train built in memory: the commit that can be verified and landed, and what became of each candidate.
package struct TrainBuild: Hashable, Sendable {
    /// The head it was built on.
    package var base: OID
    /// The train's last commit; equal to `base` when nothing merged.
    package var commit: OID
    /// Candidates that the head it was built on holds already, in the order they merged.
    package var earlier: [MergeCandidate]
    /// The candidates on the train, in the order they merged.
    package var merged: [MergedCandidate]
    /// One outcome per candidate offered, in the order offered.
    package var outcomes: [MergeOutcome]
    /// What the collect rules did; empty when there was nothing to collect.
    package var collected: [CollectedFile]
    /// Remarks for the report: rules that could not be followed.
    package var findings: [Finding]

    package init(
        base: OID,
        commit: OID,
        earlier: [MergeCandidate] = [],
        merged: [MergedCandidate] = [],
        outcomes: [MergeOutcome] = [],
        collected: [CollectedFile] = [],
        findings: [Finding] = []
    ) {
        self.base = base
        self.commit = commit
        self.earlier = earlier
        self.merged = merged
        self.outcomes = outcomes
        self.collected = collected
        self.findings = findings
    }

    package var agents: [AgentID] { merged.map(\.candidate.agent) }

    /// The fact for the journal.
    package var fact: CandidateBuilt {
        CandidateBuilt(commit: commit.hex, base: base.hex, outcomes: outcomes)
    }
}

/// A candidate that is on the train.
package struct MergedCandidate: Hashable, Sendable {
    package var candidate: MergeCandidate
    /// The train's commit after it: its merge commit, or the train's head when everything was there already.
    package var commit: OID
    /// Its merge changed nothing: the train held the same content before.
    package var isAlreadyThere: Bool

    package init(candidate: MergeCandidate, commit: OID, isAlreadyThere: Bool) {
        self.candidate = candidate
        self.commit = commit
        self.isAlreadyThere = isAlreadyThere
    }
}

/// A file whose content the collect step appended to another.
package struct CollectedFile: Hashable, Sendable {
    package var path: GitPath
    package var target: GitPath
    /// The agent whose work brought the file.
    package var agent: AgentID
    package var isRemoved: Bool

    package init(path: GitPath, target: GitPath, agent: AgentID, isRemoved: Bool) {
        self.path = path
        self.target = target
        self.agent = agent
        self.isRemoved = isRemoved
    }
}
