import Dispatch
import Glibc

/// Turns the signals that ask a program to stop into a stream.
///
/// A signal handler may do next to nothing, so this one writes the signal's number into a pipe, and a dispatch source
/// reads it on an ordinary thread. Handlers, unlike ignored signals, are reset by `exec`: children start with the usual
/// behaviour.
enum SignalWatcher {
    private static let watched: [(number: Int32, interrupt: Interrupt)] = [
        (SIGINT, .interrupt), (SIGTERM, .terminate), (SIGHUP, .hangUp),
    ]

    /// The signals from now on; the usual behaviour comes back when the stream ends.
    ///
    /// One stream at a time: a second one takes the signals from the first.
    static func interrupts() -> AsyncStream<Interrupt> {
        AsyncStream { continuation in
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return continuation.finish() }
            let (readEnd, writeEnd) = (ends[0], ends[1])
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            signalPipe = writeEnd
            // Dispatch sources may be used from any thread; only their Swift declaration does not say so.
            nonisolated(unsafe) let source = DispatchSource.makeReadSource(
                fileDescriptor: readEnd,
                queue: DispatchQueue(label: "switchyard.signals")
            )
            source.setEventHandler {
                var number: UInt8 = 0
                while read(readEnd, &number, 1) == 1 {
                    for signal in watched where signal.number == Int32(number) { continuation.yield(signal.interrupt) }
                }
            }
            source.setCancelHandler {
                close(readEnd)
                close(writeEnd)
            }
            source.activate()
            for entry in watched { signal(entry.number, forwardSignal) }
            continuation.onTermination = { _ in
                for entry in watched { signal(entry.number, SIG_DFL) }
                signalPipe = -1
                source.cancel()
            }
        }
    }

    /// Losing the reader of a pipe shall not end a run: writes report it instead.
    ///
    /// A handler that does nothing, not `SIG_IGN`, because children would inherit the latter.
    static func surviveBrokenPipes() {
        signal(SIGPIPE) { _ in }
    }

    /// A file that reaches the limit on file sizes shall be an error that is told, as a full disk is, not the end of the
    /// program.
    static func surviveFileLimits() {
        signal(SIGXFSZ) { _ in }
    }
}

/// Write end of the pipe of the stream that is open, or -1.
// Invariant: a plain integer, written before the handler is installed and after it is removed; a signal handler can take
// no lock, so there is no other way to hand it a value.
nonisolated(unsafe) private var signalPipe: Int32 = -1

private func forwardSignal(_ number: Int32) {
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe, &byte, 1)
}
