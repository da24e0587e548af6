package import Git
package import RunModel

/// Drives a train from candidates to a commit that is merged, proven and verified.
///
/// Build, proof, verify; when that fails, bisect, take the culprits off, and build again with all the others, also
/// those that conflicted only with a culprit. The verified commit is the one in the result, by its id.
package struct TrainSettlement: Sendable {
    private let train: MergeTrain
    private let verifier: any TrainVerifying
    private let emit: @Sendable (RunFact) async throws -> Void

    /// Facts are journalled through `emit` before anything depends on them.
    package init(
        train: MergeTrain,
        verifier: any TrainVerifying,
        emit: @escaping @Sendable (RunFact) async throws -> Void
    ) {
        self.train = train
        self.verifier = verifier
        self.emit = emit
    }

    /// Settles the candidates on the head.
    ///
    /// `earlier` are candidates that the head holds already, in the order they merged; `isBaseVerified` says that the
    /// head itself passed the verify commands, as after an earlier wave. Throws `OrchestratorError.landingUnsafe` when
    /// merging lost work, `GitError`, `CancellationError`, and what the verifier and `emit` throw.
    package func settle(
        _ candidates: [MergeCandidate],
        onto head: OID,
        rules: TrainRules,
        earlier: [MergeCandidate] = [],
        isBaseVerified: Bool = false
    ) async throws -> TrainResult {
        var round = Round(candidates: candidates, head: head, rules: rules, isBaseVerified: isBaseVerified)
        round.earlier = earlier
        while true {
            let build = try await train.build(round.remaining, onto: head, rules: rules, earlier: earlier)
            try await emit(.candidateBuilt(round.fact(for: build)))
            guard build.commit != head else { return round.result(build, isVerified: true) }
            try await prove(build, rules: rules)
            guard verifier.isNeeded else { return round.result(build, isVerified: true) }
            let verification = try await verify(build.commit, in: &round)
            if verification.isPassed { return round.result(build, isVerified: true) }
            let conclusion = try await bisect(build, in: &round)
            let bisected = Bisected(culprits: conclusion.culprits, rounds: conclusion.rounds)
            round.take(conclusion, failure: verification, from: build)
            round.bisections.append(bisected)
            try await emit(.bisected(bisected))
            if conclusion.isBaseFailing {
                let result = round.resultOfFailingBase(build, failure: verification)
                try await emit(
                    .candidateBuilt(CandidateBuilt(commit: head.hex, base: head.hex, outcomes: result.outcomes))
                )
                return result
            }
        }
    }

    /// Joins landed work with a remote branch that moved, and verifies the result.
    ///
    /// The answer is the joined and tried commit, or the conflicts that keep the work local; there is no verification
    /// when nothing was joined or nothing is to verify.
    package func join(
        _ landed: OID,
        with upstream: OID,
        named name: String,
        rules: TrainRules
    ) async throws -> (join: TrainJoin, verification: VerifyFinished?) {
        let join = try await train.join(landed, with: upstream, named: name, rules: rules)
        guard case .joined(let commit) = join, verifier.isNeeded else { return (join, nil) }
        let verification = try await verifier.verify(commit)
        try await emit(.verifyFinished(verification))
        return (join, verification)
    }

    private func prove(_ build: TrainBuild, rules: TrainRules) async throws {
        let violations = try await train.lostHunks(of: build, rules: rules)
        guard violations.isEmpty else { throw OrchestratorError.workLost(violations, commit: build.commit.hex) }
    }

    private func bisect(_ build: TrainBuild, in round: inout Round) async throws -> TrainBisector.Conclusion {
        let order = build.merged.map(\.candidate)
        var dependencies: [AgentID: Set<AgentID>] = [:]
        for candidate in order { dependencies[candidate.agent] = Set(candidate.dependsOn) }
        var bisector = TrainBisector(
            order: order.map(\.agent),
            dependencies: dependencies,
            isBaseKnownToPass: round.isBaseVerified,
            // One retry in the whole settlement: without any left each search takes somebody off, so the loop ends.
            repetitions: round.bisections.isEmpty ? 1 : 0
        )
        while true {
            switch bisector.next {
            case .finished(let conclusion):
                if !conclusion.isBaseFailing, conclusion.rounds > 0 { round.noteFlake(conclusion) }
                return conclusion
            case .verify(let agents, let isRepeat):
                let members = order.filter { agents.contains($0.agent) }
                let subset = try await train.build(
                    members,
                    onto: round.head,
                    rules: round.rules,
                    earlier: round.earlier
                )
                let verification = try await verify(subset.commit, isRepeat: isRepeat, in: &round)
                if agents.isEmpty { round.isBaseVerified = verification.isPassed }
                bisector.record(isPassed: verification.isPassed)
            }
        }
    }

    /// Verifies a commit once; the result is kept, because equal commits are equal trees with equal history.
    private func verify(
        _ commit: OID,
        isRepeat: Bool = false,
        in round: inout Round
    ) async throws -> VerifyFinished {
        try Task.checkCancellation()
        if !isRepeat, let known = round.results[commit] { return known }
        let verification = try await verifier.verify(commit)
        round.results[commit] = verification
        round.verifications.append(verification)
        try await emit(.verifyFinished(verification))
        return verification
    }
}
