import CLibGit2
import Dispatch
import Glibc
import Locking

/// One creation of several worktrees: metadata one after the other, then files, then indexes in parallel.
struct FanOutRun {
    let plan: FanOutPlan
    /// Absolute path of the main repository.
    let repository: String

    /// Creates all worktrees or none.
    func create(_ requests: [WorktreeRequest], threads: Int?) throws(GitError) -> [Worktree] {
        let handle = try Repository(path: repository)
        var undo = Undo(repository: repository)
        do throws(GitError) {
            for request in requests { try prepare(request, handle, &undo) }
            let threads = max(1, threads ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
            let writer = try FanOutWriter(
                plan: plan,
                commonDirectory: handle.commonDirectory,
                roots: requests.map(\.path)
            )
            try writer.write(threads: threads)
            try writeIndexes(requests, writer, threads: min(threads, requests.count), handle.commonDirectory)
            for request in requests { try verify(request) }
        } catch {
            undo.perform(commit: plan.commit)
            throw error
        }
        return requests.map { Worktree(name: $0.name, path: $0.path, branch: $0.branch, head: plan.commit) }
    }

    /// What was made so far, to be taken back.
    private struct Undo {
        let repository: String
        var folders: [String] = []
        var branches: [String] = []

        /// Takes back as much as it can: the error that led here is the one to report.
        func perform(commit: OID) {
            for folder in folders.reversed() { try? FileBytes.removeAll(folder) }
            guard let handle = try? Repository(path: repository) else { return }
            for branch in branches { try? handle.deleteReference(branch, expecting: commit) }
        }
    }

    private func prepare(
        _ request: WorktreeRequest,
        _ handle: borrowing Repository,
        _ undo: inout Undo
    ) throws(GitError) {
        guard GitPath(request.name).isSafe, !request.name.contains("/"), request.path.hasPrefix("/") else {
            throw GitError(
                code: .unsafePath,
                message: "cannot create the worktree '\(request.name)' at '\(request.path)'",
                subject: request.path,
                hint: "give it a name without slashes and an absolute path"
            )
        }
        guard try FileBytes.names(in: request.path).isEmpty else {
            throw GitError(
                code: .exists,
                message: "cannot create the worktree '\(request.path)': the folder is not empty",
                subject: request.path,
                hint: "choose another folder, or remove it"
            )
        }
        if let branch = request.branch { try makeBranch(branch, handle, &undo) }
        let existed = FileBytes.exists(request.path)
        try FileBytes.makeFolders(request.path)
        if !existed { undo.folders.append(request.path) }
        let common = handle.commonDirectory
        try FileBytes.makeFolders(common + "/worktrees")
        let metadata = common + "/worktrees/" + request.name
        guard mkdir(metadata, 0o777) == 0 else {
            let status = errno
            guard status == EEXIST else { throw GitError.system("create the folder", metadata, status: status) }
            throw GitError(
                code: .exists,
                message: "cannot create the worktree '\(request.name)': git has one of that name already",
                subject: request.name,
                hint: "remove it, or drop leftovers with: git worktree prune"
            )
        }
        undo.folders.append(metadata)
        // The lock keeps `git worktree prune` of another process away until the files are there.
        try FileBytes.create(metadata + "/locked", "initializing\n")
        try FileBytes.create(metadata + "/commondir", "../..\n")
        try FileBytes.create(metadata + "/gitdir", request.path + "/.git\n")
        try FileBytes.create(metadata + "/HEAD", request.branch.map { "ref: \($0)\n" } ?? "\(plan.commit)\n")
        undo.folders.append(request.path + "/.git")
        try FileBytes.create(request.path + "/.git", "gitdir: \(metadata)\n")
    }

    private func makeBranch(_ branch: String, _ handle: borrowing Repository, _ undo: inout Undo) throws(GitError) {
        if let current = try handle.reference(branch) {
            guard current == plan.commit else {
                throw GitError(
                    code: .exists,
                    message:
                        "cannot create the branch '\(branch)': it stands at \(current.short), not at \(plan.commit.short)",
                    subject: branch,
                    hint: "delete or rename it"
                )
            }
            return
        }
        try handle.createReference(branch, at: plan.commit, message: "branch: Created from \(plan.commit)")
        undo.branches.append(branch)
    }

    private func writeIndexes(
        _ requests: [WorktreeRequest],
        _ writer: FanOutWriter,
        threads: Int,
        _ common: String
    ) throws(GitError) {
        let failure = Lock<GitError?>(nil)
        let (tree, count) = (plan.tree, plan.files.count)
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            do throws(GitError) {
                let handle = try Repository(path: common)
                for number in stride(from: thread, to: requests.count, by: threads) {
                    let metadata = common + "/worktrees/" + requests[number].name
                    try Self.writeIndex(
                        metadata + "/index",
                        of: tree,
                        count: count,
                        writer.stamps(ofWorktree: number),
                        handle
                    )
                    unlink(metadata + "/locked")
                }
            } catch {
                failure.withLock { if $0 == nil { $0 = error } }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private static func writeIndex(
        _ path: String,
        of tree: OID,
        count: Int,
        _ stamps: UnsafeMutableBufferPointer<FileStamp>,
        _ handle: borrowing Repository
    ) throws(GitError) {
        let treeObject = try handle.lookUpTree(tree)
        let index = try Owned<IndexKind>.make("open the index", path) { git_index_open(&$0, path) }
        try check(git_index_read_tree(index.pointer, treeObject.pointer), "fill the index", path)
        guard git_index_entrycount(index.pointer) == count else {
            throw GitError(
                code: .verification,
                message: "cannot fill the index '\(path)': it has other files than the tree",
                subject: path
            )
        }
        for position in 0..<count {
            guard let entry = git_index_get_byindex(index.pointer, position) else { continue }
            // The entry is memory of this index, which nobody else has. Adding it anew would do the same at many times
            // the cost and drop the index's cached trees.
            stamps[position].apply(to: &UnsafeMutablePointer(mutating: entry).pointee)
        }
        try check(git_index_write(index.pointer), "write the index", path)
    }

    /// Opens the worktree as git would and compares what it stands at.
    private func verify(_ request: WorktreeRequest) throws(GitError) {
        let worktree = try Repository(path: request.path)
        let head = try worktree.head()
        let expected: Head = request.branch.map { .branch($0, plan.commit) } ?? .detached(plan.commit)
        guard head == expected else {
            throw GitError(
                code: .verification,
                message:
                    "cannot trust the worktree '\(request.path)': it stands at \(head.commit?.short ?? "nothing"), not at \(plan.commit.short)",
                subject: request.path
            )
        }
    }
}
