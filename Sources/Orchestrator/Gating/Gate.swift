package import RunModel

/// Decides whether an agent's work may merge, by evidence alone.
///
/// The order of checks is the order of reasons: the first check that refuses names the work's refusal. Tests are the
/// slowest and run only when nothing else has refused.
package struct Gate: Sendable {
    private let tools: GuardTools

    package init(tools: GuardTools) {
        self.tools = tools
    }

    /// Runs all checks on the commit range of the work; refusals are in the verdict, not errors.
    ///
    /// - Throws: `gitFailed` when the repository cannot be read.
    package func judge(_ input: GateInput) async throws(OrchestratorError) -> Verdict {
        var verdict = Verdict()
        if let guarding = input.guarding { verdict.checks.append(guarding.checkResult) }
        guard let tip = input.work.tip else {
            verdict.checks.append(GateChecks.branch(input, evidence: nil))
            return verdict
        }
        let evidence = try await GateEvidence.load(input, tip: tip, tools: tools)
        let protected = ProtectedPaths(taskFile: input.taskFile)
        let ownership = OwnershipCheck(plan: input.plan, assignment: input.assignment, protected: protected)
        verdict.checks += [
            GateChecks.branch(input, evidence: evidence),
            GateChecks.emptiness(input, evidence: evidence),
            GateChecks.ownership(ownership, evidence: evidence),
            GateChecks.protectedPaths(ownership, evidence: evidence),
            GateChecks.conflictMarkers(evidence),
            GateChecks.secrets(input, evidence: evidence),
            GateChecks.size(input, evidence: evidence),
            GateChecks.outputs(input, evidence: evidence),
        ]
        verdict.checks.append(await TestCheck(runner: tools.runner).result(input, evidence: evidence, sofar: verdict))
        return verdict
    }
}
