/// Bounds on one child process and on what is kept of its output.
package struct ChildLimits: Sendable, Hashable {
    /// Longest run; `nil` for no limit.
    package var wallClock: Duration?
    /// Longest time without a byte on either stream; `nil` for no limit.
    package var silence: Duration?
    /// Time between SIGTERM and SIGKILL.
    ///
    /// Default 5 seconds.
    package var grace: Duration
    /// Bytes kept of one line; the rest of it is replaced by a marker.
    ///
    /// Default 1 MiB.
    package var lineLengthInBytes: Int

    package init(
        wallClock: Duration? = nil,
        silence: Duration? = nil,
        grace: Duration = .seconds(5),
        lineLengthInBytes: Int = 1 << 20
    ) {
        self.wallClock = wallClock
        self.silence = silence
        self.grace = grace
        self.lineLengthInBytes = lineLengthInBytes
    }
}
