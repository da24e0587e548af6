import Glibc

/// Reads the processes of this machine from `/proc`.
package enum ProcessTable {
    /// One process as `/proc/<pid>/stat` shows it.
    struct Entry: Sendable, Hashable {
        var pid: Int32
        var parent: Int32
        var group: Int32
        var startTicks: UInt64
        /// `R`, `S`, `Z`, ...
        var state: UInt8

        var mark: ChildMark { ChildMark(pid: pid, startTicks: startTicks) }
        /// Dead and only waiting to be reaped.
        var isZombie: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }
    }

    /// The mark of a running process; its `startTicks` are 0 when there is none with that number.
    package static func mark(of pid: Int32) -> ChildMark {
        entry(of: pid)?.mark ?? ChildMark(pid: pid, startTicks: 0)
    }

    /// The marked process itself, not another one with its number, still runs.
    ///
    /// A zombie does not.
    package static func isAlive(_ mark: ChildMark) -> Bool {
        guard let entry = entry(of: mark.pid), !entry.isZombie else { return false }
        return entry.startTicks == mark.startTicks
    }

    /// All running processes below that one, parents before their children.
    package static func descendants(of pid: Int32) -> [ChildMark] {
        let children = Dictionary(grouping: entries(), by: \.parent)
        var found: [ChildMark] = []
        var queue = [pid]
        // A process that moves while the table is read could appear twice: each number is visited once.
        var seen: Set<Int32> = [pid]
        while let parent = queue.popLast() {
            for child in children[parent] ?? [] where seen.insert(child.pid).inserted {
                queue.append(child.pid)
                if !child.isZombie { found.append(child.mark) }
            }
        }
        return found
    }

    /// All running processes that were started with that environment variable, but the calling one.
    ///
    /// Finds what an earlier runner left behind. Processes of other users are not readable and left out.
    package static func owned(byEnvironment name: String, value: String) -> [ChildMark] {
        let wanted = Array("\(name)=\(value)".utf8)
        let own = getpid()
        return entries().filter { entry in
            guard entry.pid != own, !entry.isZombie else { return false }
            guard let environment = contents(of: "/proc/\(entry.pid)/environ") else { return false }
            return environment.split(separator: 0).contains { $0.elementsEqual(wanted) }
        }
        .map(\.mark)
    }

    /// Ends processes: SIGTERM, up to the grace period, SIGKILL.
    ///
    /// Returns when none of them runs any more.
    ///
    /// Descendants of the marked processes are ended with them. Not interrupted by cancellation: the time it takes is
    /// bounded by the grace period and two seconds.
    package static func end(_ marks: [ChildMark], grace: Duration) async {
        let everything = marks + marks.flatMap { isAlive($0) ? descendants(of: $0.pid) : [] }
        await Task.detached {
            // Detached, so that a cancelled caller still gets its clean-up.
            for mark in everything {
                signal(mark, SIGTERM)
                signal(mark, SIGCONT)
            }
            if await waitUntilGone(everything, for: grace) { return }
            for mark in everything {
                for descendant in descendants(of: mark.pid) where isAlive(mark) { signal(descendant, SIGKILL) }
                signal(mark, SIGKILL)
            }
            _ = await waitUntilGone(everything, for: .seconds(2))
        }
        .value
    }

    /// Sends a signal to exactly the marked process, or to none.
    static func signal(_ mark: ChildMark, _ number: Int32) {
        if isAlive(mark) { kill(mark.pid, number) }
    }

    private static func waitUntilGone(_ marks: [ChildMark], for limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        var pause = Duration.milliseconds(1)
        while marks.contains(where: isAlive) {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
        return true
    }
}
