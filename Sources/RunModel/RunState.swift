/// Where a run is.
///
/// Every state and edge is drawn in `docs/lifecycle.md`.
package enum RunState: String, Hashable, Sendable, Codable, CaseIterable {
    /// The plan is checked, the run folder exists. Goes to `preparing`, `cancelled`.
    case planned
    /// Pre-flight and baseline. Goes to `running`, `failed`, `cancelled`.
    case preparing
    /// Agents of a wave work in their worktrees. Goes to `gating`, `cancelled`.
    case running
    /// The wave's work is judged. Goes to `merging`, `cancelled`.
    case gating
    /// Passed work is merged in memory. Goes to `verifying`, `cancelled`.
    case merging
    /// The candidate is tested. Goes to `running` (next wave), `merging` (bisect), `landing`, `reporting`, `cancelled`.
    case verifying
    /// The branch is moved to the tested commit. Goes to `publishing`, `merging` (the branch moved), `reporting`.
    case landing
    /// The landed commit is pushed. Goes to `reporting`, `merging` (the remote moved).
    case publishing
    /// Report, blockers and clean-up. Goes to `done`, `failed`, `cancelled`.
    case reporting
    /// The run ended by itself; whether all landed is in its report.
    case done
    /// The run could not go on: nothing landed that the report does not name.
    case failed
    /// A person stopped it; kept work is named in the report.
    case cancelled

    package var isFinal: Bool { self == .done || self == .failed || self == .cancelled }

    /// The states this one may go to.
    package var successors: Set<RunState> {
        switch self {
        case .planned: [.preparing, .cancelled]
        case .preparing: [.running, .reporting, .failed, .cancelled]
        case .running: [.gating, .reporting, .cancelled]
        case .gating: [.merging, .reporting, .cancelled]
        case .merging: [.verifying, .reporting, .cancelled]
        case .verifying: [.running, .merging, .landing, .reporting, .cancelled]
        case .landing: [.publishing, .merging, .reporting]
        case .publishing: [.reporting, .merging]
        case .reporting: [.done, .failed, .cancelled]
        case .done, .failed, .cancelled: []
        }
    }
}
