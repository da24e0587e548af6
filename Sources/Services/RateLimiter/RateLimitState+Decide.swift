extension RateLimitState {
    /// Decides one request.
    ///
    /// - Parameters:
    ///   - state: what the store has under the key and the terms' slot, if anything.
    ///   - terms: the request's limit.
    ///   - cost: the request's cost.
    ///   - now: the store's time.
    ///   - isCharging: `false` only looks.
    /// - Returns: the decision, and the state after it.
    package static func decide(
        _ state: RateLimitState?,
        _ terms: RateLimitTerms,
        cost: Int,
        now: StoreTime,
        isCharging: Bool = true
    ) -> RateLimitOutcome {
        let now = min(max(now.microseconds, -greatestTime), greatestTime)
        // A cost beyond the greatest burst is as good as any other above it, and cannot overflow.
        let cost = min(Int64(clamping: max(0, cost)), 1 << 41)
        let view =
            switch terms.policy {
            case .fixedWindow: fixedWindow(state, terms, now)
            case .slidingWindow: slidingWindow(state, terms, now)
            case .gcra: debt(state, terms, now)
            }
        let retryAfter = view.retryAfter(terms, cost, now)
        let isAllowed = retryAfter == 0
        let left = isAllowed && isCharging ? view.charged(terms, cost, now) : view
        let resetAfter = left.resetAfter(terms, now)
        let decision = RateLimitDecision(
            isAllowed: isAllowed,
            limit: Int(terms.limit),
            remaining: Int(left.remaining(terms, now)),
            resetAfter: .microseconds(resetAfter),
            retryAfter: isAllowed ? nil : retryAfter.map { .microseconds($0) }
        )
        return RateLimitOutcome(
            state: left,
            decision: decision,
            expiresAt: StoreTime(microseconds: now + resetAfter)
        )
    }

    /// Decides one request, computing its terms first.
    package static func decide(
        _ state: RateLimitState?,
        _ request: RateLimitRequest,
        now: StoreTime,
        isCharging: Bool = true
    ) -> RateLimitOutcome {
        decide(state, RateLimitTerms(request.limit), cost: request.cost, now: now, isCharging: isCharging)
    }

    // MARK: - The state brought to now

    private static func fixedWindow(_ state: RateLimitState?, _ terms: RateLimitTerms, _ now: Int64) -> RateLimitState {
        let window = windowStart(now, terms)
        guard let state, state.anchor >= window, state.anchor <= window + terms.period else {
            return RateLimitState(anchor: window)
        }
        return RateLimitState(anchor: window, current: state.current)
    }

    private static func slidingWindow(
        _ state: RateLimitState?,
        _ terms: RateLimitTerms,
        _ now: Int64
    ) -> RateLimitState {
        let window = windowStart(now, terms)
        guard let state, state.anchor > window - 2 * terms.period, state.anchor <= window + terms.period else {
            return RateLimitState(anchor: window)
        }
        if state.anchor > window - terms.period {
            return RateLimitState(anchor: window, current: state.current, previous: state.previous)
        }
        return RateLimitState(anchor: window, previous: state.current)
    }

    private static func debt(_ state: RateLimitState?, _ terms: RateLimitTerms, _ now: Int64) -> RateLimitState {
        guard let state, state.anchor <= now + terms.period else { return RateLimitState(anchor: now) }
        let elapsed = max(0, now - state.anchor)
        guard elapsed < ceilDivide(state.current, terms.drainUnits) else { return RateLimitState(anchor: now) }
        return RateLimitState(anchor: now, current: state.current - elapsed * terms.drainUnits)
    }

    // MARK: - What a state at its own time answers

    private func charged(_ terms: RateLimitTerms, _ cost: Int64, _ now: Int64) -> RateLimitState {
        var state = self
        state.current += cost * terms.costUnits
        return state
    }

    private func remaining(_ terms: RateLimitTerms, _ now: Int64) -> Int64 {
        switch terms.policy {
        case .fixedWindow: max(0, terms.limit - current)
        case .slidingWindow: max(0, terms.limit - current - weighted(share(terms, now)))
        case .gcra: max(0, terms.burst * terms.costUnits - current) / terms.costUnits
        }
    }

    private func resetAfter(_ terms: RateLimitTerms, _ now: Int64) -> Int64 {
        let elapsed = now - anchor
        switch terms.policy {
        case .fixedWindow: return current > 0 ? terms.period - elapsed : 0
        case .slidingWindow where current > 0: return 2 * terms.period - elapsed
        case .slidingWindow: return previous > 0 ? terms.period - elapsed : 0
        case .gcra: return Self.ceilDivide(current, terms.drainUnits)
        }
    }

    /// 0: allowed now; `nil`: never.
    private func retryAfter(_ terms: RateLimitTerms, _ cost: Int64, _ now: Int64) -> Int64? {
        guard cost <= terms.burst else { return nil }
        switch terms.policy {
        case .fixedWindow:
            return current + cost <= terms.limit ? 0 : anchor + terms.period - now
        case .slidingWindow:
            let elapsed = now - anchor
            let room = terms.limit - cost - current
            guard room < weighted(share(terms, now)) else { return 0 }
            if room >= 0 { return Self.fading(previous, to: room, terms) - elapsed }
            return terms.period + Self.fading(current, to: terms.limit - cost, terms) - elapsed
        case .gcra:
            let excess = current + cost * terms.costUnits - terms.burst * terms.costUnits
            return excess <= 0 ? 0 : Self.ceilDivide(excess, terms.drainUnits)
        }
    }

    /// How many of 256 parts of the last window the sliding window still covers.
    private func share(_ terms: RateLimitTerms, _ now: Int64) -> Int64 {
        Self.ceilDivide((terms.period - (now - anchor)) * RateLimitTerms.slidingSteps, terms.period)
    }

    private func weighted(_ share: Int64) -> Int64 {
        Self.ceilDivide(previous * share, RateLimitTerms.slidingSteps)
    }

    /// Microseconds into a window until a count of the window before weighs no more than `room`, which is less.
    private static func fading(_ count: Int64, to room: Int64, _ terms: RateLimitTerms) -> Int64 {
        let share = room * RateLimitTerms.slidingSteps / count
        return terms.period - share * terms.period / RateLimitTerms.slidingSteps
    }

    private static func windowStart(_ now: Int64, _ terms: RateLimitTerms) -> Int64 {
        let past = now % terms.period
        return now - (past < 0 ? past + terms.period : past)
    }

    private static func ceilDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        (value + divisor - 1) / divisor
    }
}
