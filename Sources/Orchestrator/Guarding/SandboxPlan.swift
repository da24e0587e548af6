package import ChildProcesses
import Foundation

/// Computes what an agent's processes may write: their worktree, and of the git folder what their commits need.
package struct SandboxPlan: Sendable {
    package let site: GuardSite
    /// Absolute path of the main working tree, or of the bare repository.
    package let repository: String
    /// Folder that holds the worktrees of all runs; the other ones in it become read-only.
    package let worktrees: String
    /// URLs or paths of the repository's remotes; those on this machine become read-only.
    package let remotes: [String]

    package init(site: GuardSite, repository: String, worktrees: String, remotes: [String] = []) {
        self.site = site
        self.repository = repository
        self.worktrees = worktrees
        self.remotes = remotes
    }

    /// Folders of the git folder that must exist before the sandbox starts, because only what exists can be opened.
    package var neededFolders: [String] {
        let branchFolder = String(site.refFolder.dropLast())
        return [
            "\(site.commonFolder)/\(branchFolder)", "\(site.commonFolder)/logs/\(branchFolder)", site.refusals,
        ]
    }

    /// The policy for that mechanism; `nil` when there is none.
    ///
    /// - `temporaryFolder`: becomes `/tmp`; `nil` gives one in memory.
    /// - `extraWritable`: what the engine's settings name, for example its own state below the home folder.
    package func policy(
        kind: SandboxKind,
        temporaryFolder: String? = nil,
        extraWritable: [String] = []
    ) -> SandboxPolicy? {
        guard kind != .none else { return nil }
        let local = remotes.compactMap { Self.localPath($0, relativeTo: repository) }
        let writable =
            [site.worktree, site.commonFolder + "/objects", site.worktreeGitFolder] + neededFolders + extraWritable
        return SandboxPolicy(
            kind: kind,
            writablePaths: writable,
            readOnlyPaths: Self.unique([repository, site.commonFolder, worktrees] + local),
            hiddenPaths: [],
            temporaryFolder: temporaryFolder
        )
    }

    /// Creates the ``neededFolders``.
    package func prepare(tools: GuardTools) async throws(OrchestratorError) {
        let folders = neededFolders
        let failed = await tools.blocking { () -> String? in
            folders.first { (try? GuardFiles.createFolder($0)) == nil }
        }
        if let failed {
            throw OrchestratorError(
                .isolationBroken,
                "Cannot create the folder '\(failed)', which the sandbox of agent \(site.agent) needs.",
                hint: "Check free space and who owns '\(site.commonFolder)'."
            )
        }
    }

    /// The folder a remote's URL means on this machine, or `nil` when it goes over the network.
    static func localPath(_ url: String, relativeTo folder: String) -> String? {
        if url.hasPrefix("file://") {
            let rest = url.dropFirst("file://".count)
            return rest.firstIndex(of: "/").map { String(rest[$0...]) }
        }
        if url.hasPrefix("/") { return url }
        // `host:path` and `scheme://` go over the network; a colon behind a slash belongs to a path.
        let beforeColon = url.prefix { $0 != ":" }
        if beforeColon.count < url.count, !beforeColon.contains("/") { return nil }
        return url.isEmpty
            ? nil : URL(filePath: folder).appending(path: url).standardizedFileURL.path(percentEncoded: false)
    }

    private static func unique(_ paths: [String]) -> [String] {
        var seen: Set<String> = []
        return paths.filter { seen.insert($0).inserted }
    }
}
