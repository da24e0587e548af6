import Git
import Services
import TestSupport

@testable import Orchestrator

/// Lands on `main` of a fixture under a real lease.
struct LandingFixture {
    let fixture: TrainFixture
    let lock: LeaseLock

    init(_ fixture: TrainFixture) {
        self.fixture = fixture
        var options = LeaseLock.Options()
        options.wait = .zero
        lock = LeaseLock(driver: MemoryLockDriver(), options: options)
    }

    var fences: String { fixture.repository.folder.appending("fences") }

    func acquire(holder: String = "tests") async throws -> Lease? {
        let name = LandingFence.lockName(repository: fixture.repository.path, branch: "refs/heads/main")
        guard case .granted(let leases) = try await lock.acquire(name, holder: holder) else { return nil }
        return leases.first
    }

    func fence(_ lease: Lease) -> LandingFence { LandingFence(lease: lease, folder: fences, lock: lock) }

    func land(
        from old: OID,
        to new: OID,
        fence: LandingFence,
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws -> LandingOutcome {
        try await LandingStep(repository: fixture.repository.path, lane: fixture.lane, clock: clock).land(
            branch: "refs/heads/main",
            from: old,
            to: new,
            message: "switchyard: land",
            fence: fence
        )
    }

    /// Takes the lease, lands, gives the lease back.
    func land(from old: OID, to new: OID) async throws -> LandingOutcome {
        guard let lease = try await acquire() else { return .fenced(by: nil) }
        let fence = fence(lease)
        if let later = try fence.raise() { return .fenced(by: later) }
        let outcome = try await land(from: old, to: new, fence: fence)
        await lock.release(lease)
        return outcome
    }
}
