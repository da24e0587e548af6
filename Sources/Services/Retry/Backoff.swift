/// How long to wait before trying again.
package struct Backoff: Hashable, Sendable {
    private enum Kind: Hashable, Sendable {
        case never
        case constant(Duration)
        case exponential(base: Duration, cap: Duration)
    }

    private let kind: Kind

    /// Never again.
    package static let never = Backoff(kind: .never)

    /// At once.
    package static let immediate = Backoff(kind: .constant(.zero))

    /// Always the same time.
    package static func constant(_ delay: Duration) -> Backoff { Backoff(kind: .constant(delay)) }

    /// A random time between nothing and `base`, doubled with every try up to `cap` ("full jitter").
    ///
    /// Randomness over the whole range spreads callers that failed together best:
    /// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.
    package static func exponential(
        base: Duration = .milliseconds(100),
        cap: Duration = .seconds(30)
    ) -> Backoff {
        Backoff(kind: .exponential(base: base, cap: cap))
    }

    /// The greatest wait after a try.
    ///
    /// - Parameter attempt: the try that failed, counted from 1.
    /// - Returns: `nil`: do not try again.
    package func longest(after attempt: Int) -> Duration? {
        switch kind {
        case .never: return nil
        case .constant(let delay): return delay
        case .exponential(let base, let cap):
            var delay = base
            var left = attempt - 1
            while left > 0, delay < cap {
                delay += delay
                left -= 1
            }
            return min(delay, cap)
        }
    }

    /// The wait after a try.
    ///
    /// - Parameters:
    ///   - attempt: the try that failed, counted from 1.
    ///   - random: a number from 0 to its argument, where jitter comes from.
    /// - Returns: `nil`: do not try again.
    package func delay(after attempt: Int, random: (Int64) -> Int64 = Backoff.random(upTo:)) -> Duration? {
        guard let longest = longest(after: attempt) else { return nil }
        guard case .exponential = kind else { return longest }
        return .microseconds(random(max(0, longest.wholeMicroseconds)))
    }

    /// Any number from 0 to the greatest, all equally likely.
    package static func random(upTo greatest: Int64) -> Int64 { .random(in: 0...greatest) }
}
