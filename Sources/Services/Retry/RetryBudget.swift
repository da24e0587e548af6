import Locking

/// Bounds how many extra calls retries may cause, over all callers that share it.
///
/// When everything fails, retries would multiply the load on what is down already. Every first try earns a fifth of a
/// retry; retries are paid from what was earned.
package final class RetryBudget: Sendable {
    package struct Options: Hashable, Sendable {
        /// Retries per hundred first tries.
        ///
        /// Default 20.
        package var percentage = 20
        /// Retries that can be saved up, which is also what one begins with.
        ///
        /// Default 10.
        package var reserve = 10

        package init() {}
    }

    /// In hundredths of a retry.
    private let balance: Lock<Int>
    private let options: Options

    package init(options: Options = Options()) {
        self.options = options
        balance = Lock(options.reserve * 100)
    }

    /// Counts a first try.
    package func deposit() {
        balance.withLock { $0 = min($0 + options.percentage, options.reserve * 100) }
    }

    /// Pays for one retry.
    ///
    /// - Returns: whether there was enough.
    package func withdraw() -> Bool {
        balance.withLock { balance in
            guard balance >= 100 else { return false }
            balance -= 100
            return true
        }
    }
}
