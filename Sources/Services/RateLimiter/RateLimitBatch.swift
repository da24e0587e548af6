/// Several requests decided at once: all are charged, or none is.
///
/// Requests are looked at in order, and each sees what those before it in the same call would be charged. When one is
/// not allowed nothing is charged: then `remaining` and `resetAfter` of every decision are those without any charge,
/// while `isAllowed` and `retryAfter` say which request stood in the way.
package struct RateLimitBatch: Hashable, Sendable {
    /// Where a state is kept.
    package struct Slot: Hashable, Sendable {
        package let key: String
        /// ``RateLimitTerms/slot``.
        package let slot: String

        package init(key: String, slot: String) {
            self.key = key
            self.slot = slot
        }

        package static func == (left: Slot, right: Slot) -> Bool {
            left.key.hasSameBytes(as: right.key) && left.slot == right.slot
        }

        package func hash(into hasher: inout Hasher) {
            key.hashBytes(into: &hasher)
            hasher.combine(slot)
        }
    }

    package let isCharged: Bool
    /// One per request, in order.
    package let decisions: [RateLimitDecision]
    /// What to store; empty when nothing was charged.
    package let writes: [Slot: RateLimitOutcome]

    /// Decides the requests.
    ///
    /// - Parameters:
    ///   - requests: what is asked.
    ///   - states: what the store has, for the slots it has.
    ///   - now: the store's time.
    ///   - isCharging: `false` only looks.
    package init(
        _ requests: [RateLimitRequest],
        states: [Slot: RateLimitState],
        now: StoreTime,
        isCharging: Bool = true
    ) {
        var writes: [Slot: RateLimitOutcome] = [:]
        var decisions: [RateLimitDecision] = []
        for request in requests {
            let terms = RateLimitTerms(request.limit)
            let slot = Slot(key: request.key, slot: terms.slot)
            let state = writes[slot]?.state ?? states[slot]
            let outcome = RateLimitState.decide(state, terms, cost: request.cost, now: now)
            decisions.append(outcome.decision)
            if outcome.decision.isAllowed { writes[slot] = outcome }
        }
        isCharged = isCharging && decisions.allSatisfy(\.isAllowed)
        guard !isCharged else {
            self.decisions = decisions
            self.writes = writes
            return
        }
        self.writes = [:]
        self.decisions = zip(requests, decisions).map { request, decision in
            let terms = RateLimitTerms(request.limit)
            let state = states[Slot(key: request.key, slot: terms.slot)]
            let unchanged = RateLimitState.decide(state, terms, cost: 0, now: now, isCharging: false).decision
            return RateLimitDecision(
                isAllowed: decision.isAllowed,
                limit: decision.limit,
                remaining: unchanged.remaining,
                resetAfter: unchanged.resetAfter,
                retryAfter: decision.retryAfter
            )
        }
    }
}
