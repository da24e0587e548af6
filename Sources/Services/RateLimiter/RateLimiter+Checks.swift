extension RateLimiter {
    /// Refuses what no store should see.
    func check(_ request: RateLimitRequest) throws(ServicesError) {
        try options.limits.check(name: request.key, what: "rate-limit key")
        let limit = request.limit
        guard limit.limit >= 1 else { throw .outOfRange("limit", limit.limit, allowed: "1 or more") }
        guard limit.burst >= 1 else { throw .outOfRange("burst", limit.burst, allowed: "1 or more") }
        guard limit.period >= .microseconds(1) else {
            throw .outOfRange("period", limit.period, allowed: "1 microsecond or more")
        }
        guard request.cost >= 1 else { throw .outOfRange("cost", request.cost, allowed: "1 or more") }
    }

    /// Whether the shared store decides.
    package var health: HealthFinding {
        switch breaker.state {
        case .closed, .forcedClosed: .ready
        case .open, .halfOpen, .forcedOpen:
            .degraded("the shared rate-limit store does not answer; decisions are made by policy '\(options.whenAway)'")
        }
    }
}
