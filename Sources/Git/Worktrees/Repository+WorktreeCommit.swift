import CLibGit2

extension Repository {
    /// Commits everything uncommitted in this worktree on its branch: changed, deleted and new files, as `git add -A`
    /// would, ignore rules honoured; no hook runs.
    ///
    /// The branch is moved by compare-and-set from the commit `HEAD` had at the start. Throws `unsupported` where an
    /// external filter (LFS) is set up, which libgit2 would skip: use ``GitCommand/commitWorktree(_:author:message:)``.
    package func commitWorktree(author: Signature, message: String) throws(GitError) -> WorktreeCommit {
        if let filter = try externalFilter() {
            throw GitError(
                code: .unsupported,
                message:
                    "cannot commit the worktree '\(workingDirectory ?? "")' here: its files pass the filter '\(filter)'",
                subject: filter,
                hint: "commit it with the git command"
            )
        }
        let start = try head()
        guard start.branch != nil else {
            throw GitError(
                code: .refused,
                message: "cannot commit the worktree '\(workingDirectory ?? "")': no branch is checked out",
                subject: workingDirectory,
                hint: "check out the agent's branch"
            )
        }
        let conflicts = try conflictedIndexPaths()
        guard conflicts.isEmpty else { throw unresolved(conflicts) }
        let (tree, nested) = try stageEverything()
        let commit = try commitStaged(tree: tree, head: start, author: author, message: message)
        return WorktreeCommit(commit: commit, nestedRepositories: nested)
    }

    /// Commits a tree on the branch `HEAD` names, unless it is what the branch has.
    func commitStaged(tree: OID, head start: Head, author: Signature, message: String) throws(GitError) -> OID? {
        guard let branch = start.branch else { return nil }
        if let parent = start.commit, try self.tree(of: parent) == tree { return nil }
        let parents = start.commit.map { [$0] } ?? []
        let commit = try createCommit(tree: tree, parents: parents, author: author, message: message)
        let summary = "commit: \(message.split(separator: "\n").first ?? "")"
        try setReference(branch, expecting: start.commit, to: commit, message: summary)
        return commit
    }

    private func stageEverything() throws(GitError) -> (tree: OID, nested: [GitPath]) {
        let index = try Owned<IndexKind>.make("open the index of", workingDirectory) {
            git_repository_index(&$0, pointer)
        }
        try check(git_index_read(index.pointer, 1), "read the index of", workingDirectory)
        try check(
            git_index_add_all(index.pointer, nil, GIT_INDEX_ADD_DEFAULT.rawValue, nil, nil),
            "stage the files of",
            workingDirectory
        )
        try check(git_index_write(index.pointer), "write the index of", workingDirectory)
        let nested = try stageNestedRepositories(index)
        try check(git_index_write(index.pointer), "write the index of", workingDirectory)
        var tree = git_oid()
        try check(git_index_write_tree(&tree, index.pointer), "write the tree of", workingDirectory)
        return (OID(tree), nested)
    }

    /// Records new repositories inside the worktree as submodule entries; libgit2 skips them where git does not.
    ///
    /// One without a commit cannot be recorded and is only told.
    private func stageNestedRepositories(_ index: borrowing Owned<IndexKind>) throws(GitError) -> [GitPath] {
        var nested: [GitPath] = []
        for dirty in try dirtyPaths() where dirty.isUntracked && dirty.path.bytes.last == UInt8(ascii: "/") {
            let path = GitPath(bytes: dirty.path.bytes.dropLast())
            if path.withCString({ git_index_add_bypath(index.pointer, $0) }) < 0 { git_error_clear() }
            nested.append(path)
        }
        return nested
    }

    private func unresolved(_ paths: [GitPath]) -> GitError {
        GitError(
            code: .merge,
            message: "cannot commit the worktree '\(workingDirectory ?? "")': '\(paths[0])' has an unresolved conflict",
            subject: paths[0].description,
            hint: "resolve it, or abort the merge with: git merge --abort"
        )
    }
}

extension Repository {
    /// A repository inside a working tree that a range of commits names as a submodule: its own commits are nowhere else.
    ///
    /// - Parameters:
    ///   - base: the commit before the range.
    ///   - tip: the last commit of the range.
    ///   - workingTree: absolute path of the folder it would lie in.
    /// - Returns: the first one's path; `nil` when there is none.
    /// - Throws: `GitError` when the commits cannot be read.
    package func nestedRepository(
        from base: OID,
        to tip: OID,
        in workingTree: String
    ) throws(GitError) -> GitPath? {
        try changes(from: base, to: tip).first { change in
            change.new?.mode == .submodule && FileBytes.exists("\(workingTree)/\(change.path)/.git")
        }?.path
    }
}
