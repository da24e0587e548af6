/// Tells commands from prose.
enum CommandShape {
    private static let tools: Set<String> = [
        "pytest", "py.test", "python", "python3", "node", "npm", "npx", "yarn", "pnpm", "bun", "bunx", "deno", "cargo",
        "swift",
        "xcodebuild", "xcrun", "mvn", "gradle", "bash", "sh", "zsh", "cd", "git", "ruff", "black", "mypy", "flake8",
        "pyright",
        "pylint", "eslint", "tsc", "jest", "vitest", "mocha", "rspec", "bundle", "rake", "ruby", "php", "composer",
        "phpunit",
        "dotnet", "docker", "docker-compose", "kubectl", "terraform", "curl", "wget", "ls", "grep", "rg", "wc", "cmp",
        "awk",
        "sed", "jq", "mkdir", "cp", "mv", "rm", "chmod", "tox", "nox", "poetry", "pipenv", "pip", "pip3", "uv", "uvx",
        "hatch",
        "pre-commit", "prettier", "shellcheck", "ctest", "cmake", "ninja", "meson", "bazel", "sbt", "lein", "elixir",
        "cabal",
        "zig", "dart", "flutter", "playwright", "cypress", "swiftlint", "swift-format", "swiftformat", "psql",
        "sqlite3", "export",
        "echo", "printf", "ln", "gh", "make", "go", "just", "test", "[", "cat", "find", "diff", "source", ".",
        "timeout", "env",
        "time", "set", "touch", "head", "tail", "sort", "true", "mix", "stack", "rubocop", "golangci-lint", "rustc",
        "gcc", "clang",
        "java", "javac", "perl", "coverage", "alembic", "flask", "django-admin", "uvicorn", "gunicorn", "nohup", "exit",
        "if", "for",
        "while", "until", "!", "((", "[[", "tsx", "biome", "oxlint", "turbo", "nx", "lerna", "vite", "webpack", "hugo",
        "jekyll",
    ]
    /// Tools that are English words too: prose unless what follows looks like arguments.
    private static let ambiguous: Set<String> = [
        "make", "go", "just", "test", "cat", "find", "source", "time", "set", "touch", "head", "tail", "sort", "true",
        "mix",
        "stack", "node", "black", "swift", "env", "git", "if", "for", "while", "until", "exit", "export", "diff",
        "echo", "ruby",
        "java", "perl", "coverage", "hatch", "cargo", "dart", "flutter", "poetry", "bundle", "composer", "docker",
        "python", "jest",
        "bun", "deno", "pip", "pytest", "mocha", "cypress", "playwright", "gradle", "timeout", "flask", "nox", "tox",
        "curl", "bash",
        "yarn", "npm", "rake", "terraform", "stack", "ninja", "meson", "bazel", ".",
    ]
    private static let subcommands: Set<String> = [
        "test", "build", "run", "check", "lint", "vet", "exec", "install", "ci", "tests", "fmt", "clippy", "bench",
        "compile",
        "status", "diff", "log", "verify", "typecheck", "unit", "all", "coverage", "up", "validate", "spec", "e2e",
        "integration",
        "push", "commit", "add", "merge", "checkout", "fetch", "pull", "package", "nextest", "dev", "start",
    ]
    private static let runners: Set<String> = [
        "pytest", "py.test", "unittest", "jest", "vitest", "mocha", "rspec", "phpunit", "ctest", "tox", "nox",
        "playwright",
        "cypress", "test", "tests", "nextest", "spec", "check",
    ]

    /// Whether a text is a shell command.
    ///
    /// In prose (`isCode` false) words of the language need arguments behind them.
    static func isCommand(_ text: String, isCode: Bool) -> Bool {
        var words = text.split(separator: " ", maxSplits: 12, omittingEmptySubsequences: true)[...]
        while let first = words.first, isAssignment(first) || first == "sudo" || first == "time" { words.removeFirst() }
        guard let first = words.first, text.utf8.count < 4_000 else { return false }
        let name = String(first)
        let rest = words.dropFirst()
        if name.hasPrefix("./") || (name.contains("/") && name.hasSuffix(".sh")) || isToolPath(name) {
            return isCode || !name.hasSuffix("/")
        }
        guard tools.contains(name) else { return false }
        guard let next = rest.first else {
            return isCode && !["test", "make", "go", "set", "true", "if", "."].contains(name) || name == "pytest"
        }
        if isCode, !["test", "if", "for", "while", "go", "find", "set", "time"].contains(name) { return true }
        guard ambiguous.contains(name) else { return true }
        if isSentence(text) { return false }
        // An option behind one bare word: `cargo tree -p core`.
        if !["make", "set", "go"].contains(name), rest.dropFirst().first.map(isOption) == true { return true }
        return isArgument(next) || subcommands.contains(String(next)) || text.contains("&&") || text.contains(" | ")
    }

    private static func isToolPath(_ name: String) -> Bool {
        guard name.contains("/"), let tool = name.split(separator: "/").last else { return false }
        return name.hasPrefix(".venv/") || name.hasPrefix("node_modules/.bin/") || name.hasPrefix("bin/")
            || name.hasPrefix("vendor/bin/")
            || (name.hasPrefix("scripts/") && !tool.contains("."))
    }

    private static func isAssignment(_ word: Substring) -> Bool {
        guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
        return word[..<equals].allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" }
    }

    private static func isArgument(_ word: Substring) -> Bool {
        word.hasPrefix("-") || word.contains("/") || word.contains("=") || word.hasPrefix("\"") || word.hasPrefix("'")
            || word.hasPrefix("$") || word.hasPrefix(".") || word.contains("*") || word.hasPrefix("@")
            || (word.contains(".") && !word.hasSuffix(".")) || word.hasPrefix("<") || word.contains(":")
    }

    private static func isOption(_ word: Substring) -> Bool {
        let name = word.drop { $0 == "-" }
        return name.count < word.count && name.first?.isLetter == true
    }

    private static func isSentence(_ text: String) -> Bool {
        text.hasSuffix(".") && !text.hasSuffix(" .") && text.split(separator: " ").count > 4 && !text.contains(" -")
    }

    /// Whether a command runs tests.
    static func runsTests(_ text: String) -> Bool {
        let words = text.split { $0 == " " || $0 == ":" || $0 == "&" || $0 == ";" }
        return words.contains { runners.contains($0.split(separator: "/").last.map(String.init) ?? "") }
    }

    /// What a step does to the shell it runs in.
    enum Effect {
        /// Goes to a folder outside the worktree, or talks: nothing to run.
        case none
        /// Prepares the shell of the following commands.
        case setup
        case command
    }

    static func effect(_ step: String) -> Effect {
        let words = ShellCommands.words(step)
        switch words.first {
        case "cd":
            guard words.count > 1, let first = words[1].first else { return .none }
            return "/~$".contains(first) || words[1] == ".." || words[1] == "." || words[1] == "-" ? .none : .setup
        case "source", ".", "export", "set", "conda", "nvm", "pyenv": return .setup
        case "echo", "printf", "pwd", "true", "exit", "clear", "date": return .none
        case .some(let word) where words.count == 1 && isAssignment(Substring(word)): return .setup
        case "git": return .none
        case nil: return .none
        default: return .command
        }
    }
}
