/// Lets something happen at most once per interval.
package struct Throttle: Sendable {
    private let interval: Duration
    private var last: ContinuousClock.Instant?

    package init(interval: Duration) {
        self.interval = interval
    }

    /// Whether the interval has passed since the last time this answered yes.
    package mutating func isDue(at now: ContinuousClock.Instant) -> Bool {
        if let last, now - last < interval { return false }
        last = now
        return true
    }
}
