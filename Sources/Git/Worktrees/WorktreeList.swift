import Dispatch
import Glibc
import Locking

/// The linked worktrees of a repository: listing and removal.
package struct WorktreeList: Sendable {
    /// Absolute path of the main repository (working tree or git folder).
    package let repository: String

    package init(repository: String) {
        self.repository = repository
    }

    /// All linked worktrees by name, stale ones included.
    package func all() throws(GitError) -> [Worktree] {
        let handle = try Repository(path: repository)
        let common = handle.commonDirectory
        var worktrees: [Worktree] = []
        for name in try FileBytes.names(in: common + "/worktrees") {
            let folder = common + "/worktrees/" + name
            guard let pointer = try FileBytes.line(folder + "/gitdir") else { continue }
            let path = pointer.hasSuffix("/.git") ? String(pointer.dropLast(5)) : pointer
            let head = try FileBytes.line(folder + "/HEAD") ?? ""
            let branch = head.hasPrefix("ref: ") ? String(head.dropFirst(5)) : nil
            // An agent can write what it wants there: a name that git refuses leads to no commit.
            let commit = if let branch { try? handle.reference(branch) } else { try? OID(hex: head) }
            worktrees.append(
                Worktree(
                    name: name,
                    path: path,
                    branch: branch,
                    head: commit,
                    isLocked: FileBytes.exists(folder + "/locked"),
                    isStale: !FileBytes.exists(pointer)
                )
            )
        }
        return worktrees
    }

    /// Removes a worktree at once: renames its folder into the trash folder (same file system), drops the metadata,
    /// and deletes its branch if it stands at the given commit.
    ///
    /// A folder that is gone is fine.
    ///
    /// Uncommitted files go to the trash with the folder: commit or save them first.
    ///
    /// - `trash`: absolute path of a folder, created if needed; empty it with ``emptyTrash(_:)`` later.
    /// - `deletingBranchAt`: the commit the branch must stand at to be deleted; `nil` keeps the branch.
    /// - Returns whether the branch was deleted.
    @discardableResult
    package func remove(_ worktree: Worktree, trash: String, deletingBranchAt: OID?) throws(GitError) -> Bool {
        let handle = try Repository(path: repository)
        let metadata = handle.commonDirectory + "/worktrees/" + worktree.name
        guard GitPath(worktree.name).isSafe, !worktree.name.contains("/") else {
            throw GitError(
                code: .unsafePath,
                message: "cannot remove the worktree '\(worktree.name)': that is not a worktree's name",
                subject: worktree.name
            )
        }
        if let pointer = try FileBytes.line(metadata + "/gitdir"), pointer != worktree.path + "/.git" {
            throw GitError(
                code: .refused,
                message:
                    "cannot remove the worktree '\(worktree.name)': it is at '\(pointer)', not at '\(worktree.path)'",
                subject: worktree.path,
                hint: "list the worktrees again"
            )
        }
        try FileBytes.makeFolders(trash)
        try moveToTrash(worktree.path, trash: trash, name: worktree.name)
        try FileBytes.removeAll(metadata)
        guard let branch = worktree.branch, let commit = deletingBranchAt else { return false }
        guard try handle.reference(branch) == commit else { return false }
        try handle.deleteReference(branch, expecting: commit)
        return true
    }

    private func moveToTrash(_ path: String, trash: String, name: String) throws(GitError) {
        var number = 0
        while FileBytes.exists("\(trash)/\(name)-\(number)") { number += 1 }
        guard rename(path, "\(trash)/\(name)-\(number)") != 0 else { return }
        let status = errno
        if status == ENOENT { return }
        // The trash lies on another file system: the folder must be deleted here and now.
        guard status == EXDEV else { throw GitError.system("move to the trash", path, status: status) }
        try FileBytes.removeAll(path)
    }

    /// Drops the metadata of unlocked worktrees whose folder is gone, and gives their names.
    ///
    /// - `prefix`: only of those whose names begin so; others may be the user's, who can repair what was moved.
    @discardableResult
    package func pruneStale(named prefix: String) throws(GitError) -> [String] {
        let common = try Repository(path: repository).commonDirectory
        var pruned: [String] = []
        for worktree in try all() where worktree.isStale && !worktree.isLocked && worktree.name.hasPrefix(prefix) {
            try FileBytes.removeAll(common + "/worktrees/" + worktree.name)
            pruned.append(worktree.name)
        }
        return pruned
    }

    /// Deletes everything in the trash folder, on all processors; slow, so call it in the background.
    ///
    /// Throws the first error met, after everything else is gone.
    package static func emptyTrash(_ trash: String) throws(GitError) {
        let names = try FileBytes.names(in: trash)
        let failure = Lock<GitError?>(nil)
        DispatchQueue.concurrentPerform(iterations: names.count) { number in
            do throws(GitError) {
                try FileBytes.removeAll(trash + "/" + names[number])
            } catch {
                failure.withLock { if $0 == nil { $0 = error } }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
