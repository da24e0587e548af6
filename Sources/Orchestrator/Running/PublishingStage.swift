import Foundation
import Git
import RunModel

/// Pushes what landed, forward only; a remote that moved is joined, verified and landed first, then pushed again.
struct PublishingStage {
    private let active: ActiveRun
    /// Pause before the first repetition, doubled each time.
    private static let backoff = Duration.seconds(1)

    init(_ active: ActiveRun) {
        self.active = active
    }

    func perform() async throws {
        guard let base = active.record.preflight?.baseBranch, let target = active.pushTarget(base: base),
            let train = active.record.train
        else { return }
        try await active.enter(.publishing)
        let commit = try OID(hex: train.commit)
        try active.note(
            .pushStarted(PushAttempt(remote: target.remote, branch: target.branch, commit: train.commit))
        )
        let publisher = Publisher(
            command: active.environment.git,
            repository: active.environment.repository,
            lane: active.lane
        )
        let step = await publisher.push(commit, to: target)
        try Task.checkCancellation()
        let pushes = active.record.pushes.count
        if step.finished.result == .remoteMoved, let upstream = step.upstream, !active.record.isLandingGivenUp {
            try await active.environment.clock.sleep(for: Self.backoff * (1 << min(pushes, 4)))
            try active.note(.trainRebased(TrainRebased(onto: upstream.hex, cause: .remoteMoved)))
        }
        try active.note(.pushFinished(step.finished))
        await active.journal.sync()
    }
}
