import Foundation

/// Writes a worktree's files as they are into a tree, without touching its index, branch or state.
struct WorktreeSnapshot: Sendable {
    let site: GuardSite

    /// The tree (hex) of everything but ignored files; conflicted files are taken with their markers.
    func tree(tools: GuardTools) async throws(OrchestratorError) -> String {
        let site = site
        let index = "\(site.worktreeGitFolder)/index.switchyard-rescue"
        await tools.blocking {
            // A copy saves hashing every file again; without one git starts from nothing, which is only slower.
            unlink(index)
            try? FileManager.default.copyItem(atPath: site.worktreeGitFolder + "/index", toPath: index)
        }
        let own = ["GIT_INDEX_FILE": index, "GIT_DIR": site.worktreeGitFolder, "GIT_WORK_TREE": site.worktree]
        defer { unlink(index) }
        _ = try await tools.requireGit(
            ["-c", "core.hooksPath=/dev/null", "add", "--all", "--", "."],
            in: site.worktree,
            adding: own
        )
        return try await tools.requireGit(
            ["-c", "core.hooksPath=/dev/null", "write-tree"],
            in: site.worktree,
            adding: own
        )
    }
}
