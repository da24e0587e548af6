package import RunModel

/// Paths that no agent may change unless a row of its ownership names them.
///
/// They steer git, the build servers, the agents, or the runner itself: whoever may change them may change what the
/// next run does.
package struct ProtectedPaths: Sendable {
    /// Why a path is protected, as it reads in a message: `configures git`.
    package struct Rule: Sendable {
        package var why: String
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
            globs.map { Rule(why: why, matcher: PathMatcher(PathPattern(kind: .glob, text: $0))) }
        }
        if let taskFile, !taskFile.isEmpty {
            let pattern = PathPattern(kind: .path, text: taskFile)
            rules.append(Rule(why: "is the task file of this run", matcher: PathMatcher(pattern)))
        }
        self.rules = rules
    }

    /// The rule that protects the path, or `nil`. Case and normalisation do not help around it.
    package func rule(for path: [UInt8]) -> Rule? {
        rules.first { $0.matcher.matches(path) } ?? foldedRule(for: path)
    }

    /// `.GITATTRIBUTES` is `.gitattributes` on many machines.
    private func foldedRule(for path: [UInt8]) -> Rule? {
        let folded = Array(PathFolding.key(path).utf8)
        return folded == path ? nil : rules.first { $0.matcher.matches(folded) }
    }

    /// Tells whether a row names this protected path, rather than covering it by a broad glob or folder.
    ///
    /// A row names it when the row's own text, read as a path, is protected by the same rule: `.github/workflows/` and
    /// `**/CLAUDE.md` do, `**` and `docs/` do not.
    package func isNamed(_ path: [UInt8], under rule: Rule, by row: OwnedPath) -> Bool {
        guard PathMatcher(row.pattern).matches(path) else { return false }
        return Self.isInside(row.pattern, rule.matcher)
    }

    /// Tells whether everything a row can match lies where the matcher matches, as far as its text shows.
    static func isInside(_ pattern: PathPattern, _ matcher: PathMatcher) -> Bool {
        matcher.matches(pattern.kind == .folder ? pattern.text + "/x" : pattern.text)
    }
}
