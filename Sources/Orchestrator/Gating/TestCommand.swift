import ChildProcesses
import RunModel

/// One shell command of a task file, run to its end with limits.
struct TestCommand: Sendable {
    /// How a command ended, with what its output says.
    struct Outcome: Sendable {
        var command: String
        var ending: ChildEnding
        var duration: Duration
        var failures: [TestFailure]
        /// Part of the output was dropped, and with it perhaps names.
        var isTruncated = false
        /// The last lines it printed, at most 20.
        var lastLines: String

        var isPassed: Bool { ending.isSuccess }

        /// The shell did not find the program, or may not run it.
        var isToolMissing: Bool { ending == .exited(127) || ending == .exited(126) }

        /// Nothing failed here but what had failed on the base.
        func isExcused(by known: BaselineFailure) -> Bool {
            known.excuses(ending, failing: failures.map(\.name), isTruncated: isTruncated)
        }
    }

    let command: String
    var setup: [String] = []
    let folder: String
    let environment: [String: String]
    let limit: Duration
    let sandbox: SandboxPolicy?

    /// Both streams are read in full up to 16 MiB each; the rest is dropped.
    func run(_ runner: ChildRunner) async throws(ChildProcessError) -> Outcome {
        let output = try await runner.collect(
            ChildCommand(
                arguments: TaskShell(setup: setup).arguments(command, searchPath: environment["PATH"]),
                environment: environment,
                workingDirectory: folder
            ),
            limits: ChildLimits(wallClock: limit),
            sandbox: sandbox
        )
        let text = output.outputText + "\n" + output.errorText
        let failures = output.ending.isSuccess ? [] : TestOutput.failures(in: text)
        return Outcome(
            command: command,
            ending: output.ending,
            duration: output.duration,
            failures: failures,
            isTruncated: output.isTruncated,
            lastLines: Self.last(output.errorText) ?? Self.last(output.outputText) ?? ""
        )
    }

    private static func last(_ text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline)
        return lines.isEmpty ? nil : lines.suffix(20).joined(separator: "\n")
    }
}
