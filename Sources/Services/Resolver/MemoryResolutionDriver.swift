import Locking

/// Resolutions of this process, the newest of them.
package final class MemoryResolutionDriver: ResolutionDriver {
    private let records = Lock<[Resolution]>([])
    private let limit: Int

    /// - Parameter limit: how many are kept.
    package init(limit: Int = 10_000) {
        self.limit = max(1, limit)
    }

    package func record(_ resolution: Resolution) {
        records.withLock { records in
            records.append(resolution)
            // An eighth at a time, so that each is moved a few times only.
            if records.count > limit { records.removeFirst(max(1, limit / 8)) }
        }
    }

    package func unresolved(limit: Int) -> [Resolution] {
        records.withLock { Array($0.reversed().filter { !$0.isResolved }.prefix(max(0, limit))) }
    }
}
