import Foundation
package import Git

/// What the guarded repository looked like before an attempt, with what it takes to put it back.
package struct GuardSnapshot: Sendable {
    /// Refs, heads and hashes of the files that steer git.
    package var references: RefSnapshot
    /// Bytes of the small files by path below the common git folder.
    var files: [String: GuardFiles.Content]
    /// Sizes of reflogs by path below the common git folder: what comes after them was written during the attempt.
    var logSizes: [String: Int]
    /// Size of the guard's own log of refusals.
    var refusalLogSize: Int
    /// Branches of remotes, when they were asked.
    var remotes: [String: [String: OID]]

    /// Reads the repository before an attempt of that agent.
    ///
    /// - `remotes`: names of remotes to ask for their branches, to find pushes; needs the network.
    package static func take(
        _ site: GuardSite,
        remotes: [String] = [],
        command: GitCommand? = nil,
        tools: GuardTools
    ) async throws(OrchestratorError) -> GuardSnapshot {
        var snapshot = try await tools.withRepository(
            site.commonFolder,
            doing: "look at the repository before the attempt"
        ) {
            repository throws(GitError) in
            let references = try RefSnapshot.take(of: repository)
            return GuardSnapshot(
                references: references,
                files: Self.files(site, references),
                logSizes: Self.logSizes(site.commonFolder),
                refusalLogSize: GuardFiles.size(site.refusalLog),
                remotes: [:]
            )
        }
        guard let command else { return snapshot }
        for remote in remotes {
            // A remote that does not answer is no reason to stop; a push is then found only by its own refusal.
            if let found = try? await command.remoteReferences(remote, in: site.commonFolder) {
                snapshot.remotes[remote] = found
            }
        }
        return snapshot
    }

    /// Settings, hooks, info and the guard's own files are small; `packed-refs` is left out, because refs are compared
    /// one by one.
    static func files(_ site: GuardSite, _ references: RefSnapshot) -> [String: GuardFiles.Content] {
        var paths = Set(references.files.keys)
        paths.remove("packed-refs")
        paths.insert(site.worktreeGitFolder.dropFirst(site.commonFolder.count + 1) + "/config.worktree")
        let guarded = site.folder.dropFirst(site.commonFolder.count + 1)
        paths.insert("\(guarded)/\((site.settings as NSString).lastPathComponent)")
        for name in GuardFiles.files(below: site.hooks) { paths.insert("\(guarded)/hooks/\(name)") }
        var files: [String: GuardFiles.Content] = [:]
        for path in paths { files[path] = GuardFiles.content("\(site.commonFolder)/\(path)") }
        return files
    }

    /// Replaces the shared files by ``sharedFiles(_:)`` from before the first agent of the wave began.
    ///
    /// A snapshot that is taken while others work may hold what one of them has just done, and must not bring it back
    /// after that one's own inspection.
    mutating func rely(on shared: [String: GuardFiles.Content]) {
        files = files.filter { !Self.isShared($0.key) }.merging(shared) { $1 }
    }

    /// The settings, hooks and `info` files that all worktrees share, by path below the common git folder.
    static func sharedFiles(_ common: String) -> [String: GuardFiles.Content] {
        let paths =
            ["config", "config.worktree"]
            + ["hooks", "info"].flatMap { folder in
                GuardFiles.files(below: "\(common)/\(folder)").map { "\(folder)/\($0)" }
            }
        var files: [String: GuardFiles.Content] = [:]
        for path in paths { files[path] = GuardFiles.content("\(common)/\(path)") }
        return files
    }

    private static func isShared(_ path: String) -> Bool {
        ["config", "config.worktree"].contains(path) || path.hasPrefix("hooks/") || path.hasPrefix("info/")
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
