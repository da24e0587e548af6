/// Waiting times between attempts: exponential with full jitter.
///
/// The time before attempt `n + 1` is random between zero and `base` doubled `n - 1` times, at most `limit`: many
/// clients that lost the same server come back spread over time (Brooker 2015, "Exponential Backoff and Jitter").
package struct Backoff: Hashable, Sendable {
    /// Upper end of the first waiting time.
    package var base: Duration
    /// No waiting time is longer.
    package var limit: Duration

    package init(base: Duration, limit: Duration) {
        self.base = base
        self.limit = limit
    }

    /// The upper end of the waiting time after the given number of failures in a row.
    package func ceiling(afterFailures failures: Int) -> Duration {
        var ceiling = base
        for _ in 1..<max(1, min(failures, 64)) {
            if ceiling >= limit { break }
            ceiling *= 2
        }
        return min(ceiling, limit)
    }

    package func delay(
        afterFailures failures: Int,
        using random: inout some RandomNumberGenerator
    ) -> Duration {
        ceiling(afterFailures: failures) * Double.random(in: 0...1, using: &random)
    }

    package func delay(afterFailures failures: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return delay(afterFailures: failures, using: &random)
    }
}
