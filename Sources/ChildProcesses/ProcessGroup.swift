import Glibc

/// Questions about a whole process group.
enum ProcessGroup {
    /// Waits until no process of a killed group runs any more.
    ///
    /// The group's leader must have been reaped.
    ///
    /// Being killed is not being gone: the kernel may need a while. Returns after two seconds at the latest.
    static func awaitEnd(of group: Int32) async {
        var pause = Duration.milliseconds(1)
        for _ in 0..<60 {
            // Only asks whether the group exists, so a reuse of its number harms nobody.
            guard kill(-group, 0) == 0 else { return }
            // Zombies count as members, and some containers never reap them: then the process table has to tell.
            if pause > .milliseconds(16), !isRunning(group) { return }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(40))
        }
    }

    private static func isRunning(_ group: Int32) -> Bool {
        ProcessTable.entries().contains { $0.group == group && !$0.isZombie }
    }
}
