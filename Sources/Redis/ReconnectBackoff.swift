/// Waiting times between attempts to connect: doubled each time up to a limit, with full jitter.
///
/// Full jitter draws the wait evenly from zero to the limit of the attempt, so that many clients of one server do not
/// come back in step ("Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
package struct ReconnectBackoff: Hashable, Sendable {
    /// Longest wait before the first repeated attempt.
    ///
    /// Default 20 milliseconds.
    package var initial: Duration
    /// Longest wait before any attempt.
    ///
    /// Default 2 seconds.
    package var maximum: Duration

    package init(initial: Duration = .milliseconds(20), maximum: Duration = .seconds(2)) {
        self.initial = initial
        self.maximum = maximum
    }

    /// The longest wait after that many failed attempts, the first being 1.
    func ceiling(afterFailures count: Int) -> Duration {
        // Beyond 30 doublings every sensible initial wait has reached the maximum, and the product could overflow.
        min(maximum, initial * (1 << min(max(count - 1, 0), 30)))
    }

    /// Draws the wait after that many failed attempts, the first being 1.
    func delay(afterFailures count: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        ceiling(afterFailures: count) * Double.random(in: 0...1, using: &generator)
    }
}
