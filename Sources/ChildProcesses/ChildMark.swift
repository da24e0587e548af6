/// Names a process beyond the reuse of its number.
package struct ChildMark: Sendable, Hashable {
    package var pid: Int32
    /// Field 22 of `/proc/<pid>/stat`: clock ticks since boot; 0 when the process was gone before it could be read.
    package var startTicks: UInt64

    package init(pid: Int32, startTicks: UInt64) {
        self.pid = pid
        self.startTicks = startTicks
    }
}
