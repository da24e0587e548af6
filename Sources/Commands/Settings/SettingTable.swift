/// Every setting there is.
///
/// The reader, the `settings` command, the shell flags and `docs/settings.md` are made from it.
enum SettingTable {
    static let entries: [SettingEntry] = work + limits + budget + gate + stores + surroundings

    /// The entry with that key, or `nil`.
    static func entry(_ key: String) -> SettingEntry? { entries.first { $0.key == key } }

    private static let work: [SettingEntry] = [
        SettingEntry(
            "base",
            .text,
            standardNote: "the branch checked out in the main working tree",
            environmentName: "SWITCHYARD_BASE_BRANCH",
            "Branch that runs start from and land on, when the task file names none."
        ),
        SettingEntry(
            "engine",
            .text,
            standard: .text("script"),
            flags: ["--engine"],
            "Engine for agents whose task file names none: `script`, `claude`, `codex`, or one defined under `engines`."
        ),
        SettingEntry(
            "model",
            .text,
            standardNote: "the engine's own",
            "Model for agents whose task file names none; handed to the engine as it is."
        ),
        SettingEntry(
            "max_parallel",
            .integer(1...256),
            standard: .integer(4),
            flags: ["--max-parallel"],
            "Agents at work at the same time."
        ),
        SettingEntry(
            "push",
            .flag,
            standard: .flag(true),
            flags: ["--no-push"],
            "Push the landed commit where the task file asks for it; `false` never pushes."
        ),
        SettingEntry(
            "baseline",
            .flag,
            standard: .flag(true),
            flags: ["--baseline", "--no-baseline"],
            "Run the test and verify commands once on the base commit; what fails there already is not held against an agent."
        ),
        SettingEntry(
            "display",
            .choice(["auto", "tty", "plain", "json", "quiet"]),
            standard: .text("auto"),
            flags: ["--display", "--quiet"],
            "How progress is shown; `auto` is `tty` on a terminal and `plain` elsewhere."
        ),
    ]

    private static let limits: [SettingEntry] = [
        SettingEntry(
            "attempt_timeout",
            .duration,
            standard: .duration(.seconds(3600)),
            "Longest time one attempt of an agent may take."
        ),
        SettingEntry(
            "silence_timeout",
            .duration,
            standard: .duration(.seconds(900)),
            "Longest time an agent may print nothing before it is ended."
        ),
        SettingEntry(
            "grace",
            .duration,
            standard: .duration(.seconds(5)),
            "Time between the request to stop (SIGTERM) and the end (SIGKILL)."
        ),
        SettingEntry(
            "reservation_wait",
            .duration,
            standard: .duration(.seconds(600)),
            "How long a run waits, before it begins, for files of its agents that another run or a `started` file has in hand; "
                + "then it begins all the same."
        ),
        SettingEntry(
            "max_attempts",
            .integer(1...10),
            standard: .integer(2),
            "Attempts per agent when its engine crashes or is overloaded."
        ),
        SettingEntry(
            "command_timeout",
            .duration,
            standard: .duration(.seconds(900)),
            "Longest time each test, verify and setup command may take."
        ),
    ]

    private static let budget: [SettingEntry] = [
        SettingEntry(
            "budget.agent_tokens",
            .integer(mostTokens),
            standardNote: "no limit",
            "Tokens, input and output, that one agent may use in all its attempts; over it the attempt is ended."
        ),
        SettingEntry(
            "budget.agent_usd",
            .amount,
            standardNote: "no limit",
            "US dollars that one agent may cost, where its engine tells the cost."
        ),
        SettingEntry(
            "budget.run_tokens",
            .integer(mostTokens),
            standardNote: "no limit",
            flags: ["--budget-tokens"],
            "Tokens that all agents of a run may use; over it no agent is started any more, and the run can be resumed with "
                + "a larger budget."
        ),
        SettingEntry(
            "budget.run_usd",
            .amount,
            standardNote: "no limit",
            flags: ["--budget-usd"],
            "US dollars that all agents of a run may cost; as `budget.run_tokens`."
        ),
    ]

    private static let mostTokens = 1...1_000_000_000_000

