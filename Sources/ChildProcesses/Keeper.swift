import CLinux
import Glibc

/// The hidden mode of the program that stands between the runner and one child, so that nothing outlives its time.
///
/// It is a subreaper: descendants whose parents died, also those with a session of their own, become its children. It
/// ends all of them when the child is over, when it gets SIGTERM, or when the runner is gone, however that died.
package enum Keeper {
    /// Status of a keeper whose command line is wrong.
    private static let usageStatus: Int32 = 64
    /// Status of a keeper that could not apply the sandbox.
    private static let sandboxStatus: Int32 = 71
    /// Status of a keeper that could not start the command, as shells have it.
    private static let startStatus: Int32 = 127

    /// Keeps one command to its end.
    ///
    /// Must be called on the main thread before the program starts anything else. Ends the process by the child's
    /// signal when the child was killed by one.
    ///
    /// - Parameter arguments: The words after `keeper`.
    /// - Returns: The status to exit with.
    package static func run(arguments: [String]) -> Int32 {
        guard let options = KeeperOptions(arguments: arguments) else {
            complain("the arguments are wrong; this mode is started by the runner only")
            return usageStatus
        }
        guard let signals = SignalPipe(numbers: [SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1]) else {
            complain("cannot create a pipe: \(String(cString: strerror(errno)))")
            return sandboxStatus
        }
        _ = linux_prctl(PR_SET_CHILD_SUBREAPER, 1)
        // Sent when the *thread* that started the keeper ends, which may be a pool thread of a living runner: the
        // signal only wakes the loop, which then compares the parent. The loop also looks by itself from time to time.
        _ = linux_prctl(PR_SET_PDEATHSIG, UInt(SIGUSR1))
        if let paths = options.landlockPaths, let failure = LandlockRules.restrict(writingTo: paths) {
            complain("cannot apply the Landlock rules: \(failure)")
            return sandboxStatus
        }
        switch KeptChild.spawn(options.command) {
        case .failure(let why):
            complain("cannot start \"\(options.command[0])\": \(String(cString: strerror(why.number)))")
            return startStatus
        case .success(let child):
            // The keeper's own end of the input would hide from the runner that nobody reads any more.
            replaceStandardInput()
            var loop = KeeperLoop(options: options, child: child, signals: signals)
            return finish(status: loop.run())
        }
    }

    /// Turns a wait status into an exit status, or dies by the same signal.
    private static func finish(status: Int32) -> Int32 {
        let number = status & 0x7f
        guard number != 0 else { return (status >> 8) & 0xff }
        // The child has left its core file, if any; a second one of the keeper would only confuse.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(4), &none)
        signal(number, SIG_DFL)
        kill(getpid(), number)
        return 128 + number
    }

    private static func replaceStandardInput() {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard null >= 0 else { return }
        dup2(null, STDIN_FILENO)
        close(null)
    }

    private static func complain(_ text: String) {
        let line = Array("switchyard keeper: \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
