package import RunModel

/// Makes the environment of an attempt: nothing is inherited but a fixed few variables and those that are named.
package struct EngineEnvironment: Sendable {
    /// Taken over from the runner's environment for every engine.
    ///
    /// A trailing `*` stands for any ending.
    package static let inheritedNames = ["PATH", "HOME", "LANG", "LC_*", "TERM", "TZ"]

    private let base: [String: String]

    /// - Parameter base: The runner's own environment.
    package init(base: [String: String]) {
        self.base = base
    }

    /// Joins, each overriding the ones before: the fixed few, the named ones, the engine's fixed values, the
    /// assignment's, `extra`, and the variables that tell the attempt where it is.
    ///
    /// `inherit`: more names to take over, from the settings. A trailing `*` stands for any ending.
    ///
    /// `baseCommit`: the commit the worktree started from (hex).
    ///
    /// `traceParent`: W3C trace context, passed on as `TRACEPARENT`.
    ///
    /// `extra`: variables of the guard, which neither settings nor task file may override.
    package func variables(
        for engine: EngineVariables,
        inherit: [String] = [],
        run: RunID,
        assignment: Assignment,
        taskFile: String,
        worktree: String,
        baseCommit: String,
        traceParent: String? = nil,
        extra: [String: String] = [:]
    ) -> [String: String] {
        var variables = inherited(Self.inheritedNames + engine.inherited + inherit)
        variables.merge(engine.fixed) { $1 }
        variables.merge(assignment.environment) { $1 }
        variables.merge(extra) { $1 }
        variables["SWITCHYARD_RUN_ID"] = run.rawValue
        variables["SWITCHYARD_AGENT_ID"] = assignment.id.rawValue
        variables["SWITCHYARD_TASK_FILE"] = taskFile
        variables["SWITCHYARD_WORKTREE"] = worktree
        variables["SWITCHYARD_BASE"] = baseCommit
        if let traceParent { variables["TRACEPARENT"] = traceParent }
        return variables
    }

    private func inherited(_ names: [String]) -> [String: String] {
        let exact = Set(names)
        // The stem must not be empty: a bare `*` would inherit everything, keys of other tools included.
        let stems = names.filter { $0.hasSuffix("*") && $0.count > 1 }.map { $0.dropLast() }
        return base.filter { variable in
            exact.contains(variable.key) || stems.contains { variable.key.hasPrefix($0) }
        }
    }
}
