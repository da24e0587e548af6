/// How one agent command line is launched and read, as data: a new tool needs an entry, no code.
///
/// Words may hold places: `{model}`, `{prompt}`, `{prompt_file}`, `{worktree}`.
package struct EnginePreset: Sendable, Hashable {
    /// Where the prompt goes.
    package enum PromptChannel: Sendable, Hashable {
        /// Written to standard input, which is then closed.
        case standardInput
        /// Put in place of `{prompt}`. Visible in the process list and limited to about 100 KiB.
        case argument
        /// Written to a file in the log folder; its path is put in place of `{prompt_file}`.
        case file
    }

    package var name: String
    /// The program and the words it always gets.
    package var words: [String]
    /// More words when a sandbox of the runner holds the attempt, so that the tool need not ask for permission.
    package var sandboxedWords: [String]
    /// More words when there is no sandbox.
    package var openWords: [String]
    /// More words when a model is named; hold `{model}`.
    package var modelWords: [String]
    /// The last words, after those of the settings.
    package var lastWords: [String]
    package var channel: PromptChannel
    package var format: StreamFormat
    /// Variables with fixed values.
    package var environment: [String: String]
    /// Variables set only inside a sandbox of the runner.
    package var sandboxedEnvironment: [String: String]
    /// Names of variables taken over from the runner's environment, mostly keys.
    package var inherited: [String]
    /// Exit statuses that mean a wrong command line or setting.
    package var usageStatuses: [Int32]
    /// Words after the program that print its version.
    package var versionWords: [String]
    /// What to do when the program is missing.
    package var remedy: String

    package init(
        name: String,
        words: [String],
        sandboxedWords: [String] = [],
        openWords: [String] = [],
        modelWords: [String] = [],
        lastWords: [String] = [],
        channel: PromptChannel = .standardInput,
        format: StreamFormat = .text,
        environment: [String: String] = [:],
        sandboxedEnvironment: [String: String] = [:],
        inherited: [String] = [],
        usageStatuses: [Int32] = [],
        versionWords: [String] = ["--version"],
        remedy: String = "install it, or name its full path under `engines.<name>.command`"
    ) {
        self.name = name
        self.words = words
        self.sandboxedWords = sandboxedWords
        self.openWords = openWords
        self.modelWords = modelWords
        self.lastWords = lastWords
        self.channel = channel
        self.format = format
        self.environment = environment
        self.sandboxedEnvironment = sandboxedEnvironment
        self.inherited = inherited
        self.usageStatuses = usageStatuses
        self.versionWords = versionWords
        self.remedy = remedy
    }
}
