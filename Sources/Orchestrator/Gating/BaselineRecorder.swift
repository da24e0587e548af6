package import ChildProcesses
import Foundation
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

    /// The lines that make the environment of each command ready.
    package static func setup(of plan: Plan) -> [String: [String]] {
        var setup: [String: [String]] = [:]
        for assignment in plan.assignments {
            for command in assignment.tests { setup[command] = setup[command] ?? assignment.testSetup }
        }
        for command in plan.verify { setup[command] = setup[command] ?? plan.verifySetup }
        return setup
    }

    /// Runs the commands in a worktree that stands at the base.
    ///
    /// A command that names a file the base does not have says nothing about the base and is left out.
    ///
    /// - `setup`: lines to run before a command, in the same shell.
    /// - `environment`: complete environment of the commands.
    /// - `limit`: wall-clock limit for each.
    package func record(
        _ commands: [String],
        setup: [String: [String]] = [:],
        in worktree: String,
        environment: [String: String],
        limit: Duration,
        sandbox: SandboxPolicy? = nil
    ) async -> (failures: [BaselineFailure], findings: [Finding]) {
        var failures: [BaselineFailure] = []
        var findings: [Finding] = []
        for command in commands {
            if let missing = Self.missingFile(in: command, worktree: worktree) {
                findings.append(
                    Finding(
                        .note,
                        "baseline-skipped",
                        "'\(command)' was not run on the base, which has no '\(missing)'."
                    )
                )
                continue
            }
            let test = TestCommand(
                command: command,
                setup: setup[command] ?? [],
                folder: worktree,
                environment: environment,
                limit: limit,
                sandbox: sandbox
            )
            do throws(ChildProcessError) {
                let outcome = try await test.run(runner)
                guard !outcome.isPassed, outcome.ending != .cancelled else { continue }
                failures.append(
                    BaselineFailure(
                        command: command,
                        tests: outcome.failures.map(\.name).sorted(),
                        ended: outcome.ending.inWords
                    )
                )
                findings.append(Self.finding(outcome))
            } catch {
                findings.append(
                    Finding(
                        .warning,
                        "baseline-not-started",
                        "'\(command)' cannot be started on the base: \(error.message).",
                        hint: error.hint
                    )
                )
            }
        }
        return (failures, findings)
    }

    private static func finding(_ outcome: TestCommand.Outcome) -> Finding {
        let names = outcome.failures.map(\.name)
        let what = names.isEmpty ? outcome.ending.inWords : "\(names.count) failing: " + GateChecks.list(names)
        return Finding(
            outcome.isToolMissing ? .warning : .note,
            "baseline-failure",
            "'\(outcome.command)' fails on the base already (\(what)); such failures do not count against agents.",
            hint: outcome.isToolMissing ? "A program it needs is not installed." : nil
        )
    }

    /// The first word of the command that reads as a file of the repository and is not there.
    static func missingFile(in command: String, worktree: String) -> String? {
        for word in command.split(whereSeparator: { " \t\n\"';|&()<>=".contains($0) }) {
            let path = String(word.split(separator: ":", maxSplits: 1).first ?? "")
            guard path.contains("/"), !path.hasPrefix("/"), !path.hasPrefix("-"), !path.hasPrefix("~"),
                !path.contains(where: { "*?$`{@".contains($0) }), !path.hasSuffix("/..."),
                let name = path.split(separator: "/").last, name.dropFirst().contains(".")
            else { continue }
            if !FileManager.default.fileExists(atPath: "\(worktree)/\(path)") { return path }
        }
        // A test file without a folder counts too.
        return TestFileNames.named(in: [command]).first {
            !FileManager.default.fileExists(atPath: "\(worktree)/\($0)")
        }
    }
}
