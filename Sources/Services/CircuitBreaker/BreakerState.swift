/// What a circuit breaker does with calls.
package enum BreakerState: String, Hashable, Sendable, CaseIterable, Codable {
    /// Calls pass and are counted; opens when too many fail, or are slow.
    case closed
    /// Calls are refused; half-opens after a while.
    case open
    /// A few calls pass to see whether it is better: closes when all of them succeed, opens when one fails.
    case halfOpen = "half_open"
    /// Calls are refused until somebody says otherwise.
    case forcedOpen = "forced_open"
    /// Calls pass, uncounted, until somebody says otherwise.
    case forcedClosed = "forced_closed"
}

/// The right to make one call, to be given back with what came of it.
package struct BreakerPermit: Hashable, Sendable {
    /// Results of calls from before the last change of state are ignored.
    let generation: Int
}

/// What came of a call.
package enum BreakerResult: Hashable, Sendable {
    case succeeded
    case failed
    /// Says nothing about the other side, such as a call its caller cancelled.
    case ignored
}

/// A change of state, and why.
package struct BreakerTransition: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        case failureRate = "failure_rate"
        case slowRate = "slow_rate"
        case failureCount = "failure_count"
        case waitedEnough = "waited_enough"
        case probesSucceeded = "probes_succeeded"
        case probeFailed = "probe_failed"
        case probeLost = "probe_lost"
        case forced
    }

    package let from: BreakerState
    package let to: BreakerState
    package let reason: Reason
}
