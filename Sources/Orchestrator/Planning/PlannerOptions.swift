package import RunModel

/// What the command line, the settings and the repository add to a task file when it is planned.
package struct PlannerOptions: Hashable, Sendable {
    /// The engine of assignments for which the task file names none; `nil`, the default, leaves it open.
    package var defaultEngine: String?
    /// Puts agents whose ownership overlaps into separate waves instead of refusing the plan; default `false`.
    package var isSerializingOverlaps: Bool
    /// Every path of the base commit, or `nil` (the default) when no repository is at hand.
    ///
    /// With it the planner can tell that a file marked as new exists already, and that a glob's count is wrong.
    package var baseFiles: [String]?
    /// The agents that are to run; empty, the default, means all.
    ///
    /// Nobody is held up by overlaps and existing files of agents that do not run, for example because their work has
    /// landed before.
    package var only: Set<AgentID>

    package init(
        defaultEngine: String? = nil,
        isSerializingOverlaps: Bool = false,
        baseFiles: [String]? = nil,
        only: Set<AgentID> = []
    ) {
        self.defaultEngine = defaultEngine
        self.isSerializingOverlaps = isSerializingOverlaps
        self.baseFiles = baseFiles
        self.only = only
    }
}
