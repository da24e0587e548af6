import Locking

/// Leases that live and die with this process.
package final class MemoryLockDriver: LockReleaseSignals {
    private let state = Lock(LockState())
    private let signals = Signals()
    private let clock: StoreClock

    package init(clock: StoreClock = .system) {
        self.clock = clock
    }

    package func acquire(_ request: LeaseRequest) -> LeaseAnswer {
        state.withLock { $0.acquire(request, at: clock.now) }
    }

    package func renew(_ leases: [Lease], timeToLive: Duration) -> Bool {
        state.withLock { $0.renew(leases, timeToLive: timeToLive, at: clock.now) }
    }

    package func release(_ leases: [Lease]) -> Int {
        let names = state.withLock { $0.release(leases, at: clock.now) }
        signals.signal(names)
        return names.count
    }

    package func isCurrent(_ lease: Lease) -> Bool {
        state.withLock { $0.isCurrent(lease, at: clock.now) }
    }

    package func records(prefix: String, after name: String?, limit: Int) -> [LockRecord] {
        state.withLock { $0.records(prefix: prefix, after: name, limit: limit, at: clock.now) }
    }

    package func releases(of names: [String]) -> AsyncStream<Void> {
        signals.listen(to: names)
    }
}
