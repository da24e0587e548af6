package import Git
package import RunModel

/// Takes in what an agent left: commits uncommitted work, and saves what stands in the wrong place.
package struct WorkCollector: Sendable {
    package let site: GuardSite
    package let assignment: Assignment

    package init(site: GuardSite, assignment: Assignment) {
        self.site = site
        self.assignment = assignment
    }

    /// Where `HEAD` of the worktree stands in relation to the branch, decided before anything is changed.
    private enum Position: Sendable {
        case onBranch
        /// Elsewhere, at or ahead of the branch's tip: the branch can follow.
        case ahead(OID)
        /// Elsewhere, with commits the branch does not have, or with uncommitted work on another commit.
        case astray(OID?, String)
        /// A merge, rebase or the like was begun and not finished.
        case unfinished(PendingOperation, OID?)
        case branchGone(OID?)
    }

    /// Brings the branch up to date with the worktree; nothing is lost, whatever state the agent left it in.
    ///
    /// - `signature`: author of the commit the runner makes.
    package func collect(by signature: Signature, tools: GuardTools) async throws(OrchestratorError) -> CollectedWork {
        let what = "take in the work of agent \(assignment.id)"
        let site = site
        // Git would take settings, and with them programs to run, from wherever the agent's files lead it.
        let isLinked = await tools.blocking { site.link.isWhole }
        if !isLinked {
            return try await collectWithoutWorktree(doing: what, tools: tools)
        }
        let (position, isDirty) = try await tools.withRepository(site.worktree, doing: what) {
            repository throws(GitError) -> (Position, Bool) in
            let isDirty = try !repository.dirtyPaths().isEmpty
            return (try self.position(repository), isDirty)
        }
        var work = CollectedWork(tip: nil)
        switch position {
        case .onBranch: break
        case .ahead(let commit):
            try await follow(to: commit, work: &work, tools: tools)
        case .astray(let commit, let place):
            try await rescue(commit, isDirty: isDirty, by: signature, work: &work, tools: tools)
            work.findings.append(astray(place, rescued: work.rescued))
        case .unfinished(let operation, let commit):
            if operation == .bisect, !isDirty { break }
            try await rescue(commit, isDirty: isDirty, by: signature, work: &work, tools: tools)
            work.findings.append(unfinished(operation, rescued: work.rescued))
        case .branchGone(let commit):
            try await rescue(commit, isDirty: isDirty, by: signature, work: &work, tools: tools)
            work.findings.append(branchGone(rescued: work.rescued))
        }
        let isOnBranch =
            switch position {
            case .onBranch, .ahead: true;
            default: false
            }
        let commits = isOnBranch && isDirty
        let (agent, branch, base) = (assignment.id, site.branch, site.base)
        var made = WorktreeCommit(commit: nil)
        if commits {
            do throws(GitError) {
                made = try await tools.command.commitWorktree(
                    site.worktree,
                    author: signature,
                    message: commitMessage,
                    lane: tools.lane
                )
            } catch {
                throw OrchestratorError(git: error, doing: what)
            }
        }
        let (tip, statistics) = try await tools.withRepository(site.worktree, doing: what) {
            repository throws(GitError) -> (OID?, ChangeStatistics) in
            guard let tip = try repository.reference(branch) else { return (nil, ChangeStatistics()) }
            return (tip, try Self.statistics(from: OID(hex: base), to: tip, in: repository))
        }
        work.isByRunner = made.commit != nil
        work.tip = tip?.hex
        work.statistics = statistics
        for path in made.nestedRepositories {
            work.findings.append(
                Finding(
                    .warning,
                    "nested-repository",
                    "'\(path)' in the worktree of agent \(agent) is a repository of its own; its files were not taken in.",
                    file: path.description,
                    hint: "Remove its '.git' folder, or add it as a submodule on purpose."
                )
            )
        }
        return work
    }

    /// The folder is gone, or is no worktree any more: what was committed is all there is.
    private func collectWithoutWorktree(
        doing what: String,
        tools: GuardTools
    ) async throws(OrchestratorError) -> CollectedWork {
        let site = site
        var work = try await tools.withRepository(site.commonFolder, doing: what) {
            repository throws(GitError) -> CollectedWork in
            guard let tip = try repository.reference(site.branch) else { return CollectedWork(tip: nil) }
            let statistics = try Self.statistics(from: OID(hex: site.base), to: tip, in: repository)
            return CollectedWork(tip: tip.hex, statistics: statistics)
        }
        work.findings.append(
            Finding(
                .error,
                "worktree-gone",
                "The worktree '\(site.worktree)' of agent \(site.agent) was removed, or made another repository's, before its "
                    + "work could be taken in.",
                hint: work.tip == nil ? nil : "What it had committed is still there."
            )
        )
        return work
    }

    /// Sizes of the whole work, for the journal and the report.
    static func statistics(
        from base: OID,
        to tip: OID,
        in repository: borrowing Repository
    ) throws(GitError) -> ChangeStatistics {
        let changes = try repository.changes(from: base, to: tip, detail: .hunks)
        return ChangeStatistics(
            commits: try repository.commits(from: base, to: tip).count,
            files: changes.count,
            insertions: changes.reduce(0) { $0 + $1.insertions },
            deletions: changes.reduce(0) { $0 + $1.deletions }
        )
    }

    private var commitMessage: String {
        let message = assignment.commitMessage.flatMap { $0.isEmpty ? nil : $0 }
        return message ?? (assignment.title.isEmpty ? "Work of agent \(assignment.id)" : assignment.title)
    }

    private func position(_ repository: borrowing Repository) throws(GitError) -> Position {
        let head = try repository.head()
        guard let tip = try repository.reference(site.branch) else { return .branchGone(head.commit) }
        if let operation = repository.pendingOperation(),
            try !isResidue(operation, onBranch: head.branch == site.branch, repository)
        {
            return .unfinished(operation, head.commit)
        }
        if head.branch == site.branch { return .onBranch }
        let place = head.branch.map { "on '\($0)'" } ?? "detached"
        guard let commit = head.commit else { return .astray(nil, place) }
        if commit == tip { return .ahead(commit) }
        // Another branch is somebody's: only commits without a branch, or on one of its own, are the agent's for sure.
        let isOwn = head.branch.map { $0.hasPrefix(site.refFolder) } ?? true
        if isOwn, try repository.isAncestor(tip, of: commit) { return .ahead(commit) }
        return .astray(commit, place)
    }

    /// Tells whether the operation is over but for a mark that git could not remove.
    ///
    /// In a sandbox git cannot lock `packed-refs`, which it does to delete even `CHERRY_PICK_HEAD`, so the mark stays
    /// behind a finished cherry-pick or rebase.
    private func isResidue(
        _ operation: PendingOperation,
        onBranch isOnBranch: Bool,
        _ repository: borrowing Repository
    ) throws(GitError) -> Bool {
        guard isOnBranch, operation == .cherryPick || operation == .revert || operation == .bisect else { return false }
        return try repository.conflictedIndexPaths().isEmpty
            && !GuardFiles.isFolder(site.worktreeGitFolder + "/sequencer")
    }

    /// Moves the branch to where the agent committed without it, and puts `HEAD` back on the branch.
    private func follow(
        to commit: OID,
        work: inout CollectedWork,
        tools: GuardTools
    ) async throws(OrchestratorError) {
        let site = site
        let moved = try await tools.withRepository(
            site.worktree,
            doing: "move '\(site.branch)' to its worktree's commit"
        ) {
            repository throws(GitError) -> Bool in
            guard let tip = try repository.reference(site.branch), tip != commit else { return false }
            try repository.updateReference(
                site.branch,
                from: tip,
                to: commit,
                message: "switchyard: take in commits made without the branch"
            )
            return true
        }
        let isWritten = await tools.blocking {
            (try? GuardFiles.write("ref: \(site.branch)\n", to: site.worktreeGitFolder + "/HEAD")) != nil
        }
        guard isWritten else {
            throw OrchestratorError(
                .gitFailed,
                "Cannot put HEAD of '\(site.worktree)' back on '\(site.branch)'.",
                hint: "Check free space and who owns '\(site.worktreeGitFolder)'."
            )
        }
        work.findings.append(
            Finding(
                .warning,
                "head-off-branch",
                "Agent \(site.agent) left its branch; "
                    + (moved ? "its commits were taken in." : "HEAD was put back, nothing else differed."),
                hint: "Tell the agent in its prompt to stay on its branch."
            )
        )
    }

    /// Keeps a commit, and the uncommitted files on top of it, under refs of their own.
    private func rescue(
        _ commit: OID?,
        isDirty: Bool,
        by signature: Signature,
        work: inout CollectedWork,
        tools: GuardTools
    ) async throws(OrchestratorError) {
        let snapshot = isDirty ? try await WorktreeSnapshot(site: site).tree(tools: tools) : nil
        let site = site
        let saved = try await tools.withRepository(site.worktree, doing: "save what agent \(site.agent) left") {
            repository throws(GitError) -> String? in
            var target = commit
            if let snapshot {
                let tree = try OID(hex: snapshot)
                target = try repository.createCommit(
                    tree: tree,
                    parents: commit.map { [$0] } ?? [],
                    author: signature,
                    message: "Uncommitted work of agent \(site.agent)"
                )
            }
            guard let target else { return nil }
            return try repository.keep(
                target,
                below: "refs/switchyard/rescued/\(site.run)/\(site.agent.slug)/",
                message: "switchyard: save work left astray"
            )
        }
        if let saved { work.rescued.append(saved) }
    }

    private func astray(_ place: String, rescued: [String]) -> Finding {
        Finding(
            .error,
            "head-off-branch",
            "HEAD of agent \(site.agent)'s worktree is \(place), not on '\(site.branch)', and holds other work.",
            hint: Self.keptHint(rescued)
        )
    }

    private func unfinished(_ operation: PendingOperation, rescued: [String]) -> Finding {
        Finding(
            .error,
            "unfinished-operation",
            "Agent \(site.agent) stopped in the middle of a \(Self.name(operation)).",
            hint: Self.keptHint(rescued)
        )
    }

    private func branchGone(rescued: [String]) -> Finding {
        Finding(
            .error,
            "branch-gone",
            "The branch '\(site.branch)' of agent \(site.agent) was deleted.",
            hint: Self.keptHint(rescued)
        )
    }

    private static func keptHint(_ rescued: [String]) -> String {
        rescued.isEmpty ? "Nothing was lost." : "Its state is kept as '\(rescued.joined(separator: "', '"))'."
    }

    private static func name(_ operation: PendingOperation) -> String {
        switch operation {
        case .merge: "merge"
        case .revert: "revert"
        case .cherryPick: "cherry-pick"
        case .bisect: "bisect"
        case .rebase: "rebase"
        case .applyMailbox: "mailbox import (git am)"
        }
    }
}
