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
        return all.filter { $0.isStale && !$0.isLocked && $0.name.hasPrefix(Self.prefix) }.map {
            Remnant(
                kind: .staleWorktree,
                name: $0.path,
                run: nil,
                lastUsed: nil,
                why: "Its folder is gone."
            )
        }
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
