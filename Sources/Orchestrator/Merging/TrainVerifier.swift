package import ChildProcesses
package import Git
package import RunModel

/// Runs the verify commands of a task file on one commit in a worktree of their own.
///
/// The commands run in order until one fails. A command that fails is repeated once: passing then counts, and is
/// reported as flaky. What failed on the base already does not count. A command that moves the worktree's `HEAD` has
/// failed, because it would not have tested that commit; what it does to files is not looked at, because only the
/// commit lands.
package struct TrainVerifier: TrainVerifying {
    package struct Options: Sendable {
        /// Shell commands, in order.
        package var commands: [String]
        /// Lines to run before each command, in the same shell.
        package var setup: [String]
        /// What fails without any agent's work.
        package var baseline: [BaselineFailure]
        /// Limits for each command.
        package var limits: ChildLimits
        /// The whole environment of the commands.
        package var environment: [String: String]
        package var sandbox: SandboxPolicy?
        /// Lines kept of a failing command's output, counted from its end; 40 by default.
        package var keptLines: Int

        package init(
            commands: [String],
            setup: [String] = [],
            baseline: [BaselineFailure] = [],
            limits: ChildLimits = ChildLimits(wallClock: .seconds(900)),
            environment: [String: String] = [:],
            sandbox: SandboxPolicy? = nil,
            keptLines: Int = 40
        ) {
            self.commands = commands
            self.setup = setup
            self.baseline = baseline
            self.limits = limits
            self.environment = environment
            self.sandbox = sandbox
            self.keptLines = keptLines
        }
    }

    private let worktree: VerifyWorktree
    private let runner: ChildRunner
    private let options: Options

    package init(worktree: VerifyWorktree, runner: ChildRunner, options: Options) {
        self.worktree = worktree
        self.runner = runner
        self.options = options
    }

    package var isNeeded: Bool { !options.commands.isEmpty }

    package func verify(_ commit: OID) async throws -> VerifyFinished {
        var finished = VerifyFinished(commit: commit.hex, isPassed: true)
        if options.commands.isEmpty { return finished }
        try await worktree.show(commit)
        for command in options.commands {
            var failure = try await failure(of: command, on: commit, adding: &finished.duration)
            if failure != nil {
                failure = try await self.failure(of: command, on: commit, adding: &finished.duration)
                if failure == nil { finished.isFlaky = true }
            }
            guard let failure else { continue }
            finished.isPassed = false
            finished.failedCommand = command
            finished.output = failure
            return finished
        }
        return finished
    }

    /// Runs a command once; the end of what it printed when it fails and did not fail in the same way on the base.
    private func failure(
        of command: String,
        on commit: OID,
        adding duration: inout Duration
    ) async throws -> String? {
        // As for the commands of the gate and of the baseline, so that the three agree.
        let output = try await runner.collect(
            ChildCommand(
                arguments: TaskShell(setup: options.setup).arguments(
                    command,
                    searchPath: options.environment["PATH"]
                ),
                environment: options.environment,
                workingDirectory: worktree.path
            ),
            limits: options.limits,
            sandbox: options.sandbox
        )
        duration += output.duration
        if output.ending == .cancelled { throw CancellationError() }
        let head = try await worktree.head()
        guard head == commit else {
            let there = head.map(\.short) ?? "a branch"
            try await worktree.show(commit)
            return "The command moved HEAD of the verify worktree from \(commit.short) to \(there)."
        }
        if output.ending.isSuccess { return nil }
        let text = output.outputText + (output.standardError.isEmpty ? "" : output.errorText)
        if isKnown(command, output, text: text) { return nil }
        return lastLines(of: text) + "\n[\(output.ending.inWords)]"
    }

    /// The command failed on the base too, and nothing fails now that did not fail there.
    private func isKnown(_ command: String, _ output: CollectedOutput, text: String) -> Bool {
        guard let known = options.baseline.first(where: { $0.command == command }) else { return false }
        return known.excuses(
            output.ending,
            failing: TestOutput.failures(in: text).map(\.name),
            isTruncated: output.isTruncated
        )
    }

    private func lastLines(of text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).suffix(options.keptLines)
            .joined(separator: "\n")
    }
}
