import Foundation
import Git
import RunModel
import Services

/// Moves the branch to the commit that was tested, under the landing lock, by compare-and-set.
struct LandingStage {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    func perform() async throws {
        guard let train = active.record.train, let base = active.record.preflight?.baseBranch else { return }
        try await active.enter(.landing)
        let branch = "refs/heads/\(base)"
        let target = try OID(hex: train.commit)
        if try await followRemote(base, target: target) { return }
        try Task.checkCancellation()
        let name = LandingFence.lockName(repository: active.environment.repository, branch: base)
        let holder = "\(active.environment.user)/\(active.run)"
        let lock = active.stores.landing
        do {
            let run = try await lock.withLease([name], holder: holder) { hold in
                guard let lease = hold.leases.first else { return }
                try await land(target, on: branch, train: train, lease: lease)
            }
            guard case .held(let other) = run else { return }
            throw OrchestratorError(
                .landingUnsafe,
                "'\(other.holder ?? "another run")' has been landing on '\(base)' for too long.",
                hint: "Look at 'switchyard runs list'; then 'switchyard resume \(active.run)'."
            )
        } catch let error as ServicesError {
            throw OrchestratorError(
                .landingUnsafe,
                "The landing lock cannot be relied on: \(error.message)",
                hint: "Nothing is lost: 'switchyard resume \(active.run)' goes on when the store is well again."
            )
        }
    }

    /// Before landing: a remote that moved on in the meantime comes first, so that the push is a fast-forward.
    private func followRemote(_ base: String, target: OID) async throws -> Bool {
        guard active.record.wantsPush, active.record.landed == nil, !active.record.isLandingGivenUp else {
            return false
        }
        var findings: [Finding] = []
        guard let remote = try await RemoteView(active).fetch(branch: base, findings: &findings) else { return false }
        let (isContained, canFollow) = try await active.git { repository throws(GitError) in
            let local = try repository.resolve("refs/heads/\(base)")
            return (
                try repository.isAncestor(remote.head, of: target),
                try repository.isAncestor(local, of: remote.head)
            )
        }
        guard !isContained, canFollow else { return false }
        try active.note(.trainRebased(TrainRebased(onto: remote.head.hex, cause: .remoteMoved)))
        return true
    }

    private func land(_ target: OID, on branch: String, train: TrainSettled, lease: Lease) async throws {
        let current = try await active.git { repository throws(GitError) in try repository.resolve(branch) }
        let landing = Landing(branch: branch, from: current.hex, to: target.hex, agents: train.agents)
        let (isThere, isForward) = try await active.git { repository throws(GitError) in
            (try repository.isAncestor(target, of: current), try repository.isAncestor(current, of: target))
        }
        // Also what a landing that was cut off after the move looks like.
        if isThere { return try active.note(.landed(landing)) }
        guard isForward else {
            return try active.note(.trainRebased(TrainRebased(onto: current.hex, cause: .branchMoved)))
        }
        try active.note(.landingStarted(landing))
        await active.journal.sync()
        let fence = LandingFence(
            lease: lease,
            folder: active.stores.fences,
            lock: active.stores.landing
        )
        let step = LandingStep(
            repository: active.environment.repository,
            lane: active.lane,
            command: active.environment.git
        )
        let raised = try await active.lane.run { () throws(GitError) in
            Result { () throws(ServicesError) in try fence.raise() }
        }.get()
        let outcome: LandingOutcome
        do {
            if let raised {
                outcome = .fenced(by: raised)
            } else {
                outcome = try await step.land(
                    branch: branch,
                    from: current,
                    to: target,
                    message: "switchyard: land \(active.run)",
                    fence: fence
                )
            }
        } catch let error as GitError {
            throw OrchestratorError.gitFailed(error)
        }
        switch outcome {
        case .landed:
            try active.note(.workdirUpdated(WorkdirUpdated(isUpdated: true, blockedPaths: [])))
            try active.note(.landed(landing))
        case .blocked(let paths):
            try active.note(
                .workdirUpdated(WorkdirUpdated(isUpdated: false, blockedPaths: paths.map(\.description)))
            )
        case .branchMoved(let head):
            guard let head else { throw OrchestratorError.noSuchBase(branch, branches: []) }
            try active.note(.trainRebased(TrainRebased(onto: head.hex, cause: .branchMoved)))
        case .fenced:
            throw OrchestratorError(
                .landingUnsafe,
                "The landing lock of '\(branch)' was lost before the branch was moved.",
                hint: "Nothing was landed. Continue with 'switchyard resume \(active.run)'."
            )
        }
        await active.journal.sync()
    }
}
