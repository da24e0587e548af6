package import RunModel

/// A part of a candidate's work that the train lost.
package struct LandingViolation: Hashable, Sendable, CustomStringConvertible {
    package var agent: AgentID
    package var path: String
    /// Which part: `lines 12-14`, `removal of 3 lines after line 8`, `the file`, `mode 100755`.
    package var hunk: String

    package init(agent: AgentID, path: String, hunk: String) {
        self.agent = agent
        self.path = path
        self.hunk = hunk
    }

    package var description: String { "\(hunk) of '\(path)' by agent \(agent)" }
}

extension OrchestratorError {
    /// A train that lost work of a candidate; it must not land.
    static func workLost(_ violations: [LandingViolation], commit: String) -> OrchestratorError {
        let named = violations.prefix(5).map(\.description).joined(separator: "; ")
        let more = violations.count > 5 ? "; and \(violations.count - 5) more" : ""
        return OrchestratorError(
            .landingUnsafe,
            "The merged commit \(commit.prefix(10)) does not hold all work of its agents: \(named)\(more).",
            hint: "Nothing was landed; the branches are untouched. Run the agents named here again on the new base, or "
                + "merge their branches by hand."
        )
    }
}
