package import ChildProcesses
package import RunModel

/// Runs the task's commands once on the base, to know what failed before any agent worked.
package struct BaselineRecorder: Sendable {
    private let runner: ChildRunner

    package init(runner: ChildRunner) {
        self.runner = runner
    }

    /// Test commands of all agents and verify commands, each once, in order.
    package static func commands(of plan: Plan) -> [String] {
        var seen: Set<String> = []
        return (plan.assignments.flatMap(\.tests) + plan.verify).filter { seen.insert($0).inserted }
    }

    /// Runs the commands in a worktree that stands at the base.
    ///
    /// A command that names a file the base does not have says nothing about the base and is left out.
    ///
    /// - Parameters:
    ///   - environment: complete environment of the commands.
    ///   - limit: wall-clock limit for each.
    package func record(
        _ commands: [String],
        in worktree: String,
        environment: [String: String],
        limit: Duration,
        sandbox: SandboxPolicy? = nil
    ) async -> (failures: [BaselineFailure], findings: [Finding]) {
        ([], [])
    }
}
