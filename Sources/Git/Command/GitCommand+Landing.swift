import ChildProcesses
import Dispatch
import Locking

extension GitCommand {
    /// Brings index and files of a worktree from one commit to another through external filters, without touching anything
    /// uncommitted; as ``Repository/moveWorkdir(from:to:)``.
    ///
    /// Git looks at all files before it writes the first, but takes ignored ones for worthless: so they are looked at here.
    ///
    /// - Returns: the paths in the way; when there are some, nothing was changed.
    func moveWorkdir(_ worktree: String, from old: OID, to new: OID) async throws(GitError) -> [GitPath] {
        let changed = try await changedPaths(worktree, from: old, to: new)
        let blocked = try await dirtyPaths(worktree, among: changed)
        // A landing that was cut off among the files left these behind: what is there already is not in the way.
        if !blocked.isEmpty, try await !enter(blocked, of: new, in: worktree) { return blocked }
        let moved = try await readTree(worktree, from: old, to: new)
        if moved.ending.isSuccess { return [] }
        guard blocked.isEmpty else { return blocked }
        throw Self.failure(moved, doing: "update the working tree", subject: worktree)
    }

    private func readTree(_ worktree: String, from old: OID, to new: OID) async throws(GitError) -> CollectedOutput {
        try await run(
            ["-c", "core.hooksPath=/dev/null", "read-tree", "-m", "-u", old.hex, new.hex],
            in: worktree,
            doing: "update the working tree",
            subject: worktree
        )
    }

    private func changedPaths(_ worktree: String, from old: OID, to new: OID) async throws(GitError) -> [GitPath] {
        let output = try await run(
            ["diff-tree", "-r", "-z", "--name-only", "--no-renames", old.hex, new.hex],
            in: worktree,
            doing: "compare the commits of",
            subject: worktree
        )
        guard output.ending.isSuccess, !output.isTruncated else {
            throw Self.failure(output, doing: "compare the commits of", subject: worktree)
        }
        return output.standardOutput.split(separator: 0).map { GitPath(bytes: Array($0)) }
    }

    /// The paths that hold something which is not committed, ignored files included.
    private func dirtyPaths(_ worktree: String, among paths: [GitPath]) async throws(GitError) -> [GitPath] {
        var dirty: [GitPath] = []
        for start in stride(from: 0, to: paths.count, by: Self.mostPathsPerCommand) {
            let some = paths[start..<min(start + Self.mostPathsPerCommand, paths.count)].compactMap(\.text)
            // Without a path the command would look at all of them.
            guard !some.isEmpty else { continue }
            let output = try await run(
                [
                    "--literal-pathspecs", "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all",
                    "--ignored", "--",
                ] + some,
                in: worktree,
                doing: "look at the files of",
                subject: worktree
            )
            guard output.ending.isSuccess, !output.isTruncated else {
                throw Self.failure(output, doing: "look at the files of", subject: worktree)
            }
            // Two letters and a space stand before each path.
            dirty += output.standardOutput.split(separator: 0).map { GitPath(bytes: Array($0.dropFirst(3))) }
        }
        return dirty.sorted()
    }

    /// Paths on one command line, which is limited in bytes.
    private static var mostPathsPerCommand: Int { 400 }

    /// Enters files into the index whose contents are the commit's already; `false`, with nothing changed, when one
    /// differs.
    private func enter(_ paths: [GitPath], of commit: OID, in worktree: String) async throws(GitError) -> Bool {
        var lines: [UInt8] = []
        for path in paths {
            // Line feeds would end the name early.
            guard let name = path.text, !name.contains("\n") else { return false }
            let made = try await run(
                ["hash-object", "--", name],
                in: worktree,
                doing: "hash the file",
                subject: name
            )
            let entry = try await run(
                ["--literal-pathspecs", "ls-tree", "-z", commit.hex, "--", name],
                in: worktree,
                doing: "look for the file",
                subject: name
            )
            let oid = made.outputText.prefix { !$0.isNewline }
            // `<mode> blob <id>\t<path>`
            let words = entry.outputText.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard made.ending.isSuccess, words.count > 2, words[1] == "blob", words[2] == oid else { return false }
            lines += Array("\(words[0]) \(oid)\t".utf8) + path.bytes + [0]
        }
        let output = try await run(
            ["update-index", "-z", "--index-info"],
            in: worktree,
            doing: "update the index of",
            subject: worktree,
            input: lines
        )
        return output.ending.isSuccess
    }

    /// Waits on the calling thread, which must be a lane's own and never the cooperative pool's.
    func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () async throws(GitError) -> Result
    ) throws(GitError) -> Result {
        let outcome = Lock<Swift.Result<Result, GitError>?>(nil)
        let done = DispatchSemaphore(value: 0)
        // Not a child of anything: the thread that waits for it below is its owner, and has no task.
        Task.detached {
            let result: Swift.Result<Result, GitError>
            do throws(GitError) { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        guard let result = outcome.withLock({ $0 }) else {
            preconditionFailure("the task sets the outcome before it signals")
        }
        return try result.get()
    }
}
