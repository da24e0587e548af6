import Git

/// What all worktrees of a repository share and an agent must not change, as it was at one moment.
struct SharedState: Sendable {
    /// Refs and heads.
    var references: RefSnapshot
    /// Bytes of the settings, hooks and `info` files by path below the common git folder.
    var files: [String: GuardFiles.Content]
    /// Sizes of reflogs by path below the common git folder: what comes after them was written later.
    var logSizes: [String: Int]
    /// Refs that should have been put back and moved at that moment.
    var unsettled: Set<String> = []

    /// Reads it; blocking.
    static func take(_ repository: borrowing Repository, commonFolder: String) throws(GitError) -> SharedState {
        // The logs first: an entry that is written meanwhile is read twice rather than never.
        let sizes = logSizes(commonFolder)
        return SharedState(
            references: try RefSnapshot.take(of: repository),
            files: files(commonFolder),
            logSizes: sizes
        )
    }

    /// The settings, hooks and `info` files that all worktrees share, by path below the common git folder.
    static func files(_ common: String) -> [String: GuardFiles.Content] {
        let paths =
            ["config", "config.worktree"]
            + ["hooks", "info"].flatMap { folder in
                GuardFiles.files(below: "\(common)/\(folder)").map { "\(folder)/\($0)" }
            }
        var files: [String: GuardFiles.Content] = [:]
        for path in paths { files[path] = GuardFiles.content("\(common)/\(path)") }
        return files
    }

    private static func logSizes(_ common: String) -> [String: Int] {
        var sizes: [String: Int] = [:]
        for folder in ["logs", "worktrees"] {
            for name in GuardFiles.files(below: "\(common)/\(folder)")
            where folder == "logs" || name.hasSuffix("/logs/HEAD") {
                sizes["\(folder)/\(name)"] = GuardFiles.size("\(common)/\(folder)/\(name)")
            }
        }
        return sizes
    }
}
