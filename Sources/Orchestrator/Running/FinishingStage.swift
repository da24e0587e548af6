import Foundation
import Git
import RunModel

/// Removes what the run no longer needs, and closes the journal.
///
/// Nothing that is not landed or saved is removed.
struct FinishingStage {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    func perform() async throws {
        try await removeWorktrees()
        try await removeRefs()
        let record = active.record
        let state: RunState = record.cancellation != nil ? .cancelled : .done
        try active.note(.runFinished(RunFinished(state: state, exitStatus: record.exitStatus)))
        await active.journal.sync()
        let trash = AgentWorktrees(active).trash
        // Slow and without consequence: what is left stays in the trash for the reaper.
        try? await GitLane(name: "trash").run { () throws(GitError) in try WorktreeList.emptyTrash(trash) }
    }

    private func removeWorktrees() async throws {
        let worktrees = AgentWorktrees(active)
        try await worktrees.removeVerify()
        // Also when all worktrees are gone: a run that was cut off after the last one still has its settings to put back.
        guard active.record.agents.contains(where: { $0.value.worktree != nil }) else { return }
        let site = try await RunSite.prepare(active)
        for (agent, record) in active.record.agents.sorted(by: { $0.key < $1.key }) {
            guard let worktree = record.worktree, !record.isWorktreeRemoved else { continue }
            let kept = record.isLanded ? record.work?.commit : record.saved?.commit ?? worktree.base
            guard let kept, let tip = try? OID(hex: kept) else { continue }
            if let place = site.guardSite(agent, in: active) {
                await WorktreeGuard.remove(place, tools: site.tools)
            }
            let unsaved = record.isLanded ? nil : try await worktrees.unsavedWork(agent, base: worktree.base)
            try await worktrees.remove(agent, branchAt: tip, into: unsaved == nil ? nil : worktrees.unsaved)
            try active.note(.worktreeRemoved(WorktreeRemoved(agent: agent, path: worktree.path)))
        }
        try? FileManager.default.removeItem(atPath: active.folder.worktrees)
        try await WorktreeGuard.release(commonFolder: site.commonFolder, tools: site.tools)
    }

    /// The run's own anchors go, unless its result is waiting to be taken over by hand.
    private func removeRefs() async throws {
        let folder = active.folder
        let keepsTrain =
            active.record.train.map {
                $0.commit != active.record.landed?.to && $0.isVerified && !$0.agents.isEmpty
            } ?? false
        try await active.git { repository throws(GitError) in
            for name in keepsTrain ? [folder.baseRef] : [folder.baseRef, folder.trainRef] {
                guard let commit = try repository.reference(name) else { continue }
                try repository.deleteReference(name, expecting: commit)
            }
        }
    }
}

extension RunRecord {
    /// 0 when all agents landed and a wanted push succeeded, 1 otherwise.
    package var exitStatus: Int32 {
        let allLanded = !agents.isEmpty && agents.values.allSatisfy(\.isLanded)
        let isPushed = !wantsPush || pushes.last.map { [.pushed, .upToDate].contains($0.result) } == true
        return allLanded && isPushed && cancellation == nil ? 0 : 1
    }
}
