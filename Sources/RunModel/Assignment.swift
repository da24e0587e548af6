/// One agent's work in a plan: its task, what it may write, and the engine that does it.
package struct Assignment: Hashable, Sendable, Codable {
    package var id: AgentID
    package var title: String
    /// The engine's name in the settings: `script`, `claude`, `codex`, or one of the user's own; `nil` for the default.
    package var engine: String?
    package var model: String?
    /// `worktree` unless the task file says otherwise; kept as written.
    package var isolation: String?
    /// The agent's own part, byte for byte as the author wrote it.
    package var prompt: String
    package var ownership: Ownership
    /// Files the prompt tells the agent to read first.
    package var reads: [String]
    /// Files the agent declares to produce; the gate wants them to exist.
    package var outputs: [String]
    /// Commands that must pass in the agent's worktree.
    package var tests: [String]
    /// Shell lines that prepare the environment of the tests (`source .venv/bin/activate`), run before each in its shell.
    package var testSetup: [String]
    /// The message for work the agent left uncommitted.
    package var commitMessage: String?
    /// The message of the merge commit, when the merge section gives one.
    package var mergeMessage: String?
    package var dependsOn: [AgentID]
    /// The shell fences under `Build` or `Steps`, in order: what the script engine runs.
    package var scripts: [ScriptBlock]
    /// Wall-clock limit for one attempt; `nil` for the setting.
    package var timeout: Duration?
    /// Extra environment variables for the engine.
    package var environment: [String: String]
    /// Where the agent's heading stands in the task file, from 1.
    package var line: Int

    package init(
        id: AgentID,
        title: String,
        engine: String? = nil,
        model: String? = nil,
        isolation: String? = nil,
        prompt: String = "",
        ownership: Ownership = Ownership(),
        reads: [String] = [],
        outputs: [String] = [],
        tests: [String] = [],
        testSetup: [String] = [],
        commitMessage: String? = nil,
        mergeMessage: String? = nil,
        dependsOn: [AgentID] = [],
        scripts: [ScriptBlock] = [],
        timeout: Duration? = nil,
        environment: [String: String] = [:],
        line: Int = 0
    ) {
        self.id = id
        self.title = title
        self.engine = engine
        self.model = model
        self.isolation = isolation
        self.prompt = prompt
        self.ownership = ownership
        self.reads = reads
        self.outputs = outputs
        self.tests = tests
        self.testSetup = testSetup
        self.commitMessage = commitMessage
        self.mergeMessage = mergeMessage
        self.dependsOn = dependsOn
        self.scripts = scripts
        self.timeout = timeout
        self.environment = environment
        self.line = line
    }
}

/// A shell fence that the script engine runs as one program.
package struct ScriptBlock: Hashable, Sendable, Codable {
    /// The fence's language: `bash`, `sh`, ...
    package var language: String
    package var body: String
    /// Where the body's first line stands in the task file, from 1.
    package var line: Int

    package init(language: String, body: String, line: Int) {
        self.language = language
        self.body = body
        self.line = line
    }
}
