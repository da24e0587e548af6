package import RunModel

/// What an attempt left on its branch, after uncommitted work was taken in.
package struct CollectedWork: Hashable, Sendable, Codable {
    /// Tip of the agent's branch (hex); `nil` when the branch is gone.
    package var tip: String?
    /// The runner made the last commit, because work was left uncommitted.
    package var isByRunner: Bool
    package var statistics: ChangeStatistics
    /// Errors refuse the work as `branch_state`; warnings and notes go to the report.
    package var findings: [Finding]
    /// Refs that keep what could not be taken in.
    package var rescued: [String]

    package init(
        tip: String?,
        isByRunner: Bool = false,
        statistics: ChangeStatistics = ChangeStatistics(),
        findings: [Finding] = [],
        rescued: [String] = []
    ) {
        self.tip = tip
        self.isByRunner = isByRunner
        self.statistics = statistics
        self.findings = findings
        self.rescued = rescued
    }
}
