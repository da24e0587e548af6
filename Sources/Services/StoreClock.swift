import Glibc

/// Where stores that live in this process take their time from.
package struct StoreClock: Sendable {
    private let read: @Sendable () -> StoreTime

    package init(_ read: @escaping @Sendable () -> StoreTime) {
        self.read = read
    }

    package var now: StoreTime { read() }

    /// The wall clock as it was when first asked, moved on by the monotonic clock: it never goes back.
    package static let system: StoreClock = {
        let start = ContinuousClock.now
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let base = StoreTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
        return StoreClock { base + (ContinuousClock.now - start) }
    }()
}
