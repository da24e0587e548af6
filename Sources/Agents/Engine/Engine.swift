package import RunModel

/// Does the work of an attempt in a worktree: a script, an agent's command line, a model.
package protocol Engine: Sendable {
    /// The name it has in the settings and in task files.
    var name: String { get }

    /// Variables the engine needs besides the fixed few of every attempt.
    var variables: EngineVariables { get }

    /// Makes one attempt. Never throws: what goes wrong is part of the outcome.
    ///
    /// Cancelling the calling task ends the attempt's processes with the grace period of the request's limits.
    ///
    /// `onEvent`: called in order per output stream, from any thread.
    func run(_ request: EngineRequest, onEvent: @escaping @Sendable (EngineEvent) -> Void) async -> AttemptOutcome

    /// Looks whether the engine could run here, without starting an attempt.
    func check() async -> EngineHealth
}

/// What an engine wants in the environment of its processes.
package struct EngineVariables: Sendable, Hashable {
    /// Names taken over from the runner's own environment where they are set there, mostly keys.
    package var inherited: [String]
    /// Variables with fixed values.
    package var fixed: [String: String]

    package init(inherited: [String] = [], fixed: [String: String] = [:]) {
        self.inherited = inherited
        self.fixed = fixed
    }
}
