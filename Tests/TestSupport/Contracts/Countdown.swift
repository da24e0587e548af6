import Locking

/// Counts events down to the last one wanted.
package final class Countdown: Sendable {
    private let left: Lock<Int>

    package init(_ count: Int) {
        left = Lock(count)
    }

    /// Counts one event; true for the last.
    package func isLast() -> Bool {
        left.withLock { left in
            left -= 1
            return left <= 0
        }
    }
}
