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
        var reaping = RunReaping(reaper: self, folder: folder, journal: try Journal.open(folder.journal))
        return try await reaping.remove(remnants)
    }

    /// Removes what belongs to no single run.
    private func removeShared(_ remnant: Remnant) async throws {
        if remnant.kind == .staleWorktree { return try await prune(remnant) }
        try await blocking { () throws(GitError) in try WorktreeList.emptyTrash(remnant.name) }
    }

    /// Drops what git knows of a worktree whose folder is gone.
    func prune(_ remnant: Remnant) async throws {
        let list = WorktreeList(repository: environment.repository)
        try await blocking { () throws(GitError) in _ = try list.pruneStale(named: remnant.name) }
    }
}

/// Removes what one run left, which this process owns meanwhile.
private struct RunReaping {
    let reaper: Reaper
    let folder: RunFolder
    let journal: Journal
    /// Kept work that goes now, with where it stood when this began: what is saved meanwhile stays.
    private var doomed: [String: OID] = [:]

    init(reaper: Reaper, folder: RunFolder, journal: Journal) {
        self.reaper = reaper
        self.folder = folder
        self.journal = journal
    }

    mutating func remove(_ remnants: [Remnant]) async throws -> [Remnant: Removal] {
        var outcome: [Remnant: Removal] = [:]
        let before = journal.record.lastSequence
        let saved = remnants.filter { $0.kind == .savedWork }.map(\.name)
        doomed = try await reaper.git { repository throws(GitError) in
            try repository.references(matching: "refs/switchyard/*").filter { saved.contains($0.key) }
        }
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
        case .staleWorktree:
            try await reaper.prune(remnant)
            return .removed
        default:
            guard let tip = doomed[remnant.name] else { return .removed }
            try await reaper.git { repository throws(GitError) in
                try repository.deleteReference(remnant.name, expecting: tip)
            }
            return .removed
        }
    }

    /// Commits what is uncommitted, keeps the tip under a ref, and removes the worktree.
    private func removeWorktree(_ path: String) async throws -> Removal {
        let list = WorktreeList(repository: reaper.environment.repository)
        let slug = URL(filePath: path).lastPathComponent
        let all = try await reaper.blocking { () throws(GitError) in try list.all() }
        guard let worktree = all.first(where: { $0.path == path }) else {
            // Nobody has worked in one whose making was cut off; of any other nobody can tell what is kept elsewhere. By
            // name: the repository may have been moved since.
            let isWorkedIn = journal.record.agents.contains { $0.slug == slug && $1.worktree != nil }
            guard !isWorkedIn else { return .kept(why: Self.unlinked) }
            try FileManager.default.removeItem(atPath: path)
            return .removed
        }
        // The runner's own holds nobody's work.
        if slug != URL(filePath: folder.verifyWorktree).lastPathComponent {
            guard try await isLinked(worktree) else { return .kept(why: Self.unlinked) }
            do {
                if let why = try await save(worktree, of: slug) { return .kept(why: why) }
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

    /// Commits what is uncommitted and keeps the commit that the worktree stands at, on its branch or not.
    ///
    /// - Returns: why that is not all of it; `nil` when it is.
    private func save(_ worktree: Worktree, of slug: String) async throws -> String? {
        let time = Int64(reaper.environment.now().timeIntervalSince1970)
        let (author, isDirty) = try await reaper.lane.run(at: worktree.path) { repository throws(GitError) in
            let author = try repository.signature(
                time: time,
                fallbackName: "Switchyard",
                fallbackEmail: "switchyard@localhost"
            )
            return (author, try !repository.dirtyPaths().isEmpty)
        }
        if isDirty {
            // Another branch is the user's.
            guard worktree.branch?.hasPrefix("refs/heads/switchyard/\(folder.run)/") == true else {
                return "its uncommitted work is on no branch of its run"
            }
            _ = try await reaper.environment.git.commitWorktree(
                worktree.path,
                author: author,
                message: "work left in a worktree",
                lane: reaper.lane
            )
        }
        let base = journal.record.agents.first { $0.key.slug == slug }?.value.worktree?.base
        let (tip, nested) = try await reaper.lane.run(at: worktree.path) { repository throws(GitError) in
            let tip = try repository.head().commit
            guard let base, let tip else { return (tip, nil as GitPath?) }
            return (tip, try repository.nestedRepository(from: OID(hex: base), to: tip, in: worktree.path))
        }
        if let nested { return "'\(nested)' in it is a repository of its own, whose commits are nowhere else" }
        if let tip { try await keep(tip, of: slug) }
        return nil
    }

    /// Removes a branch after what nothing else holds of it is kept.
    private func removeBranch(_ name: String) async throws -> Removal {
        let tip = try await reaper.git { repository throws(GitError) in try repository.reference(name) }
        guard let tip else { return .removed }
        let slug = name.dropFirst("refs/heads/switchyard/\(folder.run)/".count).prefix { $0 != "/" }
        do {
            try await keep(tip, of: String(slug))
        } catch let error as GitError {
            return .kept(why: "its commits could not be kept: \(error.message)")
        }
        try await reaper.git { repository throws(GitError) in try repository.deleteReference(name, expecting: tip) }
        return .removed
    }

    /// Keeps a commit under a ref, unless something that stays holds it, and says so in the journal.
    private func keep(_ commit: OID, of slug: String) async throws {
        let (run, doomed) = (folder.run, Set(doomed.keys))
        let ref = try await reaper.lane.run(at: reaper.environment.repository) {
            repository throws(GitError) -> String? in
            for (other, held) in try repository.references(matching: "refs/*") {
                guard !other.hasPrefix("refs/heads/switchyard/"), !doomed.contains(other) else { continue }
                if held == commit { return nil }
                if try repository.isAncestor(commit, of: held) { return nil }
            }
            return try repository.keep(
                commit,
                below: "refs/switchyard/rescued/\(run)/\(slug)/",
                besides: doomed,
                message: "switchyard: work of a run that nobody went on with"
            )
        }
        guard let ref, let agent = journal.record.agents.keys.first(where: { $0.slug == slug }) else { return }
        try journal.append(.workSaved(WorkSaved(agent: agent, ref: ref, commit: commit.hex)))
    }
}
