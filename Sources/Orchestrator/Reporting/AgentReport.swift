package import RunModel

/// What one agent did and what became of its work.
package struct AgentReport: Hashable, Sendable, Codable {
    package enum Result: String, Hashable, Sendable, Codable {
        case landed
        case refused
        /// The run was stopped before the agent's work was decided.
        case cancelled
        /// The run ended before the agent's work was decided.
        case unfinished
        /// Left out by `--only`.
        case notSelected = "not_selected"
    }

    package var id: AgentID
    package var title: String
    package var engine: String
    package var result: Result
    package var reason: RefusalReason?
    /// Why it did not land, in one line; `nil` when it did.
    package var summary: String?
    /// The tip of the agent's branch (hex); `nil` when it has no work.
    package var commit: String?
    package var branch: String?
    package var base: String?
    /// The runner committed what the agent had left uncommitted.
    package var isCommittedByRunner: Bool
    package var statistics: ChangeStatistics?
    package var attempts: [Attempt]
    package var checks: [GateCheckResult]
    /// Where work that did not land is kept; `nil` when there is none.
    package var savedRef: String?
    /// Path of the blocker file, relative to the repository.
    package var blocker: String?
    package var owned: [OwnedPath]
    package var usage: Usage
    package var seconds: Double

    /// One try of the agent.
    package struct Attempt: Hashable, Sendable, Codable {
        package var number: Int
        package var engine: String
        /// How it ended, in words; `still running` when the journal holds no end.
        package var ending: String
        package var summary: String?
        package var sessionID: String?
        package var seconds: Double
        package var droppedBytes: Int
        /// Folder of its log files, relative to the repository.
        package var logs: String

        private enum CodingKeys: String, CodingKey {
            case number, engine, ending, summary, seconds, droppedBytes, logs
            case sessionID = "sessionId"
        }
    }

    /// The gate's word on the agent's own tests: `passed`, `failed`, or `nil` when there was nothing to run.
    package var tests: String? {
        switch checks.first(where: { $0.check == "tests" })?.status {
        case .passed: "passed"
        case .warned: "known failures"
        case .refused: "failed"
        case .notApplicable, nil: nil
        }
    }

    /// Findings of the gate, in the order of its checks.
    package var findings: [Finding] { checks.flatMap(\.findings) }
}
