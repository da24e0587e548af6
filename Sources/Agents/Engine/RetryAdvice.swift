package import RunModel

/// Whether another attempt of the same assignment makes sense.
package enum RetryAdvice: Sendable, Hashable {
    /// The same would happen again, or the person has to act first.
    case never
    /// Try again after that time.
    case again(after: Duration)
}

extension RetryAdvice {
    /// - Parameter attempt: The attempt that has ended, from 1.
    package static func advise(after outcome: AttemptOutcome, attempt: Int) -> RetryAdvice { .never }
}