    private static let gate: [SettingEntry] = [
        SettingEntry(
            "sandbox",
            .choice(["auto", "off", "required"]),
            standard: .text("auto"),
            flags: ["--sandbox"],
            "Whether agents run in a sandbox: `auto` where one is present, `required` refuses to run without."
        ),
        SettingEntry(
            "secrets",
            .choice(["warn", "block"]),
            standard: .text("warn"),
            "What a line that looks like a key or a password does: `warn` reports it, `block` refuses the work."
        ),
        SettingEntry(
            "largest_file",
            .size,
            standard: .sizeInBytes(5 << 20),
            "Work with a larger file than this is refused."
        ),
        SettingEntry(
            "no_work",
            .choice(["refuse", "allow"]),
            standard: .text("refuse"),
            "What becomes of an agent that ends without any change."
        ),
    ]

    private static let stores: [SettingEntry] = [
        SettingEntry(
            "stores.database",
            .databaseURL,
            standardNote: "an SQLite file in the state folder",
            environmentName: "SWITCHYARD_DATABASE_URL",
            "Where locks, queues, caches and the other services keep their data; `postgres://...` shares it between machines."
        ),
        SettingEntry(
            "stores.redis",
            .redisURL,
            standardNote: "none; the database does it",
            environmentName: "REDIS_URL",
            "Where cache, rate limits and pub/sub live instead of the database."
        ),
        SettingEntry(
            "stores.durability",
            .choice(["normal", "full"]),
            standard: .text("normal"),
            "For SQLite: `full` keeps every commit over a power failure, `normal` may lose the last ones; a dying process loses none."
        ),
        SettingEntry(
            "stores.pool_min",
            .integer(0...1_000),
            standard: .integer(5),
            "Connections to Postgres that are kept open by a process that keeps running."
        ),
        SettingEntry(
            "stores.pool_max",
            .integer(1...1_000),
            standard: .integer(50),
            "Connections to Postgres that a process opens at most."
        ),
        SettingEntry(
            "stores.share_with_agents",
            .flag,
            standard: .flag(true),
            "Hand the stores to agents: their environment names them, and the prompt tells of the verbs."
        ),
    ]

    private static let surroundings: [SettingEntry] = [
        SettingEntry(
            "guard.allowed_git_protocols",
            .choices(["file", "git", "http", "https", "ssh"]),
            standard: .list([]),
            "Transports that git may use inside agents, for package managers that fetch with git; none by default. Pushes "
                + "from an agent's worktree are refused all the same."
        ),
        SettingEntry(
            "worktree_include_limit",
            .size,
            standard: .sizeInBytes(256 << 20),
            "Most that the files named in `.worktreeinclude` may take in one worktree; more is an error before an agent starts."
        ),
        SettingEntry(
            "hooks.setup",
            .commands,
            standard: .list([]),
            "Commands run in each new worktree before its engine starts."
        ),
        SettingEntry(
            "hooks.alert",
            .commands,
            standard: .list([]),
            "Commands that are told of alerts: each gets `{\"severity\", \"source\", \"text\", \"key\"}` on its standard input, within "
                + "10 seconds. A web hook is `curl -fsS -d @- https://...`."
        ),
        SettingEntry(
            "hooks.alert_severity",
            .choice(["info", "warning", "critical"]),
            standard: .text("warning"),
            "Alerts below it are kept for `switchyard alerts` and told to no command."
        ),
        SettingEntry(
            "environment.inherit",
            .names,
            standard: .list([]),
            "Environment variables handed on to every engine, besides `PATH`, `HOME`, `LANG`, `LC_*`, `TERM` and `TZ`."
        ),
        SettingEntry(
            "paths.output",
            .text,
            standard: .text("docs/agent-output"),
            "Folder for reports and blockers."
        ),
        SettingEntry(
            "paths.data",
            .text,
            standard: .text("data"),
            "Folder of the ledger's data files: tickets, findings, decisions, requeue."
        ),
        SettingEntry(
            "paths.prompts",
            .text,
            standard: .text("prompts/active"),
            "Folder for the task files that triage and dispatch write."
        ),
        SettingEntry(
            "paths.state",
            .text,
            standard: .text(".switchyard"),
            "Folder for journals, worktrees and logs; ignored by git."
        ),
    ]
}
