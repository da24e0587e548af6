package import Foundation
package import RunModel

/// What a run did, computed from its journal alone: one value, rendered as Markdown and as JSON.
///
/// Durations are seconds and commits are full hex ids, so that the JSON needs no further explanation.
package struct Report: Hashable, Sendable, Codable {
    /// Version of the JSON's shape.
    package static let currentSchema = 1

    package var schema = Report.currentSchema
    package var run: RunID
    package var title: String
    package var label: String?
    package var verdict: ReportVerdict
    /// The task file's own report template, filled; `nil` without one.
    package var template: FilledTemplate?
    package var agents: [AgentReport]
    package var landing: LandingReport
    package var merges: [MergeReport]
    package var verification: VerificationReport
    /// Complaints about the plan, the repository and the run that belong to no agent.
    package var findings: [Finding]
    package var timings: [PhaseTiming]
    package var environment: ReportEnvironment
    /// Time of the first fact and of the last one, in seconds apart.
    package var startedAt: Date?
    package var endedAt: Date?
    package var elapsedSeconds: Double
    /// Who stopped the run, as `user@host`; `nil` when nobody did.
    package var cancelledBy: String?

    /// The report of that agent, or `nil`.
    package subscript(_ id: AgentID) -> AgentReport? { agents.first { $0.id == id } }

    /// Agents that took part: all but those left out by `--only`.
    package var participants: [AgentReport] { agents.filter { $0.result != .notSelected } }
    package var landed: [AgentReport] { agents.filter { $0.result == .landed } }
    /// Participants whose work did not land, whatever the reason.
    package var unlanded: [AgentReport] { participants.filter { $0.result != .landed } }
}

/// What the run stands on and how it was asked for.
package struct ReportEnvironment: Hashable, Sendable, Codable {
    /// Version of the program that began the run.
    package var program: String
    package var repository: String
    package var taskFile: String
    package var engine: String
    package var maxParallel: Int
    /// `bubblewrap`, `landlock` or `none`; `nil` when the run ended before it was known.
    package var sandbox: String?
    package var only: [AgentID]
}

/// How long the run stood in one state, all visits together.
package struct PhaseTiming: Hashable, Sendable, Codable {
    package var state: RunState
    package var seconds: Double
    package var visits: Int
}
