package import ChildProcesses
package import RunModel

/// All that one attempt is given.
package struct EngineRequest: Sendable {
    package var run: RunID
    package var assignment: Assignment
    /// Counts from 1.
    package var attempt: Int
    /// The composed prompt: rules, shared context and the agent's own part.
    package var prompt: String
    /// Absolute path of the folder the attempt works in.
    package var worktree: String
    /// The whole environment, as ``EngineEnvironment`` makes it.
    package var environment: [String: String]
    package var sandbox: SandboxPolicy?
    package var limits: ChildLimits
    /// Absolute path of an existing or creatable folder for this attempt's files: `stdout.log`, `stderr.log`, ...
    package var logFolder: String
    /// Bytes kept in each log file.
    ///
    /// Default 64 MiB.
    package var logLimitInBytes: Int

    package init(
        run: RunID,
        assignment: Assignment,
        attempt: Int = 1,
        prompt: String,
        worktree: String,
        environment: [String: String],
        sandbox: SandboxPolicy? = nil,
        limits: ChildLimits = ChildLimits(),
        logFolder: String,
        logLimitInBytes: Int = 64 << 20
    ) {
        self.run = run
        self.assignment = assignment
        self.attempt = attempt
        self.prompt = prompt
        self.worktree = worktree
        self.environment = environment
        self.sandbox = sandbox
        self.limits = limits
        self.logFolder = logFolder
        self.logLimitInBytes = logLimitInBytes
    }
}
