package import RunModel

/// Decides whether an agent's work may merge, by evidence alone.
package struct Gate: Sendable {
    private let tools: GuardTools

    package init(tools: GuardTools) {
        self.tools = tools
    }

    /// Runs all checks on the commit range of the work; refusals are in the verdict, not errors.
    ///
    /// - Throws: `gitFailed` when the repository cannot be read.
    package func judge(_ input: GateInput) async throws(OrchestratorError) -> Verdict {
        Verdict()
    }
}
