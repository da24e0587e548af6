import ChildProcesses

extension GitCommand {
    /// No hook and no housekeeping: these commands are ours, not the user's.
    private static let quiet = ["-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=0"]

    /// Adds a worktree with the program, which runs external filters that libgit2 does not.
    ///
    /// Git names it after the last part of its path; ``WorktreeFanOut`` renames it. An existing branch is taken as it is.
    package func addWorktree(_ request: WorktreeRequest, at commit: OID, in repository: String) async throws(GitError) {
        var arguments = Self.quiet + ["worktree", "add", "--quiet"]
        if let branch = request.branch {
            let short = branch.hasPrefix("refs/heads/") ? String(branch.dropFirst(11)) : branch
            let existing = try await run(
                ["rev-parse", "--quiet", "--verify", "refs/heads/\(short)"],
                in: repository,
                doing: "read the branch",
                subject: short
            )
            if existing.ending.isSuccess {
                guard existing.outputText.hasPrefix(commit.hex) else {
                    throw GitError(
                        code: .exists,
                        message: "cannot create the branch '\(short)': it exists with another commit",
                        subject: branch,
                        hint: "delete or rename it"
                    )
                }
                arguments += ["--", request.path, short]
            } else {
                arguments += ["--no-track", "-b", short, "--", request.path, commit.hex]
            }
        } else {
            arguments += ["--detach", "--", request.path, commit.hex]
        }
        _ = try await require(arguments, in: repository, doing: "create the worktree", subject: request.path)
    }

    /// Commits everything uncommitted in a worktree on its branch: on the lane, or with the git command where the lane
    /// cannot because files pass external filters (LFS).
    package func commitWorktree(
        _ worktree: String,
        author: Signature,
        message: String,
        lane: GitLane
    ) async throws(GitError) -> WorktreeCommit {
        do throws(GitError) {
            return try await lane.run(at: worktree) { repository throws(GitError) in
                try repository.commitWorktree(author: author, message: message)
            }
        } catch {
            guard error.code == .unsupported else { throw error }
        }
        return try await commitWorktree(worktree, author: author, message: message)
    }

    /// Commits everything uncommitted in a worktree on its branch, through external filters and `commit.gpgSign`.
    ///
    /// As ``Repository/commitWorktree(author:message:)``, at the cost of five processes; no hook runs.
    package func commitWorktree(
        _ worktree: String,
        author: Signature,
        message: String
    ) async throws(GitError) -> WorktreeCommit {
        let doing = "commit the worktree"
        func git(_ arguments: [String], input: [UInt8] = []) async throws(GitError) -> String {
            let text = try await require(
                Self.quiet + arguments,
                in: worktree,
                doing: doing,
                subject: worktree,
                input: input
            )
            return String(text.prefix { !$0.isNewline })
        }
        let branch = try await git(["symbolic-ref", "HEAD"])
        let parent = try await git(["rev-parse", "--verify", "HEAD^{commit}"])
        _ = try await git(["add", "--all"])
        let tree = try await git(["write-tree"])
        guard try await git(["rev-parse", "--verify", "HEAD^{tree}"]) != tree else {
            return WorktreeCommit(commit: nil)
        }
        let isSigned = try await run(
            ["config", "--type=bool", "commit.gpgSign"],
            in: worktree,
            doing: doing,
            subject: worktree
        )
        let sign = isSigned.outputText.hasPrefix("true") ? ["-S"] : []
        let made = try await run(
            ["commit-tree", tree, "-p", parent] + sign + ["-F", "-"],
            in: worktree,
            doing: doing,
            subject: worktree,
            input: Array(message.utf8),
            adding: [
                "GIT_AUTHOR_NAME": author.name, "GIT_AUTHOR_EMAIL": author.email,
                "GIT_AUTHOR_DATE": "@\(author.time) +0000",
                "GIT_COMMITTER_NAME": author.name, "GIT_COMMITTER_EMAIL": author.email,
                "GIT_COMMITTER_DATE": "@\(author.time) +0000",
            ]
        )
        guard made.ending.isSuccess else { throw Self.failure(made, doing: doing, subject: worktree) }
        let commit = try OID(hex: String(made.outputText.prefix { !$0.isNewline }))
        _ = try await git(["update-ref", "-m", "commit: by switchyard", branch, commit.hex, parent])
        return WorktreeCommit(commit: commit)
    }
}
