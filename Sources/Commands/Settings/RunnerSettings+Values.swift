import RunModel
import Services

/// The settings as the parts want them.
extension RunnerSettings {
    var base: String? { text("base") }
    var engine: String { text("engine") ?? "script" }
    var model: String? { text("model") }
    var maxParallel: Int { integer("max_parallel") }
    var isPushEnabled: Bool { flag("push") }
    var display: String { text("display") ?? "auto" }
    /// Folder for reports and blockers, relative to the repository.
    var outputFolder: String { text("paths.output") ?? "docs/agent-output" }
    /// Folder of the ledger's data files, relative to the repository.
    var dataFolder: String { text("paths.data") ?? "data" }
    /// Folder for task files that triage and dispatch write, relative to the repository.
    var promptsFolder: String { text("paths.prompts") ?? "prompts/active" }
    /// Folder for journals and worktrees, relative to the repository.
    var stateFolder: String { text("paths.state") ?? ".switchyard" }

    var reservationWait: Duration { duration("reservation_wait") }

    /// `auto`, `required` or `off`.
    var sandbox: String { text("sandbox") ?? "auto" }

    /// What one run is asked for.
    func runOptions(only: [AgentID] = [], isPreflightRun: Bool = false) -> RunOptions {
        RunOptions(
            engine: engine,
            only: only,
            maxParallel: maxParallel,
            isPushEnabled: isPushEnabled,
            isBaselineEnabled: flag("baseline"),
            isPreflightRun: isPreflightRun,
            attemptTimeout: duration("attempt_timeout"),
            silenceTimeout: duration("silence_timeout"),
            grace: duration("grace"),
            maxAttempts: integer("max_attempts"),
            commandTimeout: duration("command_timeout"),
            sandbox: sandbox,
            allowedGitProtocols: list("guard.allowed_git_protocols"),
            budget: RunBudget(
                agentTokens: limit("budget.agent_tokens"),
                agentCost: amount("budget.agent_usd"),
                runTokens: limit("budget.run_tokens"),
                runCost: amount("budget.run_usd")
            ),
            isNoWorkAllowed: text("no_work") == "allow",
            areSecretsBlocking: text("secrets") == "block",
            largestFileInBytes: size("largest_file"),
            includeLimitInBytes: size("worktree_include_limit"),
            setupCommands: list("hooks.setup"),
            inheritedEnvironment: inheritedEnvironment,
            outputFolder: outputFolder,
            stateFolder: stateFolder
        )
    }

    /// Names of variables that every engine is given.
    var inheritedEnvironment: [String] { list("environment.inherit") }
    var database: StoreURL? { store("stores.database") }
    var redis: StoreURL? { store("stores.redis") }
    var isDurabilityFull: Bool { text("stores.durability") == "full" }
    var poolSize: ClosedRange<Int> {
        let most = integer("stores.pool_max")
        return min(integer("stores.pool_min"), most)...most
    }
    var alertCommands: [String] { list("hooks.alert") }
    var alertSeverity: Severity { text("hooks.alert_severity").flatMap(Severity.init) ?? .warning }
    var areStoresShared: Bool { flag("stores.share_with_agents") }

    private func store(_ key: String) -> StoreURL? {
        if case .store(let url) = resolved[key]?.value { url } else { nil }
    }

    private func text(_ key: String) -> String? {
        if case .text(let text) = resolved[key]?.value { text } else { nil }
    }

    private func integer(_ key: String) -> Int {
        if case .integer(let number) = resolved[key]?.value { number } else { 0 }
    }

    private func limit(_ key: String) -> Int? {
        if case .integer(let number) = resolved[key]?.value { number } else { nil }
    }

    private func amount(_ key: String) -> Double? {
        if case .amount(let dollars) = resolved[key]?.value { dollars } else { nil }
    }

    private func flag(_ key: String) -> Bool {
        if case .flag(let flag) = resolved[key]?.value { flag } else { false }
    }

    private func duration(_ key: String) -> Duration {
        if case .duration(let duration) = resolved[key]?.value { duration } else { .zero }
    }

    private func size(_ key: String) -> Int {
        if case .sizeInBytes(let size) = resolved[key]?.value { size } else { 0 }
    }

    private func list(_ key: String) -> [String] {
        if case .list(let items) = resolved[key]?.value { items } else { [] }
    }
}
