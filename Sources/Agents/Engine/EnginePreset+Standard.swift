extension EnginePreset {
    /// The presets that come with the product, by name.
    package static let standard: [String: EnginePreset] = Dictionary(
        uniqueKeysWithValues: [claude, codex, gemini, qwen, openCode, goose, aider, cursor, copilot, amp, vibe].map {
            ($0.name, $0)
        }
    )

    /// Reaching a model through a company's proxy and certificates.
    private static let network = [
        "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE",
        "NODE_EXTRA_CA_CERTS",
    ]

    private static let claude = EnginePreset(
        name: "claude",
        words: ["claude", "-p", "--output-format", "stream-json", "--verbose"],
        sandboxedWords: ["--permission-mode", "bypassPermissions"],
        openWords: ["--permission-mode", "acceptEdits", "--allowedTools", "Bash Edit Write NotebookEdit"],
        modelWords: ["--model", "{model}"],
        format: .claudeStream,
        // Without a bound a wrong key is tried again for minutes.
        environment: [
            "CLAUDE_CODE_MAX_RETRIES": "4", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
        ],
        // As root it refuses to work without asking unless it is told of the sandbox.
        sandboxedEnvironment: ["IS_SANDBOX": "1"],
        inherited: [
            "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "CLAUDE_CODE_OAUTH_TOKEN",
            "CLAUDE_CONFIG_DIR",
        ] + network,
        remedy: "install Claude Code, then log in with `claude` or set ANTHROPIC_API_KEY"
    )

    private static let codex = EnginePreset(
        name: "codex",
        words: ["codex", "exec", "--json", "--color", "never"],
        sandboxedWords: ["--dangerously-bypass-approvals-and-sandbox"],
        openWords: ["-s", "workspace-write"],
        modelWords: ["-m", "{model}"],
        lastWords: ["-"],
        format: .codexLines,
        inherited: ["CODEX_API_KEY", "OPENAI_API_KEY", "CODEX_HOME"] + network,
        usageStatuses: [2],
        remedy: "install the Codex CLI, then log in with `codex login` or set CODEX_API_KEY"
    )

    private static let gemini = EnginePreset(
        name: "gemini",
        words: ["gemini", "-o", "stream-json", "--approval-mode=yolo", "--skip-trust"],
        modelWords: ["-m", "{model}"],
        format: .geminiStream,
        environment: ["GEMINI_CLI_TRUST_WORKSPACE": "true"],
        inherited: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GEMINI_CLI_HOME", "GOOGLE_GEMINI_BASE_URL"] + network,
        usageStatuses: [42, 44, 52, 55],
        remedy: "install the Gemini CLI, then log in with `gemini` or set GEMINI_API_KEY"
    )

    private static let qwen = EnginePreset(
        name: "qwen",
        words: ["qwen", "-o", "stream-json", "--yolo"],
        modelWords: ["-m", "{model}"],
        format: .claudeStream,
        inherited: ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"] + network,
        remedy: "install Qwen Code and set OPENAI_API_KEY"
    )

    private static let openCode = EnginePreset(
        name: "opencode",
        words: ["opencode", "run", "--format", "json", "--auto"],
        modelWords: ["--model", "{model}"],
        format: .openCodeLines,
        environment: ["OPENCODE_DISABLE_AUTOUPDATE": "1"],
        inherited: ["OPENCODE_CONFIG", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"] + network,
        remedy: "install OpenCode and log in with `opencode auth login`"
    )

    private static let goose = EnginePreset(
        name: "goose",
        words: ["goose", "run", "-i", "-", "--no-session", "-q"],
        environment: ["GOOSE_MODE": "auto"],
        inherited: ["GOOSE_PROVIDER", "GOOSE_MODEL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"] + network,
        remedy: "install goose and choose a provider with `goose configure`"
    )

    private static let aider = EnginePreset(
        name: "aider",
        words: ["aider", "--yes-always", "--no-stream", "--no-pretty", "--no-check-update"],
        modelWords: ["--model", "{model}"],
        lastWords: ["--message-file", "{prompt_file}"],
        channel: .file,
        inherited: ["OPENAI_API_BASE", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"] + network,
        remedy: "install aider and set the key of its model"
    )

    private static let cursor = EnginePreset(
        name: "cursor",
        words: ["cursor-agent", "--output-format", "stream-json", "--force", "--trust"],
        modelWords: ["--model", "{model}"],
        lastWords: ["-p", "{prompt}"],
        channel: .argument,
        format: .claudeStream,
        inherited: ["CURSOR_API_KEY"] + network,
        remedy: "install the Cursor CLI and set CURSOR_API_KEY"
    )

    private static let copilot = EnginePreset(
        name: "copilot",
        words: ["copilot", "-s", "--allow-all-tools", "--no-ask-user"],
        modelWords: ["--model", "{model}"],
        environment: ["COPILOT_AUTO_UPDATE": "false"],
        inherited: ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "COPILOT_HOME"] + network,
        remedy: "install the Copilot CLI and set COPILOT_GITHUB_TOKEN"
    )

    private static let amp = EnginePreset(
        name: "amp",
        words: ["amp", "--stream-json", "--dangerously-allow-all", "-x"],
        format: .claudeStream,
        inherited: ["AMP_API_KEY"] + network,
        remedy: "install Amp and set AMP_API_KEY"
    )

    private static let vibe = EnginePreset(
        name: "vibe",
        words: ["vibe", "--auto-approve", "--trust"],
        lastWords: ["--prompt-file", "{prompt_file}"],
        channel: .file,
        inherited: ["MISTRAL_API_KEY"] + network,
        remedy: "install Mistral Vibe and set MISTRAL_API_KEY"
    )
}
