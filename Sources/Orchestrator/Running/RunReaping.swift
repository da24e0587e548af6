import Foundation
import Git
import RunModel

extension Reaper {
    /// Removes remnants that ``find(olderThan:)`` gave.
    ///
    /// - Returns: what became of each.
    package func remove(_ remnants: [Remnant]) async throws -> [Remnant: Removal] {
        var outcome: [Remnant: Removal] = [:]
        for (run, remnants) in Dictionary(grouping: remnants, by: \.run) {
            if let run {
                outcome.merge(try await reap(run, remnants)) { $1 }
            } else {
                for remnant in remnants {
                    try await removeShared(remnant)
                    outcome[remnant] = .removed
                }
            }
        }
        return outcome
    }

    private func reap(_ run: RunID, _ remnants: [Remnant]) async throws -> [Remnant: Removal] {
        let folder = store.folder(run)
        let ownership: RunOwnership
        do {
            ownership = try RunOwnership(folder)
        } catch {
            return Dictionary(uniqueKeysWithValues: remnants.map { ($0, .kept(why: "its run goes on")) })
        }
        defer { ownership.release() }
        let reaping = RunReaping(reaper: self, folder: folder, journal: try Journal.open(folder.journal))
        return try await reaping.remove(remnants)
    }

    /// Removes what belongs to no single run.
    private func removeShared(_ remnant: Remnant) async throws {
        let list = WorktreeList(repository: environment.repository)
        try await blocking { () throws(GitError) in
            if remnant.kind == .trash {
                try WorktreeList.emptyTrash(remnant.name)
            } else {
                try list.pruneStale()
            }
        }
    }
}

/// Removes what one run left, which this process owns meanwhile.
private struct RunReaping {
    let reaper: Reaper
    let folder: RunFolder
    let journal: Journal

    func remove(_ remnants: [Remnant]) async throws -> [Remnant: Removal] {
        var outcome: [Remnant: Removal] = [:]
        let before = journal.record.lastSequence
        for remnant in remnants where remnant.kind != .runFolder { outcome[remnant] = try await remove(remnant) }
        // Succeeds only when no worktree is left in it.
        rmdir(folder.worktrees)
        for remnant in remnants where remnant.kind == .runFolder {
            if outcome.values.contains(where: { $0 != .removed }) {
                outcome[remnant] = .kept(why: "something else of its run stays")
            } else if journal.record.lastSequence > before {
                outcome[remnant] = .postponed(why: "work of its run was saved just now")
            } else {
                try FileManager.default.removeItem(atPath: folder.path)
                outcome[remnant] = .removed
            }
        }
        return outcome
    }

    private func remove(_ remnant: Remnant) async throws -> Removal {
        switch remnant.kind {
        case .worktree: return try await removeWorktree(remnant.name)
        case .branch: return try await removeBranch(remnant.name)
        default:
            try await reaper.git { repository throws(GitError) in
                guard let tip = try repository.reference(remnant.name) else { return }
                try repository.deleteReference(remnant.name, expecting: tip)
            }
            return .removed
        }
    }

    /// Commits what is uncommitted, keeps the tip under a ref, and removes the worktree.
    private func removeWorktree(_ path: String) async throws -> Removal {
        let list = WorktreeList(repository: reaper.environment.repository)
        let all = try await reaper.blocking { () throws(GitError) in try list.all() }
        guard let worktree = all.first(where: { $0.path == path }) else {
            // Nobody has worked in one whose making was cut off; of any other nobody can tell what is kept elsewhere.
            let isWorkedIn = journal.record.agents.values.contains { $0.worktree?.path == path }
            guard !isWorkedIn else { return .kept(why: Self.unlinked) }
            try FileManager.default.removeItem(atPath: path)
            return .removed
        }
        if worktree.branch != nil {
            guard try await isLinked(worktree) else { return .kept(why: Self.unlinked) }
            do {
                try await save(worktree)
            } catch let error as GitError {
                return .kept(why: "its work could not be saved: \(error.message)")
            }
        }
        let trash = reaper.environment.state + "/trash"
        try await reaper.blocking { () throws(GitError) in
            _ = try list.remove(worktree, trash: trash, deletingBranchAt: nil)
        }
        return .removed
    }

    private static let unlinked =
        "it is no worktree of this repository any more; take what you need, then delete the folder"

    /// Whether git may follow the worktree's files; takes pipes out of its way.
    private func isLinked(_ worktree: Worktree) async throws -> Bool {
        try await reaper.git { repository throws(GitError) in
            let common = repository.commonDirectory
            let gitFolder = "\(common)/worktrees/\(worktree.name)"
            _ = try BlockingFiles.remove(inGitFolder: gitFolder)
            _ = try BlockingFiles.remove(inWorkingTree: worktree.path)
            return WorktreeLink(worktree: worktree.path, gitFolder: gitFolder, commonFolder: common).isWhole
        }
    }

    /// Commits what is uncommitted and keeps the commit that the worktree stands at.
    private func save(_ worktree: Worktree) async throws {
        let time = Int64(reaper.environment.now().timeIntervalSince1970)
        let author = try await reaper.lane.run(at: worktree.path) { repository throws(GitError) in
            try repository.signature(time: time, fallbackName: "Switchyard", fallbackEmail: "switchyard@localhost")
        }
        _ = try await reaper.environment.git.commitWorktree(
            worktree.path,
            author: author,
            message: "work left in a worktree",
            lane: reaper.lane
        )
        let tip = try await reaper.lane.run(at: worktree.path) { repository throws(GitError) in
            try repository.head().commit
        }
        guard let tip else { return }
        try await keep(tip, ofSlug: URL(filePath: worktree.path).lastPathComponent, as: "worktree")
    }

    /// Removes a branch after what nothing else holds of it is kept.
    private func removeBranch(_ name: String) async throws -> Removal {
        let tip = try await reaper.git { repository throws(GitError) in try repository.reference(name) }
        guard let tip else { return .removed }
        let slug = name.dropFirst("refs/heads/switchyard/\(folder.run)/".count).prefix { $0 != "/" }
        do {
            try await keep(tip, ofSlug: String(slug), as: "branch")
        } catch let error as GitError {
            return .kept(why: "its commits could not be kept: \(error.message)")
        }
        try await reaper.git { repository throws(GitError) in try repository.deleteReference(name, expecting: tip) }
        return .removed
    }

    /// Keeps a commit under a ref, unless something other than a run's branch holds it, and says so in the journal.
    private func keep(_ commit: OID, ofSlug slug: String, as what: String) async throws {
        let ref = "refs/switchyard/rescued/\(folder.run)/\(slug)/\(what)"
        let isKept = try await reaper.lane.run(at: reaper.environment.repository) { repository throws(GitError) in
            for (other, held) in try repository.references(matching: "refs/*") {
                guard !other.hasPrefix("refs/heads/switchyard/") else { continue }
                if held == commit { return true }
                if try repository.isAncestor(commit, of: held) { return true }
            }
            try repository.setReference(
                ref,
                expecting: repository.reference(ref),
                to: commit,
                message: "switchyard: work of a run that nobody went on with"
            )
            return false
        }
        guard !isKept, let agent = journal.record.agents.keys.first(where: { $0.slug == slug }) else { return }
        try journal.append(.workSaved(WorkSaved(agent: agent, ref: ref, commit: commit.hex)))
    }
}
