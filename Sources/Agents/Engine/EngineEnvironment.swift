package import RunModel

/// Makes the environment of an attempt: a fixed few variables of the runner's own, named ones, and those of the run.
package struct EngineEnvironment: Sendable {
    private let base: [String: String]

    /// - Parameter base: The runner's own environment.
    package init(base: [String: String]) {
        self.base = base
    }

    package func variables(
        for engine: EngineVariables,
        inherit: [String] = [],
        run: RunID,
        assignment: Assignment,
        taskFile: String,
        worktree: String,
        baseCommit: String,
        extra: [String: String] = [:]
    ) -> [String: String] {
        [:]
    }
}
