import Git

/// The repository a command was started in.
struct RepositoryPlace: Sendable, Hashable {
    /// Root of the main working tree, or of the bare repository; absolute, no slash at the end.
    var root: String
    /// The git folder shared by all worktrees.
    var gitFolder: String
    var isBare: Bool

    /// Finds the repository the folder lies in; a linked worktree leads to its main one.
    ///
    /// - Throws: `CommandFailure` of the environment kind when there is none that can be used.
    static func require(from folder: String) async throws(CommandFailure) -> RepositoryPlace {
        do {
            return try await GitLane(name: "place").run { () throws(GitError) -> RepositoryPlace in
                let repository = try Repository(discoverFrom: folder)
                let gitFolder = repository.commonDirectory
                if repository.isLinkedWorktree, gitFolder.hasSuffix("/.git") {
                    return RepositoryPlace(root: String(gitFolder.dropLast(5)), gitFolder: gitFolder, isBare: false)
                }
                return RepositoryPlace(
                    root: repository.workingDirectory ?? gitFolder,
                    gitFolder: gitFolder,
                    isBare: repository.workingDirectory == nil
                )
            }
        } catch {
            throw failure(error, folder: folder)
        }
    }

    /// An absolute path for one that the settings give relative to the repository.
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : root + "/" + path }

    private static func failure(_ error: GitError, folder: String) -> CommandFailure {
        guard error.code == .notRepository || error.code == .notFound else { return CommandFailure(explaining: error) }
        return .environment(
            "'\(folder)' does not lie in a git repository.",
            hint: "Go to one, or make one: git init && git commit --allow-empty -m 'first commit'"
        )
    }
}
