import ChildProcesses

extension GitCommand {
    /// The untracked files of a working tree that a file of patterns in gitignore syntax names, in order of path.
    ///
    /// Folders that symbolic links lead to and nested repositories are not looked into.
    ///
    /// - `patterns`: absolute path of the file.
    /// - `leftOut`: folders below the root to pass over.
    package func untrackedFiles(
        namedIn patterns: String,
        in worktree: String,
        leavingOut leftOut: [String] = []
    ) async throws(GitError) -> [GitPath] {
        let output = try await run(
            ["ls-files", "-z", "--others", "--ignored", "--exclude-from=\(patterns)", "--", "."]
                + leftOut.map { ":(top,literal,exclude)\($0)" },
            in: worktree,
            doing: "list the files named in",
            subject: patterns
        )
        guard output.ending.isSuccess else {
            throw Self.failure(output, doing: "list the files named in", subject: patterns)
        }
        guard !output.isTruncated else {
            throw GitError(
                code: .command,
                message: "cannot list the files named in '\(patterns)': there are too many",
                subject: patterns,
                hint: "name fewer"
            )
        }
        return output.standardOutput.split(separator: 0).map { GitPath(bytes: Array($0)) }
            // A nested repository is named as a folder.
            .filter { $0.isSafe && $0.bytes.last != UInt8(ascii: "/") }
            .sorted()
    }
}
