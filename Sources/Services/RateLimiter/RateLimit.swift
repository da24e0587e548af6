/// How many requests a key may make, and over what time.
package struct RateLimit: Hashable, Sendable {
    package enum Policy: String, Hashable, Sendable, CaseIterable {
        /// A counter per calendar-aligned window; twice the limit can pass around a window's edge.
        case fixedWindow = "fixed"
        /// The counter of this window plus the share of the last one that the sliding window still covers.
        case slidingWindow = "sliding"
        /// The generic cell rate algorithm, a leaky bucket as one number: spreads requests, allows a burst.
        case gcra
    }

    package let policy: Policy
    /// Cost allowed per `period`; at least 1.
    package let limit: Int
    package let period: Duration
    /// Cost that may come at once, for `gcra`; elsewhere equal to `limit`.
    package let burst: Int

    package init(policy: Policy, limit: Int, per period: Duration, burst: Int? = nil) {
        self.policy = policy
        self.limit = limit
        self.period = period
        self.burst = policy == .gcra ? burst ?? limit : limit
    }
}

/// One question to the rate limiter.
package struct RateLimitRequest: Hashable, Sendable {
    package let key: String
    package let limit: RateLimit
    /// At least 1 for a hit; a cost above the burst is never allowed.
    package let cost: Int

    package init(key: String, limit: RateLimit, cost: Int = 1) {
        self.key = key
        self.limit = limit
        self.cost = cost
    }
}

/// The answer for one key.
package struct RateLimitDecision: Hashable, Sendable {
    package let isAllowed: Bool
    package let limit: Int
    /// Cost that would be allowed right now, after this request.
    package let remaining: Int
    /// Until the key is as if it had never been used.
    package let resetAfter: Duration
    /// Until the same request would be allowed; `nil` when it was allowed, or never will be.
    package let retryAfter: Duration?
    /// Whether this process alone decided, because the shared store was away.
    package var isLocal = false

    package init(isAllowed: Bool, limit: Int, remaining: Int, resetAfter: Duration, retryAfter: Duration?) {
        self.isAllowed = isAllowed
        self.limit = limit
        self.remaining = remaining
        self.resetAfter = resetAfter
        self.retryAfter = retryAfter
    }
}
