import CLinux
import Glibc

/// The process at the head of a child's group, while it is not reaped.
struct ChildLeader: Sendable {
    let mark: ChildMark
    /// It is a keeper: it ends its descendants by itself.
    let isKept: Bool

    init(pid: Int32, isKept: Bool) {
        mark = ProcessTable.mark(of: pid)
        self.isKept = isKept
    }

    /// The leader has exited and waits to be reaped.
    var isGone: Bool {
        var info = siginfo_t()
        guard waitid(P_PID, id_t(mark.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return true }
        return info.si_signo != 0
    }

    /// Asks the whole group to end.
    func terminate() {
        // A stopped process would see the signal only after someone continues it.
        Glibc.kill(-mark.pid, SIGTERM)
        Glibc.kill(-mark.pid, SIGCONT)
    }

    /// Kills the whole group, and below a keeper that did not do its work everything it kept.
    func kill() {
        let descendants = isKept ? ProcessTable.descendants(of: mark.pid) : []
        Glibc.kill(-mark.pid, SIGKILL)
        for descendant in descendants { ProcessTable.signal(descendant, SIGKILL) }
    }

    /// Waits until the leader has exited, without reaping it.
    func awaitExit() async {
        var pause = Duration.milliseconds(1)
        while !isGone, !Task.isCancelled {
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    /// Kills what is left of the group. The leader must be gone and not reaped, so its number is still its own.
    func sweep() {
        if !isKept { Glibc.kill(-mark.pid, SIGKILL) }
    }
}
