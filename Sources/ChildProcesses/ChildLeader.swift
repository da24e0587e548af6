import CLinux
import Glibc

/// The process at the head of a child's group, while it is not reaped.
struct ChildLeader: Sendable {
    let mark: ChildMark
    private let launch: ChildLaunch

    init(pid: Int32, launch: ChildLaunch) {
        mark = ProcessTable.mark(of: pid)
        self.launch = launch
    }

    /// The leader has exited and waits to be reaped.
    var isGone: Bool {
        var info = siginfo_t()
        guard waitid(P_PID, id_t(mark.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return true }
        return info.si_signo != 0
    }

    /// Asks the whole group to end.
    func terminate() {
        if launch.isWrapper {
            // Ending the sandbox itself would kill its inside at once, or leave it alone without a sandbox.
            for descendant in ProcessTable.descendants(of: mark.pid) {
                ProcessTable.signal(descendant, SIGTERM)
                ProcessTable.signal(descendant, SIGCONT)
            }
            return
        }
        Glibc.kill(-mark.pid, SIGTERM)
        // A stopped process would see the signal only after someone continues it.
        Glibc.kill(-mark.pid, SIGCONT)
    }

    /// Kills the whole group and all that is below it in another one.
    func kill() {
        let descendants = ProcessTable.descendants(of: mark.pid)
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

    /// Kills what is left of the group.
    ///
    /// The leader must be gone and not reaped, so its number is still its own.
    func sweep() {
        if !launch.isKept { Glibc.kill(-mark.pid, SIGKILL) }
    }

    /// Asks a process that shares this program's group, and its descendants, to end.
    func terminateAlone() {
        for process in [mark] + ProcessTable.descendants(of: mark.pid) {
            ProcessTable.signal(process, SIGTERM)
            ProcessTable.signal(process, SIGCONT)
        }
    }

    /// Kills a process that shares this program's group, and its descendants.
    func killAlone() {
        for process in ProcessTable.descendants(of: mark.pid) + [mark] { ProcessTable.signal(process, SIGKILL) }
    }
}
