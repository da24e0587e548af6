/// When to renew a lease and when to stop relying on it, by the holder's own monotonic clock.
///
/// The lease is counted from before its request was sent, so that the holder stops before the store lets somebody else
/// in. All times are readings of one ``Stopwatch``.
package struct LeaseTenure: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case rest(until: Duration)
        case renew
        /// Too late: stop what relies on the lease.
        case stop
    }

    package let timeToLive: Duration
    /// Share of the time to live kept back for the drift of clocks and for the work to stop.
    private let safety: Double
    /// Before the request that was granted last.
    package private(set) var grantedAt: Duration
    private var retryAt: Duration?

    package init(timeToLive: Duration, safety: Double, grantedAt: Duration) {
        self.timeToLive = timeToLive
        self.safety = safety
        self.grantedAt = grantedAt
    }

    /// The end of safe use.
    package var stopAt: Duration { grantedAt + timeToLive * max(0, 1 - safety) }
    /// When nothing new should be begun under a lease that could not be renewed.
    package var quietAt: Duration { grantedAt + timeToLive * 2 / 3 }
    package var renewAt: Duration { retryAt ?? grantedAt + timeToLive / 3 }

    package func step(at now: Duration) -> Step {
        if now >= stopAt { return .stop }
        return now >= renewAt ? .renew : .rest(until: min(renewAt, stopAt))
    }

    /// The store renewed the lease; the request was sent at that reading.
    package mutating func renewed(requestedAt: Duration) {
        guard requestedAt >= grantedAt else { return }
        grantedAt = requestedAt
        retryAt = nil
    }

    /// The store could not be asked: again after a twelfth of the time to live.
    package mutating func failed(at now: Duration) {
        retryAt = now + timeToLive / 12
    }
}
