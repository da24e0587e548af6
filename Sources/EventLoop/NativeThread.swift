import CLinux
import Glibc

/// Starts detached threads for work that must not use the threads Swift's tasks share.
enum NativeThread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs the body on a new thread.
    ///
    /// The thread takes no signals meant for the process; a write to a closed connection gives `EPIPE` there instead of
    /// ending the program.
    ///
    /// - Parameters:
    ///   - name: shown by system tools; the kernel keeps its first 15 bytes.
    ///   - body: what the thread does; it ends when the body returns.
    /// - Throws: `EventLoopError` with code `system` when no thread can be made.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(EventLoopError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        let status = pthread_create(&thread, &attributes, enter, argument)
        guard status == 0 else {
            Unmanaged<Start>.fromOpaque(argument).release()
            throw .system("pthread_create", on: name, errorNumber: status, hint: "raise the limit of processes")
        }
    }

    private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        blockSignals()
        start.name.withCString { _ = linux_prctl(PR_SET_NAME, UInt(bitPattern: $0)) }
        start.body()
        return nil
    }

    /// Leaves only the signals that report a fault of this very thread.
    private static func blockSignals() {
        var signals = sigset_t()
        sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&signals, fault) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
