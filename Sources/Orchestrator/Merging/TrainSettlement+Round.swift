import Git
import RunModel

extension TrainSettlement {
    /// What a settlement knows while it goes on.
    struct Round {
        let candidates: [MergeCandidate]
        let head: OID
        let rules: TrainRules
        var earlier: [MergeCandidate] = []
        var isBaseVerified: Bool
        /// Verifications by commit.
        var results: [OID: VerifyFinished] = [:]
        var verifications: [VerifyFinished] = []
        var bisections: [Bisected] = []
        private var refused: [AgentID: MergeOutcome] = [:]
        private var findings: [Finding] = []

        init(candidates: [MergeCandidate], head: OID, rules: TrainRules, isBaseVerified: Bool) {
            self.candidates = candidates
            self.head = head
            self.rules = rules
            self.isBaseVerified = isBaseVerified
        }

        /// The candidates that were not taken off the train.
        var remaining: [MergeCandidate] { candidates.filter { refused[$0.agent] == nil } }

        /// Takes culprits and those that depend on them off the train.
        mutating func take(_ conclusion: TrainBisector.Conclusion, failure: VerifyFinished, from build: TrainBuild) {
            let command = failure.failedCommand.map { "'\($0)'" } ?? "verify"
            for agent in conclusion.culprits {
                refused[agent] = MergeOutcome(
                    agent: agent,
                    result: .refused,
                    reason: .verifyFailure,
                    summary: "\(command) fails with its work on the train and passes without it"
                )
            }
            for (agent, culprit) in conclusion.dependents {
                refused[agent] = MergeOutcome(
                    agent: agent,
                    result: .refused,
                    reason: .dependencyRefused,
                    summary: "depends on \(culprit), whose work makes \(command) fail"
                )
            }
            // Not on this train, but built upon work that leaves it.
            for candidate in remaining where !build.agents.contains(candidate.agent) {
                guard let culprit = candidate.dependsOn.first(where: { refused[$0] != nil }) else { continue }
                refused[candidate.agent] = MergeOutcome(
                    agent: candidate.agent,
                    result: .refused,
                    reason: .dependencyRefused,
                    summary: "depends on \(culprit), which did not stay on the train"
                )
            }
        }

        mutating func noteFlake(_ conclusion: TrainBisector.Conclusion) {
            guard conclusion.isFlaky else { return }
            findings.append(
                Finding(
                    .warning,
                    "verify-flaky",
                    "The verify commands failed and then passed on the same commit.",
                    hint: "Make the tests deterministic; a failure that does not repeat was not held against anybody."
                )
            )
        }

        func fact(for build: TrainBuild) -> CandidateBuilt {
            CandidateBuilt(commit: build.commit.hex, base: build.base.hex, outcomes: outcomes(with: build))
        }

        func result(_ build: TrainBuild, isVerified: Bool) -> TrainResult {
            var result = TrainResult(build: build, verifications: verifications, isVerified: isVerified)
            result.outcomes = outcomes(with: build)
            result.bisections = bisections
            result.findings += findings
            return result
        }

        /// Nothing lands, because the commands fail without anybody's work.
        func resultOfFailingBase(_ build: TrainBuild, failure: VerifyFinished) -> TrainResult {
            var result = result(build, isVerified: false)
            result.commit = head
            result.agents = []
            result.collected = []
            result.isBaseFailing = true
            let command = failure.failedCommand.map { "'\($0)'" } ?? "verify"
            for index in result.outcomes.indices where result.outcomes[index].result == .merged {
                result.outcomes[index].result = .refused
                result.outcomes[index].commit = nil
                result.outcomes[index].reason = .verifyFailure
                result.outcomes[index].summary =
                    "\(command) fails on \(head.short) without any agent's work, so nothing could be tested"
            }
            return result
        }

        private func outcomes(with build: TrainBuild) -> [MergeOutcome] {
            candidates.compactMap { candidate in
                refused[candidate.agent] ?? build.outcomes.first { $0.agent == candidate.agent }
            }
        }
    }
}
