package import Foundation
import Git
package import RunModel

/// Something an old run left behind that may go.
package struct Remnant: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// A worktree of a run that has ended, or that nobody drives and that is old.
        case worktree
        /// Metadata below `.git/worktrees` whose folder is gone.
        case staleWorktree = "stale_worktree"
        /// Work that did not land, kept under a ref, older than the limit.
        case savedWork = "saved_work"
        /// A branch of an ended run.
        case branch
        /// Logs and journal of an ended run, older than the limit.
        case runFolder = "run_folder"
        /// What was removed by renaming and not yet deleted.
        case trash
    }

    package var kind: Kind
    /// A path or a full ref name.
    package var name: String
    package var run: RunID?
    /// When the run last wrote to its journal; `nil` where there is none.
    package var lastUsed: Date?
    /// Why it may go, as a sentence.
    package var why: String

    package init(kind: Kind, name: String, run: RunID?, lastUsed: Date?, why: String) {
        self.kind = kind
        self.name = name
        self.run = run
        self.lastUsed = lastUsed
        self.why = why
    }
}

/// Finds and removes what old runs left behind; never touches a run that is being driven.
///
/// Uncommitted work in a worktree is committed and kept under a ref before the worktree goes. Kept refs themselves go
/// only when they are older than the limit.
package struct Reaper: Sendable {
    private let environment: RunEnvironment
    private let lane = GitLane(name: "reaper")

    package init(environment: RunEnvironment) {
        self.environment = environment
    }

    private var store: RunStore { RunStore(state: environment.state) }

    /// What may go, oldest run first.
    ///
    /// - `age`: runs that were used more recently keep their worktrees, refs and logs.
    package func find(olderThan age: Duration) async throws -> [Remnant] {
        let limit = environment.now().addingTimeInterval(-age.seconds)
        var remnants: [Remnant] = []
        for run in store.list().reversed() where !store.isActive(run) {
            // A journal that cannot be read belongs to a person: nothing of that run is touched.
            guard let record = try? store.load(run) else { continue }
            remnants += try await find(run, record: record, limit: limit)
        }
        remnants += try await staleWorktrees()
        let trash = environment.state + "/trash"
        if let names = try? FileManager.default.contentsOfDirectory(atPath: trash), !names.isEmpty {
            remnants.append(
                Remnant(kind: .trash, name: trash, run: nil, lastUsed: nil, why: "It was removed already.")
            )
        }
        return remnants
    }

    private func find(_ run: RunID, record: RunRecord, limit: Date) async throws -> [Remnant] {
        let isOld = record.updatedAt.map { $0 < limit } ?? true
        guard record.finished != nil || isOld else { return [] }
        let why =
            record.finished.map { "The run has ended (\($0.state.rawValue))." } ?? "Nobody has driven the run for long."
        func remnant(_ kind: Remnant.Kind, _ name: String) -> Remnant {
            Remnant(kind: kind, name: name, run: run, lastUsed: record.updatedAt, why: why)
        }
        var remnants: [Remnant] = []
        let folder = store.folder(run)
        let worktrees = (try? FileManager.default.contentsOfDirectory(atPath: folder.worktrees)) ?? []
        remnants += worktrees.sorted().map { remnant(.worktree, "\(folder.worktrees)/\($0)") }
        let refs = try await references(of: run)
        remnants += refs.branches.map { remnant(.branch, $0) }
        if isOld {
            remnants += refs.saved.map { remnant(.savedWork, $0) }
            remnants.append(remnant(.runFolder, folder.path))
        }
        return remnants
    }

    private func references(of run: RunID) async throws -> (branches: [String], saved: [String]) {
        try await git { repository throws(GitError) in
            let all = try repository.references(matching: "refs/*").keys.sorted()
            return (
                all.filter { $0.hasPrefix("refs/heads/switchyard/\(run)/") },
                all.filter {
                    $0.hasPrefix("refs/switchyard/refused/\(run)/") || $0.hasPrefix("refs/switchyard/rescued/\(run)/")
                        || $0.hasPrefix("refs/switchyard/runs/\(run)/")
                }
            )
        }
    }

    private func staleWorktrees() async throws -> [Remnant] {
        let list = WorktreeList(repository: environment.repository)
        let all = try await blocking { () throws(GitError) in try list.all() }
        return all.filter { $0.isStale && !$0.isLocked && $0.name.hasPrefix("switchyard-") }.map {
            Remnant(
                kind: .staleWorktree,
                name: $0.path,
                run: nil,
                lastUsed: nil,
                why: "Its folder is gone."
            )
        }
    }

    /// Removes remnants that ``find(olderThan:)`` gave, in order.
    ///
    /// - Returns: what was removed; a worktree whose work could not be saved stays.
    package func remove(_ remnants: [Remnant]) async throws -> [Remnant] {
        var removed: [Remnant] = []
        for remnant in remnants {
            if let run = remnant.run, store.isActive(run) { continue }
            if try await remove(remnant) { removed.append(remnant) }
        }
        return removed
    }

    private func remove(_ remnant: Remnant) async throws -> Bool {
        switch remnant.kind {
        case .worktree: return try await removeWorktree(remnant)
        case .staleWorktree:
            let list = WorktreeList(repository: environment.repository)
            _ = try await blocking { () throws(GitError) in try list.pruneStale() }
        case .branch: return try await removeBranch(remnant.name)
        case .savedWork:
            try await git { repository throws(GitError) in
                guard let tip = try repository.reference(remnant.name) else { return }
                try repository.deleteReference(remnant.name, expecting: tip)
            }
        case .runFolder: try FileManager.default.removeItem(atPath: remnant.name)
        case .trash: try await blocking { () throws(GitError) in try WorktreeList.emptyTrash(remnant.name) }
        }
        return true
    }

    /// Commits what is uncommitted, keeps the tip under a ref, and removes the worktree.
    private func removeWorktree(_ remnant: Remnant) async throws -> Bool {
        guard let run = remnant.run else { return false }
        let list = WorktreeList(repository: environment.repository)
        let all = try await blocking { () throws(GitError) in try list.all() }
        guard let worktree = all.first(where: { $0.path == remnant.name }) else {
            // Git knows nothing of it: whether its files are kept anywhere, nobody can tell.
            let unsaved = store.folder(run).path + "/unsaved"
            try FileManager.default.createDirectory(atPath: unsaved, withIntermediateDirectories: true)
            let name = URL(fileURLWithPath: remnant.name).lastPathComponent
            try FileManager.default.moveItem(atPath: remnant.name, toPath: "\(unsaved)/\(name)-\(UUID().uuidString)")
            return true
        }
        if worktree.branch != nil {
            let time = Int64(environment.now().timeIntervalSince1970)
            let name = "refs/switchyard/rescued/\(run)/\(URL(fileURLWithPath: remnant.name).lastPathComponent)/reaped"
            do throws(GitError) {
                let author = try await lane.run(at: worktree.path) { repository throws(GitError) in
                    try repository.signature(
                        time: time,
                        fallbackName: "Switchyard",
                        fallbackEmail: "switchyard@localhost"
                    )
                }
                let work = try await environment.git.commitWorktree(
                    worktree.path,
                    author: author,
                    message: "work left in a worktree",
                    lane: lane
                )
                try await lane.run(at: worktree.path) { repository throws(GitError) in
                    let head = try repository.head().commit
                    guard let tip = work.commit ?? head else { return }
                    try repository.setReference(
                        name,
                        expecting: repository.reference(name),
                        to: tip,
                        message: "switchyard: reaped worktree"
                    )
                }
            } catch {
                return false
            }
        }
        let trash = environment.state + "/trash"
        try await blocking { () throws(GitError) in
            _ = try list.remove(worktree, trash: trash, deletingBranchAt: nil)
        }
        return true
    }

    /// Removes a branch whose commit is kept elsewhere: by another ref, or in the base branch's history.
    private func removeBranch(_ name: String) async throws -> Bool {
        try await git { repository throws(GitError) in
            guard let tip = try repository.reference(name) else { return true }
            for (other, commit) in try repository.references(matching: "refs/*") where other != name {
                guard !other.hasPrefix("refs/heads/switchyard/") else { continue }
                let isKept = try repository.isAncestor(tip, of: commit)
                guard isKept || commit == tip else { continue }
                try repository.deleteReference(name, expecting: tip)
                return true
            }
            return false
        }
    }

    private func git<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Repository) throws(GitError) -> Result
    ) async throws -> Result {
        do throws(GitError) {
            return try await lane.run(at: environment.repository, body)
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
    }

    private func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws(GitError) -> Result
    ) async throws -> Result {
        do throws(GitError) {
            return try await lane.run(body)
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
    }
}
