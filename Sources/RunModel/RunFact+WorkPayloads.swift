package struct RunCreated: Hashable, Sendable, Codable {
    package var run: RunID
    /// Version of the program that wrote it.
    package var program: String
    /// Absolute path of the main working tree's root (or of the bare repository).
    package var repository: String
    /// The task file as given on the command line.
    package var taskFile: String
    package var plan: Plan
    package var options: RunOptions

    package init(
        run: RunID,
        program: String,
        repository: String,
        taskFile: String,
        plan: Plan,
        options: RunOptions
    ) {
        self.run = run
        self.program = program
        self.repository = repository
        self.taskFile = taskFile
        self.plan = plan
        self.options = options
    }
}

package struct PreflightFinished: Hashable, Sendable, Codable {
    /// Short name of the branch the run lands on.
    package var baseBranch: String
    /// Commit the run starts from (hex).
    package var baseCommit: String
    /// `bubblewrap`, `landlock` or `none`.
    package var sandbox: String
    /// Test and verify commands that fail on the base already, with what they printed last.
    package var baseline: [BaselineFailure]
    package var findings: [Finding]

    package init(
        baseBranch: String,
        baseCommit: String,
        sandbox: String,
        baseline: [BaselineFailure],
        findings: [Finding]
    ) {
        self.baseBranch = baseBranch
        self.baseCommit = baseCommit
        self.sandbox = sandbox
        self.baseline = baseline
        self.findings = findings
    }
}

/// A command that failed before any agent worked.
package struct BaselineFailure: Hashable, Sendable, Codable {
    package var command: String
    /// Names of failing tests where the output names them, sorted; empty when it does not.
    package var tests: [String]
    /// How it ended, in words: `exit status 1`; `nil` in journals that do not say.
    package var ended: String?

    package init(command: String, tests: [String], ended: String? = nil) {
        self.command = command
        self.tests = tests
        self.ended = ended
    }
}

package struct WaveStarted: Hashable, Sendable, Codable {
    /// Counts from 0.
    package var index: Int
    package var agents: [AgentID]
    /// Commit the wave's worktrees start from (hex).
    package var base: String

    package init(index: Int, agents: [AgentID], base: String) {
        self.index = index
        self.agents = agents
        self.base = base
    }
}

package struct WorktreeCreated: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var path: String
    /// Full ref name.
    package var branch: String
    package var base: String

    package init(agent: AgentID, path: String, branch: String, base: String) {
        self.agent = agent
        self.path = path
        self.branch = branch
        self.base = base
    }
}

package struct AttemptStarted: Hashable, Sendable, Codable {
    package var agent: AgentID
    /// Counts from 1.
    package var attempt: Int
    package var engine: String
    /// Process id of the attempt's keeper and its start time in clock ticks since boot, which together name the
    /// process for ever; `nil` while it is not known.
    package var process: ProcessMark?

    package init(agent: AgentID, attempt: Int, engine: String, process: ProcessMark? = nil) {
        self.agent = agent
        self.attempt = attempt
        self.engine = engine
        self.process = process
    }
}

/// Names a process beyond the reuse of its number.
package struct ProcessMark: Hashable, Sendable, Codable {
    package var pid: Int32
    /// Field 22 of `/proc/<pid>/stat`, clock ticks since boot.
    package var startTicks: UInt64

    package init(pid: Int32, startTicks: UInt64) {
        self.pid = pid
        self.startTicks = startTicks
    }
}

package struct AttemptFinished: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var attempt: Int
    package var outcome: AttemptOutcome

    package init(agent: AgentID, attempt: Int, outcome: AttemptOutcome) {
        self.agent = agent
        self.attempt = attempt
        self.outcome = outcome
    }
}

package struct WorkCommitted: Hashable, Sendable, Codable {
    package var agent: AgentID
    /// Tip of the agent's branch (hex).
    package var commit: String
    /// The runner made the last commit, because work was left uncommitted.
    package var isByRunner: Bool
    package var statistics: ChangeStatistics

    package init(agent: AgentID, commit: String, isByRunner: Bool, statistics: ChangeStatistics) {
        self.agent = agent
        self.commit = commit
        self.isByRunner = isByRunner
        self.statistics = statistics
    }
}

/// Size of a change against its base.
package struct ChangeStatistics: Hashable, Sendable, Codable {
    package var commits: Int
    package var files: Int
    package var insertions: Int
    package var deletions: Int

    package init(commits: Int = 0, files: Int = 0, insertions: Int = 0, deletions: Int = 0) {
        self.commits = commits
        self.files = files
        self.insertions = insertions
        self.deletions = deletions
    }
}

package struct GateFinished: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var verdict: Verdict

    package init(agent: AgentID, verdict: Verdict) {
        self.agent = agent
        self.verdict = verdict
    }
}

package struct AgentRefused: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var reason: RefusalReason
    package var summary: String
    /// Path of the blocker file, relative to the repository; `nil` until it is written.
    package var blocker: String?

    package init(agent: AgentID, reason: RefusalReason, summary: String, blocker: String? = nil) {
        self.agent = agent
        self.reason = reason
        self.summary = summary
        self.blocker = blocker
    }
}
