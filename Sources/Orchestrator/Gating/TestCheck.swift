import ChildProcesses
import RunModel

/// Runs the assignment's test commands in its worktree; failures that the base had too do not count.
struct TestCheck: Sendable {
    let runner: ChildRunner

    func result(_ input: GateInput, evidence: GateEvidence, sofar verdict: Verdict) async -> GateCheckResult {
        let commands = input.assignment.tests
        if commands.isEmpty {
            return GateCheckResult(check: "tests", status: .notApplicable, summary: "no test commands")
        }
        if !verdict.isPassed {
            return GateCheckResult(
                check: "tests",
                status: .notApplicable,
                summary: "not run: the work is refused already"
            )
        }
        let index = OwnershipIndex(input.assignment)
        var findings: [Finding] = []
        for command in commands {
            let test = TestCommand(
                command: command,
                setup: input.assignment.testSetup,
                folder: input.site.worktree,
                environment: input.environment,
                limit: input.options.commandTimeout,
                sandbox: input.sandbox
            )
            do throws(ChildProcessError) {
                let outcome = try await test.run(runner)
                let known = input.baseline.first { $0.command == command }
                findings += Self.findings(outcome, known: known, owned: index, worktree: input.site.worktree)
            } catch {
                findings.append(
                    Finding(
                        .error,
                        "test-not-started",
                        "The test command '\(command)' cannot be started: \(error.message).",
                        hint: error.hint
                    )
                )
            }
        }
        let failed = findings.filter { $0.severity == .error }
        let passed = "\(commands.count) \(commands.count == 1 ? "command" : "commands") passed"
        return GateChecks.result(
            "tests",
            findings,
            passed: passed,
            reason: .testFailure,
            refused: failed.isEmpty
                ? nil : failed.count == 1 ? failed[0].message : "\(failed.count) failures that the base does not have"
        )
    }

    /// Decides what one command's outcome means, given what failed on the base.
    static func findings(
        _ outcome: TestCommand.Outcome,
        known: BaselineFailure?,
        owned: OwnershipIndex,
        worktree: String
    ) -> [Finding] {
        guard !outcome.isPassed else { return [] }
        let command = outcome.command
        if outcome.isToolMissing, known == nil {
            return [
                Finding(
                    .error,
                    "test-tool-missing",
                    "The test command '\(command)' needs a program that is not there.",
                    hint: "It printed last: \(lastLine(outcome)) Install the program, or correct the command."
                )
            ]
        }
        let before = Set(known?.tests ?? [])
        let (old, new) = (
            outcome.failures.filter { before.contains($0.name) }, outcome.failures.filter { !before.contains($0.name) }
        )
        let isExcused = known.map(outcome.isExcused) ?? false
        if new.isEmpty, !isExcused {
            return [
                Finding(
                    .error,
                    "test-failed",
                    "The test command '\(command)' failed: \(outcome.ending.inWords).",
                    hint: "It printed last: \(lastLine(outcome))"
                )
            ]
        }
        if outcome.failures.isEmpty {
            return [
                Finding(
                    .warning,
                    "test-failed-before",
                    "The test command '\(command)' fails (\(outcome.ending.inWords)), as it did on the base.",
                    hint: "Its output names no tests, so nothing tells whether it became worse."
                )
            ]
        }
        var findings = new.map { failure($0, command: command, owned: owned, worktree: worktree) }
        if !old.isEmpty {
            findings.append(
                Finding(
                    .warning,
                    "test-failed-before",
                    "\(old.count) \(old.count == 1 ? "test" : "tests") of '\(command)' failed on the base already: "
                        + GateChecks.list(old.map(\.name)) + ".",
                    hint: "They do not count against this work."
                )
            )
        }
        return findings
    }

    private static func failure(
        _ failure: TestFailure,
        command: String,
        owned: OwnershipIndex,
        worktree: String
    ) -> Finding {
        var file = failure.file
        if let path = file, path.hasPrefix(worktree + "/") { file = String(path.dropFirst(worktree.count + 1)) }
        if let path = file, path.hasPrefix("./") { file = String(path.dropFirst(2)) }
        let side = file.map {
            owned.owns(Array($0.utf8)) || owned.namesInTests(Array($0.utf8)) ? "inside of" : "outside of"
        }
        let place = side.map { " (\($0) what agent \(owned.agent) owns)" } ?? ""
        return Finding(
            .error,
            "test-regression",
            "The test '\(failure.name)' fails\(place), and did not on the base.",
            file: file,
            hint: "Repeat it with: \(command)"
        )
    }

    private static func lastLine(_ outcome: TestCommand.Outcome) -> String {
        let line = outcome.lastLines.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
        return line.map { "'\($0.prefix(200))'." } ?? "nothing."
    }
}
