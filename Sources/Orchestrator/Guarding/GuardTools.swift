package import ChildProcesses
package import Git

/// What the guard and the gate work with: a lane for libgit2, a runner for commands, the program's own environment.
package struct GuardTools: Sendable {
    package let lane: GitLane
    package let runner: ChildRunner
    /// Complete environment of the runner's own git commands: `PATH`, `HOME` and what git itself needs.
    package let environment: [String: String]

    package init(lane: GitLane, runner: ChildRunner, environment: [String: String]) {
        self.lane = lane
        self.runner = runner
        self.environment = environment
    }

    /// The git command for what libgit2 cannot do.
    var command: GitCommand { GitCommand(environment: environment) }

    /// The same tools on a lane of their own, for work that several agents' sides may do at the same time.
    func onOwnLane(named name: String) -> GuardTools {
        GuardTools(lane: GitLane(name: name), runner: runner, environment: environment)
    }

    /// Runs a git command of the runner's own, outside of every guard.
    func git(
        _ arguments: [String],
        in folder: String,
        adding extra: [String: String] = [:]
    ) async throws(OrchestratorError)
        -> CollectedOutput
    {
        let command = ChildCommand(
            arguments: ["git"] + arguments,
            environment: environment.merging(extra) { $1 },
            workingDirectory: folder
        )
        do throws(ChildProcessError) {
            // Without a keeper: a short command of the runner's own leaves nothing behind, and starting the keeper takes
            // longer than the command.
            return try await ChildRunner().collect(command, limits: ChildLimits(wallClock: .seconds(120)))
        } catch {
            throw OrchestratorError(
                .gitFailed,
                "Cannot run 'git \(arguments.first ?? "")' in '\(folder)': \(error.message).",
                hint: error.hint ?? "Check that git is installed and on the PATH."
            )
        }
    }

    /// As ``git(_:in:adding:)``, where any other ending than success is an error.
    func requireGit(
        _ arguments: [String],
        in folder: String,
        adding extra: [String: String] = [:]
    )
        async throws(OrchestratorError) -> String
    {
        let output = try await git(arguments, in: folder, adding: extra)
        guard output.ending.isSuccess else {
            let last = output.errorText.split(separator: "\n").last.map(String.init) ?? "it printed nothing"
            throw OrchestratorError(
                .gitFailed,
                "'git \(arguments.joined(separator: " "))' failed in '\(folder)': \(last).",
                hint: "Run it by hand there to see more."
            )
        }
        return output.outputText.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: "\n")
    }

    /// Runs blocking work on the lane with the repository open, and says what it was doing when it fails.
    func withRepository<Result: Sendable>(
        _ path: String,
        doing what: String,
        _ body: @escaping @Sendable (borrowing Repository) throws(GitError) -> Result
    ) async throws(OrchestratorError) -> Result {
        do throws(GitError) {
            return try await lane.run(at: path, body)
        } catch {
            throw OrchestratorError(git: error, doing: what)
        }
    }
}

extension OrchestratorError {
    /// A git operation failed while the runner was doing something; `what` continues "Cannot ".
    init(git error: GitError, doing what: String) {
        self.init(.gitFailed, "Cannot \(what): \(error.message).", hint: error.hint.map { "\($0)." })
    }
}

extension GuardTools {
    /// Runs blocking file work on the lane, off the cooperative pool.
    func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        let outcome: Swift.Result<Result, GitError>
        do throws(GitError) {
            outcome = .success(try await lane.run { () throws(GitError) -> Result in body() })
        } catch {
            outcome = .failure(error)
        }
        switch outcome {
        case .success(let result): return result
        case .failure: preconditionFailure("the closure throws nothing, and a lane adds no error of its own")
        }
    }
}
