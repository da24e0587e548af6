import Foundation
import Git
import RunModel

/// Finds and removes what old runs left behind; never touches a run that is being driven.
///
/// Uncommitted work in a worktree is committed, and commits that nothing else holds are kept under a ref, before worktree
/// and branch go. The run's journal says so, which makes the run young again: what was kept, and its logs, go only when
/// they are older than the limit.
package struct Reaper: Sendable {
    let environment: RunEnvironment
    let lane = GitLane(name: "reaper")

    package init(environment: RunEnvironment) {
        self.environment = environment
    }

    var store: RunStore { RunStore(state: environment.state) }

    /// What may go, oldest run first.
    ///
    /// - `age`: runs that were used more recently keep their worktrees, refs and logs.
    package func find(olderThan age: Duration) async throws -> [Remnant] {
        let limit = environment.now().addingTimeInterval(-age.seconds)
        var remnants: [Remnant] = []
        try await git { repository throws(GitError) in
            // Listing the refs would wait at a pipe for ever.
            for folder in ["heads/switchyard", "switchyard"] {
                _ = try BlockingFiles.remove(inGitFolder: "\(repository.commonDirectory)/refs/\(folder)")
            }
        }
        let stale = try await staleWorktrees()
        let runs = store.list()
        for run in runs.reversed() where !store.isActive(run) {
            // A journal that cannot be read belongs to a person: nothing of that run is touched.
            guard let record = try? store.load(run) else { continue }
            remnants += try await find(run, record: record, limit: limit, stale: stale)
        }
        let known = runs.map { store.folder($0).worktreeName("") }
        remnants += stale.filter { name in !known.contains { name.hasPrefix($0) } }.map {
            Remnant(kind: .staleWorktree, name: $0, run: nil, lastUsed: nil, why: "Its folder and its run are gone.")
        }
        let trash = environment.state + "/trash"
        if let names = try? FileManager.default.contentsOfDirectory(atPath: trash), !names.isEmpty {
            remnants.append(
                Remnant(kind: .trash, name: trash, run: nil, lastUsed: nil, why: "It was removed already.")
            )
        }
        return remnants
    }

    private func find(
        _ run: RunID,
        record: RunRecord,
        limit: Date,
        stale: [String]
    ) async throws -> [Remnant] {
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
        // In a repository that was moved the folder may be there all the same.
        let lost = stale.filter { name in
            let prefix = folder.worktreeName("")
            return name.hasPrefix(prefix) && !worktrees.contains(String(name.dropFirst(prefix.count)))
        }
        remnants += lost.map { remnant(.staleWorktree, $0) }
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

    /// Names below `.git/worktrees` of runs' worktrees whose folders are gone.
    private func staleWorktrees() async throws -> [String] {
        let list = WorktreeList(repository: environment.repository)
        let all = try await blocking { () throws(GitError) in try list.all() }
        return all.filter { $0.isStale && !$0.isLocked && $0.name.hasPrefix(RunFolder.worktreePrefix) }.map(\.name)
    }

    func git<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Repository) throws(GitError) -> Result
    ) async throws -> Result {
        do throws(GitError) {
            return try await lane.run(at: environment.repository, body)
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
    }

    func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws(GitError) -> Result
    ) async throws -> Result {
        do throws(GitError) {
            return try await lane.run(body)
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
    }
}
