import Locking

/// Idempotency keys that live and die with this process.
package final class MemoryIdempotencyDriver: IdempotencyDriver {
    private let state = Lock(IdempotencyState())
    private let clock: StoreClock

    package init(clock: StoreClock = .system) {
        self.clock = clock
    }

    package func begin(
        _ requests: [(key: IdempotencyKey, digest: [UInt8])],
        owner: String,
        lease: Duration
    ) -> [IdempotencyAnswer] {
        state.withLock { state in
            requests.map { state.begin($0.key, digest: $0.digest, owner: owner, lease: lease, at: clock.now) }
        }
    }

    package func renew(_ claim: IdempotencyClaim, lease: Duration) -> Bool {
        state.withLock { $0.renew(claim, lease: lease, at: clock.now) }
    }

    package func finish(_ claim: IdempotencyClaim, with answer: StoredAnswer, keepFor: Duration) -> Bool {
        state.withLock { $0.finish(claim, with: answer, keepFor: keepFor, at: clock.now) }
    }

    package func forget(_ claim: IdempotencyClaim) {
        state.withLock { $0.forget(claim) }
    }

    package func prune(limit: Int) -> Int {
        state.withLock { $0.prune(limit: limit, at: clock.now) }
    }
}
