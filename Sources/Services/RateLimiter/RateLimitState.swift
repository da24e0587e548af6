/// What a store keeps per key and slot of a rate limit, and the arithmetic on it.
///
/// Stores either call ``decide(_:_:cost:now:isCharging:)`` within their transaction, or compute the same formulas. All
/// numbers are whole; `/` rounds down, `ceil` up. With the terms' `L`imit, `B`urst, `P`eriod, `D`rain units, cost units
/// `U`, and the request's cost `c` (below 0 counts as 0):
///
/// **Fixed window.** `window = now - now mod P`; `used = window <= anchor <= window + P ? current : 0`. Allowed when `used + c <= L`;
/// then `anchor = window`, `current = used + c`. Remaining `L - used`, reset after `used > 0 ? window + P - now : 0`,
/// retry after `window + P - now`.
///
/// **Sliding window.** `window` as above; `age = (window - anchor) / P`. An age of 0 or -1 keeps `current` and
/// `previous`; 1 makes `current` the `previous` one; any other makes both 0. `elapsed = now - window`,
/// `share = ceil((P - elapsed) * 256 / P)`, `used = current + ceil(previous * share / 256)`. Allowed when
/// `used + c <= L`; then `current += c`. Remaining `L - used`, at least 0. Reset after `2P - elapsed` when `current > 0`,
/// else `P - elapsed` when `previous > 0`, else 0. Retry after: `room = L - c - current`; when `room >= 0`, it is
/// `P - room * 256 / previous * P / 256 - elapsed`; else `room = L - c` in the next window, and it is
/// `2P - room * 256 / current * P / 256 - elapsed`.
///
/// **GCRA.** A debt, in units, that drains with time; it is 0 when `anchor > now + P`. `elapsed = max(0, now - anchor)`,
/// `debt = elapsed >= ceil(current / D) ? 0 : current - elapsed * D`. Allowed when `c <= B` and
/// `debt + c * U <= B * U`; then `anchor = now`, `current = debt + c * U`. Remaining `(B * U - debt) / U`, at least 0;
/// reset after `ceil(debt / D)`; retry after `ceil((debt + c * U - B * U) / D)`.
///
/// A later anchor, left by a clock that was set back, counts as now for up to one period; one further ahead is forgotten.
/// So such a clock blocks no key for much longer than a period.
/// Remaining and reset after are those after the charge, or without it when nothing was charged. A cost above the limit
/// (for `gcra`, the burst) is never allowed and has no retry-after.
package struct RateLimitState: Hashable, Sendable {
    /// Windows: the window's start; `gcra`: when the debt was `current`.
    ///
    /// Microseconds of the store's clock.
    package var anchor: Int64
    /// Windows: cost in the window; `gcra`: debt in units.
    package var current: Int64
    /// Sliding window: cost in the window before; elsewhere 0.
    package var previous: Int64

    package init(anchor: Int64 = 0, current: Int64 = 0, previous: Int64 = 0) {
        self.anchor = anchor
        self.current = current
        self.previous = previous
    }

    /// Reads a stored state.
    ///
    /// - Returns: `nil` for numbers that no state has, as a damaged store may hold.
    package init?(numbers: [Int64]) {
        guard numbers.count == 3, numbers[1] >= 0, numbers[2] >= 0,
            numbers.allSatisfy({ $0.magnitude <= UInt64(Self.greatestNumber) })
        else { return nil }
        self.init(anchor: numbers[0], current: numbers[1], previous: numbers[2])
    }

    /// The state as stores keep it: anchor, current, previous.
    package var numbers: [Int64] { [anchor, current, previous] }

    /// Bound of all numbers: doubles are exact up to it.
    static let greatestNumber: Int64 = 1 << 53
    /// Bound of times, so that a window's start stays within the bound of numbers.
    static let greatestTime: Int64 = 1 << 52
}

/// A decision and what the store has to keep.
package struct RateLimitOutcome: Hashable, Sendable {
    /// To be stored when the request was charged; else the state without a charge, which need not be stored.
    package var state: RateLimitState
    package var decision: RateLimitDecision
    /// From here on the state is as if the key had never been used, and may be forgotten.
    package var expiresAt: StoreTime
}
