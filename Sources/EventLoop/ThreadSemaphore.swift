import Glibc

/// A counting semaphore for threads of our own.
///
/// Not Dispatch's: its headers and those of the Linux module cannot be imported together by one client.
final class ThreadSemaphore: @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: `sem_t` is made for use by several threads, and the memory
    // is freed only with this object.
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        semaphore.initialize(to: sem_t())
        let status = sem_init(semaphore, 0, 0)
        precondition(status == 0, "sem_init fails only for a start value beyond its range")
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deinitialize(count: 1)
        semaphore.deallocate()
    }

    func signal() {
        sem_post(semaphore)
    }

    /// Blocks the thread until a signal comes; false when the time is over without one.
    func wait(nanoseconds: UInt64) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000)
        let fraction = UInt64(deadline.tv_nsec) + rest
        deadline.tv_sec += Int(seconds + fraction / 1_000_000_000)
        deadline.tv_nsec = Int(fraction % 1_000_000_000)
        while sem_timedwait(semaphore, &deadline) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }
}
