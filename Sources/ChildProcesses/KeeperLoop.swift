import Glibc

/// What a keeper does between the start of its child and the end of the last descendant.
struct KeeperLoop {
    private let options: KeeperOptions
    private let child: Int32
    private let signals: SignalPipe
    private let own = getpid()
    /// Wait status of the child once it is over.
    private var status: Int32?
    /// When descendants are killed; `nil` while the child may run on.
    private var deadline: ContinuousClock.Instant?
    private var isEmpty = false

    /// How often the parent is compared even without a signal.
    private static let interval = Duration.milliseconds(500)
    /// A process that cannot even be killed (a dead network file system) must not hold up the runner for ever.
    private static let patience = Duration.seconds(10)

    init(options: KeeperOptions, child: Int32, signals: SignalPipe) {
        self.options = options
        self.child = child
        self.signals = signals
    }

    /// Returns the child's wait status when no descendant is left.
    mutating func run() -> Int32 {
        while true {
            reap()
            if isEmpty { break }
            if deadline == nil, status != nil || getppid() != options.parent { terminate() }
            if let deadline, ContinuousClock.now >= deadline {
                if ContinuousClock.now >= deadline + Self.patience { break }
                kill()
            }
            let numbers = signals.wait(for: pause)
            if deadline == nil, numbers.contains(where: [SIGTERM, SIGINT, SIGHUP].contains) { terminate() }
        }
        // Without a status the child itself could not be killed: SIGKILL is what it was sent.
        return status ?? SIGKILL
    }

    private var pause: Duration {
        guard let deadline else { return Self.interval }
        let left = deadline - ContinuousClock.now
        return left > .zero ? min(left, Self.interval) : .milliseconds(5)
    }

    /// Takes the status of all that is over.
    ///
    /// Having no child at all means having no descendant at all.
    private mutating func reap() {
        while true {
            var state: Int32 = 0
            let pid = waitpid(-1, &state, WNOHANG)
            if pid == child { status = state }
            if pid == 0 { return }
            if pid < 0 {
                isEmpty = errno == ECHILD
                return
            }
        }
    }

    private mutating func terminate() {
        deadline = .now + .milliseconds(options.graceInMilliseconds)
        send(SIGTERM, sparesChild: options.isWrapper && status == nil)
    }

    private func kill() { send(SIGKILL, sparesChild: false) }

    private func send(_ number: Int32, sparesChild: Bool) {
        for mark in ProcessTable.descendants(of: own) where !(sparesChild && mark.pid == child) {
            Glibc.kill(mark.pid, number)
            if number == SIGTERM { Glibc.kill(mark.pid, SIGCONT) }
        }
    }
}
