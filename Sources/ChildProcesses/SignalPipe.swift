import Glibc

/// Where signal handlers write; set once before the first handler is installed.
private nonisolated(unsafe) var writeEnd: Int32 = -1

/// Turns signals into bytes of a pipe, so that one loop can wait for signals and time without a race.
///
/// A handler that writes works on whichever thread the kernel picks, where a blocked signal would need all threads to
/// block it.
struct SignalPipe {
    private let readEnd: Int32

    init?(numbers: [Int32]) {
        var ends: (Int32, Int32) = (-1, -1)
        let status = withUnsafeMutableBytes(of: &ends) { pipe($0.baseAddress?.assumingMemoryBound(to: Int32.self)) }
        guard status == 0 else { return nil }
        for end in [ends.0, ends.1] {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends.0
        writeEnd = ends.1
        for number in numbers {
            signal(number) { number in
                let saved = errno
                var byte = UInt8(truncatingIfNeeded: number)
                // A full pipe already wakes the loop: the byte may be lost.
                _ = write(writeEnd, &byte, 1)
                errno = saved
            }
        }
    }

    /// Waits for at most that time and returns the signals that came.
    func wait(for limit: Duration) -> [Int32] {
        var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(clamping: max(1, limit.inMilliseconds))
        guard poll(&descriptor, 1, milliseconds) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(readEnd, &buffer, buffer.count)
        return count > 0 ? buffer.prefix(count).map { Int32($0) } : []
    }
}
