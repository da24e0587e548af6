import Glibc

/// Makes writing to a child that reads no more an error of that write instead of the end of this program.
enum BrokenPipes {
    /// Ignores SIGPIPE in the whole process, once, unless the program handles it already.
    ///
    /// Children are started with default handling, so nothing changes for them.
    static let ignored: Void = {
        let previous = signal(SIGPIPE, SIG_IGN)
        // Comparing C function pointers needs their bits.
        if unsafeBitCast(previous, to: Int.self) != unsafeBitCast(SIG_DFL, to: Int.self) { signal(SIGPIPE, previous) }
    }()
}
