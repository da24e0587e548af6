/// Remembers refusals until the same request could be allowed, so that a caller who keeps asking costs no store.
///
/// Exact as long as nobody resets the key elsewhere: the same request cannot be allowed earlier.
struct DenyCache: Sendable {
    private struct Denial: Sendable {
        var cost: Int
        var decision: RateLimitDecision
        var at: Int64
        var until: Int64
    }

    private var denials: [RateLimitBatch.Slot: Denial] = [:]
    private let limit: Int
    private let longest: Int64

    /// - Parameters:
    ///   - limit: refusals remembered; at the limit all are forgotten, which costs one look at the store each.
    ///   - longest: after this a refusal is looked up again, so that a reset elsewhere is seen.
    init(limit: Int, longest: Duration) {
        self.limit = limit
        self.longest = longest.wholeMicroseconds
    }

    /// The refusal that still holds, with its times as of now.
    mutating func decision(
        _ request: RateLimitRequest,
        _ slot: RateLimitBatch.Slot,
        at now: Int64
    ) -> RateLimitDecision? {
        guard let denial = denials[slot] else { return nil }
        guard now < denial.until else {
            denials[slot] = nil
            return nil
        }
        // Another cost may be allowed sooner, or has to wait longer: only the store knows.
        guard request.cost == denial.cost, let retryAfter = denial.decision.retryAfter else { return nil }
        let passed = Duration.microseconds(now - denial.at)
        var decision = RateLimitDecision(
            isAllowed: false,
            limit: denial.decision.limit,
            remaining: denial.decision.remaining,
            resetAfter: max(.zero, denial.decision.resetAfter - passed),
            retryAfter: max(.microseconds(1), retryAfter - passed)
        )
        decision.isLocal = denial.decision.isLocal
        return decision
    }

    mutating func remember(
        _ decision: RateLimitDecision,
        of request: RateLimitRequest,
        _ slot: RateLimitBatch.Slot,
        at now: Int64
    ) {
        guard limit > 0, !decision.isAllowed, let wait = decision.retryAfter?.wholeMicroseconds, wait > 0 else {
            return
        }
        if denials.count >= limit { denials.removeAll(keepingCapacity: true) }
        denials[slot] = Denial(cost: request.cost, decision: decision, at: now, until: now + min(wait, longest))
    }

    mutating func forget(_ key: String) {
        denials = denials.filter { !$0.key.key.hasSameBytes(as: key) }
    }
}
