/// What the command line and the settings ask of one run.
package struct RunOptions: Hashable, Sendable, Codable {
    /// Engine for assignments that name none.
    package var engine: String
    /// Run only these agents; empty for all.
    package var only: [AgentID]
    /// Agents at work at the same time; 4 by default.
    package var maxParallel: Int
    package var isPushEnabled: Bool
    package var isBaselineEnabled: Bool
    /// Run pre-flight commands that are not performed natively.
    package var isPreflightRun: Bool
    /// Wall-clock limit of one attempt; 1 hour by default.
    package var attemptTimeout: Duration
    /// Limit without any output; 15 minutes by default.
    package var silenceTimeout: Duration
    /// Time between SIGTERM and SIGKILL; 5 seconds by default.
    package var grace: Duration
    /// Attempts per agent when the engine crashed; 2 by default.
    package var maxAttempts: Int
    /// Limit for each verify and test command; 15 minutes by default.
    package var commandTimeout: Duration
    /// `auto`, `off`, `required`.
    package var sandbox: String
    /// Transports git may use inside agents; none by default.
    package var allowedGitProtocols: [String]
    /// Limits on what agents use up; none by default.
    package var budget: RunBudget
    /// An attempt without any change is accepted.
    package var isNoWorkAllowed: Bool
    /// A secret-shaped added line refuses the work instead of warning.
    package var areSecretsBlocking: Bool
    /// Files over this size refuse the work; 5 MiB by default.
    package var largestFileInBytes: Int
    /// Most bytes that `.worktreeinclude` may name for one worktree; 256 MiB by default.
    package var includeLimitInBytes: Int
    /// Commands run in each new worktree before its engine starts.
    package var setupCommands: [String]
    /// Names of environment variables passed on to engines besides the fixed few.
    package var inheritedEnvironment: [String]
    /// Where reports and blockers go, relative to the repository or absolute.
    package var outputFolder: String
    /// Where the run keeps its state, relative to the repository or absolute.
    package var stateFolder: String

    package init(
        engine: String = "script",
        only: [AgentID] = [],
        maxParallel: Int = 4,
        isPushEnabled: Bool = true,
        isBaselineEnabled: Bool = true,
        isPreflightRun: Bool = false,
        attemptTimeout: Duration = .seconds(3600),
        silenceTimeout: Duration = .seconds(900),
        grace: Duration = .seconds(5),
        maxAttempts: Int = 2,
        commandTimeout: Duration = .seconds(900),
        sandbox: String = "auto",
        allowedGitProtocols: [String] = [],
        budget: RunBudget = RunBudget(),
        isNoWorkAllowed: Bool = false,
        areSecretsBlocking: Bool = false,
        largestFileInBytes: Int = 5 << 20,
        includeLimitInBytes: Int = 256 << 20,
        setupCommands: [String] = [],
        inheritedEnvironment: [String] = [],
        outputFolder: String = "docs/agent-output",
        stateFolder: String = ".switchyard"
    ) {
        self.engine = engine
        self.only = only
        self.maxParallel = maxParallel
        self.isPushEnabled = isPushEnabled
        self.isBaselineEnabled = isBaselineEnabled
        self.isPreflightRun = isPreflightRun
        self.attemptTimeout = attemptTimeout
        self.silenceTimeout = silenceTimeout
        self.grace = grace
        self.maxAttempts = maxAttempts
        self.commandTimeout = commandTimeout
        self.sandbox = sandbox
        self.allowedGitProtocols = allowedGitProtocols
        self.budget = budget
        self.isNoWorkAllowed = isNoWorkAllowed
        self.areSecretsBlocking = areSecretsBlocking
        self.largestFileInBytes = largestFileInBytes
        self.includeLimitInBytes = includeLimitInBytes
        self.setupCommands = setupCommands
        self.inheritedEnvironment = inheritedEnvironment
        self.outputFolder = outputFolder
        self.stateFolder = stateFolder
    }
}
