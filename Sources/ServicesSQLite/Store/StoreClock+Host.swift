import Glibc
package import Services

extension StoreClock {
    /// The machine's real-time clock, read anew each time: the same for all processes of the host.
    package static let host = StoreClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return StoreTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
