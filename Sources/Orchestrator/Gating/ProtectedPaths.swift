package import RunModel

/// Paths that no agent may change unless a row of its ownership names them.
///
/// They steer git, the build servers, the agents, or the runner itself: whoever may change them may change what the
/// next run does.
package struct ProtectedPaths: Sendable {
    /// Why a path is protected, as it reads in a message: `configures git`.
    package struct Rule: Sendable {
        package var why: String
        /// Over paths folded by ``PathFolding/key(_:)``.
        var matcher: PathMatcher
    }

    private static let table: [(why: String, globs: [String])] = [
        ("configures git", ["**/.gitattributes", "**/.gitmodules", "**/.gitconfig", "**/.mailmap", ".githooks/**"]),
        (
            "defines what build servers run",
            [
                ".github/**", ".gitlab/**", ".gitlab-ci.yml", ".gitlab-ci.yaml", ".circleci/**", ".buildkite/**",
                ".travis.yml", ".drone.yml", ".woodpecker/**", ".woodpecker.yml", ".cirrus.yml", ".teamcity/**",
                ".azure-pipelines/**", "azure-pipelines.{yml,yaml}", "bitbucket-pipelines.yml", "appveyor.yml",
                ".appveyor.yml", "Jenkinsfile", "Jenkinsfile.*", "cloudbuild.{yml,yaml}", "buildspec.{yml,yaml}",
                ".forgejo/**", ".gitea/**", ".ci/**",
            ]
        ),
        (
            "runs when somebody commits",
            [
                ".husky/**", ".pre-commit-config.{yml,yaml}", "lefthook.{yml,yaml}", ".lefthook.{yml,yaml}",
                ".overcommit.yml",
            ]
        ),
        (
            "instructs agents",
            [
                "**/AGENTS.md", "**/AGENTS.override.md", "**/CLAUDE.md", "**/CLAUDE.local.md", "**/GEMINI.md",
                ".claude/**",
                ".codex/**", ".gemini/**", ".cursor/**", ".cursorrules", ".windsurf/**", ".windsurfrules",
                ".clinerules",
                ".clinerules/**", ".aider.conf.yml", ".mcp.json", ".opencode/**", ".junie/**", ".agents/**",
            ]
        ),
        ("configures the runner", ["switchyard.{yml,yaml}", ".switchyard/**", ".worktreeinclude"]),
    ]

    private let rules: [Rule]

    /// Adds the task file itself when it lies in the repository (path relative to the root).
    package init(taskFile: String?) {
        var rules = Self.table.flatMap { why, globs in
            globs.map { glob in Self.rule(why, PathPattern(kind: .glob, text: glob)) }
        }
        if let taskFile, !taskFile.isEmpty {
            rules.append(Self.rule("is the task file of this run", PathPattern(kind: .path, text: taskFile)))
        }
        self.rules = rules
    }

    private static func rule(_ why: String, _ pattern: PathPattern) -> Rule {
        let folded = PathPattern(kind: pattern.kind, text: PathFolding.key(Array(pattern.text.utf8)))
        return Rule(why: why, matcher: PathMatcher(folded))
    }

    /// The rule that protects the path, or `nil`.
    ///
    /// Case and normalisation do not help around it: `.GITATTRIBUTES` is `.gitattributes` on many machines.
    package func rule(for path: [UInt8]) -> Rule? {
        let folded = Array(PathFolding.key(path).utf8)
        return rules.first { $0.matcher.matches(folded) }
    }

    /// Tells whether a row names this protected path, rather than covering it by a broad glob or folder.
    ///
    /// A row names it when the row's own text, read as a path, is protected by the same rule: `.github/workflows/` and
    /// `**/CLAUDE.md` do, `**` and `docs/` do not.
    package func isNamed(_ path: [UInt8], under rule: Rule, by row: OwnedPath) -> Bool {
        guard PathMatcher(row.pattern).matches(path) else { return false }
        let text = PathFolding.key(Array(row.pattern.text.utf8))
        return Self.isInside(PathPattern(kind: row.pattern.kind, text: text), rule.matcher)
    }

    /// Tells whether everything a row can match lies where the matcher matches, as far as its text shows.
    static func isInside(_ pattern: PathPattern, _ matcher: PathMatcher) -> Bool {
        matcher.matches(pattern.kind == .folder ? pattern.text + "/x" : pattern.text)
    }
}
