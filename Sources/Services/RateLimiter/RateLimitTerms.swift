/// A rate limit as the whole numbers that every store computes with.
///
/// All products below 2^53, so that Swift and SQL with 64-bit integers and Lua with doubles get the very same results.
/// Limits beyond the bounds of ``init(_:)`` are brought within them, always to the strict side.
package struct RateLimitTerms: Hashable, Sendable {
    package let policy: RateLimit.Policy
    /// Cost allowed per period; 1 to 2^40.
    package let limit: Int64
    /// Cost that may come at once; 1 to 2^40.
    package let burst: Int64
    /// Microseconds; 1 to 2^45, which is more than a year.
    package let period: Int64
    /// For `gcra`: what one cost adds to the debt; elsewhere 1.
    package let costUnits: Int64
    /// For `gcra`: what drains from the debt in a microsecond; elsewhere 1.
    package let drainUnits: Int64

    /// Steps in which the weight of a sliding window's last window falls.
    package static let slidingSteps: Int64 = 256

    private static let greatestCost: Int64 = 1 << 40
    private static let greatestPeriod: Int64 = 1 << 45
    private static let greatestDebt: Int64 = 1 << 52

    /// Reduces `period / limit`, the time one cost takes to drain, to the smallest pair of units.
    ///
    /// Where a full debt (`burst * costUnits`) would pass 2^52, the pair is a coarser one that drains no faster; the
    /// rate then errs by less than one part in 2^11, and by far less for limits that people set. Where no pair is coarse
    /// enough, the burst is cut.
    package init(_ limit: RateLimit) {
        policy = limit.policy
        self.limit = Self.clamp(Int64(limit.limit), to: Self.greatestCost)
        period = Self.clamp(limit.period.wholeMicroseconds, to: Self.greatestPeriod)
        let burst = Self.clamp(Int64(limit.burst), to: Self.greatestCost)
        guard limit.policy == .gcra else {
            self.burst = self.limit
            (costUnits, drainUnits) = (1, 1)
            return
        }
        let divisor = Self.greatestCommonDivisor(period, self.limit)
        let exact = period / divisor
        let (debt, overflow) = exact.multipliedReportingOverflow(by: burst)
        guard overflow || debt > Self.greatestDebt else {
            self.burst = burst
            (costUnits, drainUnits) = (exact, self.limit / divisor)
            return
        }
        let whole = UInt128(burst) * UInt128(period)
        drainUnits = max(1, Int64(clamping: UInt128(Self.greatestDebt) * UInt128(self.limit) / whole))
        let numerator = UInt128(period) * UInt128(drainUnits)
        costUnits = Int64(clamping: (numerator + UInt128(self.limit) - 1) / UInt128(self.limit))
        self.burst = max(1, min(burst, Self.greatestDebt / costUnits))
    }

    /// Names the state of these terms among the states of one key: a changed limit starts anew.
    package var slot: String { "\(policy.rawValue):\(limit):\(period):\(burst)" }

    private static func clamp(_ value: Int64, to greatest: Int64) -> Int64 { min(max(1, value), greatest) }

    private static func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}
