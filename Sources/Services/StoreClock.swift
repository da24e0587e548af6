import CLinux
import Glibc

/// Where stores that live in this process take their time from.
package struct StoreClock: Sendable {
    private let read: @Sendable () -> StoreTime

    package init(_ read: @escaping @Sendable () -> StoreTime) {
        self.read = read
    }

    package var now: StoreTime { read() }

    /// The wall clock as it was when first asked, moved on by the monotonic clock: it never goes back.
    package static let system = StoreClock { read(CLOCK_MONOTONIC) }

    /// The system clock as of the kernel's last tick, up to 10 milliseconds ago, at a fraction of the cost.
    package static let coarse = StoreClock { read(CLOCK_MONOTONIC_COARSE) }

    private static let offset = microseconds(CLOCK_REALTIME) - microseconds(CLOCK_MONOTONIC)

    private static func read(_ clock: clockid_t) -> StoreTime {
        StoreTime(microseconds: offset + microseconds(clock))
    }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
