/// When a job whose handler failed is tried again.
package struct JobRetry: Sendable {
    private let decide: @Sendable (_ attempt: Int, _ error: any Error, _ random: Double) -> Duration?

    /// - Parameter decide: gets the attempt that failed (from 1), its error and a random number from 0 up to 1; answers
    ///   the wait, or `nil` for the dead letters.
    package init(_ decide: @escaping @Sendable (Int, any Error, Double) -> Duration?) {
        self.decide = decide
    }

    /// The wait before the next attempt; `nil`: to the dead letters.
    package func delay(after error: any Error, attempt: Int, random: Double = .random(in: 0..<1)) -> Duration? {
        decide(attempt, error, random)
    }

    /// Doubles the wait with every attempt up to a cap, and takes a random part of it (full jitter).
    ///
    /// The wait is evenly spread between zero and `base * factor^(attempt - 1)`, or `cap` where that is less.
    package static func exponential(
        base: Duration = .seconds(1),
        factor: Double = 2,
        cap: Duration = .seconds(3_600)
    ) -> JobRetry {
        JobRetry { attempt, _, random in
            let (base, cap) = (base / .seconds(1), cap / .seconds(1))
            // Beyond the cap the power only risks an overflow.
            var ceiling = base
            for _ in 1..<max(1, min(attempt, 1_000)) where ceiling < cap { ceiling *= max(1, factor) }
            return .seconds(min(ceiling, cap) * random)
        }
    }

    package static func fixed(_ delay: Duration) -> JobRetry { JobRetry { _, _, _ in delay } }

    /// Failed jobs go to the dead letters.
    package static let never = JobRetry { _, _, _ in nil }

    /// Decides by the error first.
    ///
    /// Where `choose` knows no policy for an error, the one this is called on holds.
    package func unless(_ choose: @escaping @Sendable (any Error) -> JobRetry?) -> JobRetry {
        JobRetry { attempt, error, random in
            (choose(error) ?? self).decide(attempt, error, random)
        }
    }
}

/// Thrown by handlers whose payload cannot be read: the job is parked with the dead letters at once.
package struct UndecodablePayload: Error, Hashable, Sendable, CustomStringConvertible {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
