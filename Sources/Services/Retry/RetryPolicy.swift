/// Whether and when something that failed is tried again.
package struct RetryPolicy: Sendable {
    /// Tries in all, the first one included; at least 1.
    package var attempts: Int
    package var backoff: Backoff
    /// Longest wait that a failure may ask for; one that asks for more is not tried again.
    package var longestRetryAfter: Duration

    package init(
        attempts: Int = 4,
        backoff: Backoff = .exponential(),
        longestRetryAfter: Duration = .seconds(60)
    ) {
        self.attempts = max(1, attempts)
        self.backoff = backoff
        self.longestRetryAfter = longestRetryAfter
    }

    /// One try only.
    package static let never = RetryPolicy(attempts: 1, backoff: .never)

    /// What a failure means for further tries.
    package enum Verdict: Hashable, Sendable {
        /// Trying again cannot help, or might do harm.
        case final
        /// Trying again may help, not before `retryAfter` when the other side said so.
        case again(retryAfter: Duration?)
    }

    /// The wait before the next try.
    ///
    /// - Parameters:
    ///   - attempt: the try that failed, counted from 1.
    ///   - verdict: what its failure means.
    ///   - random: a number from 0 to its argument, where jitter comes from.
    /// - Returns: `nil`: give up.
    package func delay(
        after attempt: Int,
        _ verdict: Verdict,
        random: (Int64) -> Int64 = Backoff.random(upTo:)
    ) -> Duration? {
        guard case .again(let retryAfter) = verdict, attempt < attempts,
            let delay = backoff.delay(after: attempt, random: random)
        else { return nil }
        guard let retryAfter else { return delay }
        guard retryAfter <= longestRetryAfter else { return nil }
        // On top of what was asked for: all callers were told the same time.
        return retryAfter + delay
    }

    /// What an error means by itself: transient service errors may be tried again, everything else not.
    package static func verdict(of error: any Error) -> Verdict {
        (error as? ServicesError)?.isTransient == true ? .again(retryAfter: nil) : .final
    }
}
