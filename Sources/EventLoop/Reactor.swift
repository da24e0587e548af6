import Glibc
import Locking

/// One thread that runs jobs, waits for descriptors and fires timers; actors and tasks can make it their executor.
///
/// A connection that is an actor on the reactor, used by a task that prefers the reactor
/// (`withTaskExecutorPreference`), needs no change of thread for a request: the cost of such a request is the wake-up
/// of a sleeping thread, and there is only one. The price is that such a task must never compute for long or block: it
/// stalls every connection of the reactor. ``load`` shows when that happens.
///
/// A turn is: take what other threads posted, run jobs, fire due timers, run what was put at the end of the turn, then
/// wait for descriptors and call their handlers. A timer fires only after a look at the descriptors that came after its
/// deadline: who is late is never the loop itself. Members marked "on the reactor only" trap elsewhere.
///
/// Cancelling tasks has no effect on the reactor. ``shutdown()`` is its graceful stop.
package final class Reactor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: `inbox` has a lock, and every other mutable member is only
    // touched by the reactor's thread. A new thread starts only after the old one has left, through the same lock.

    package struct Options: Sendable {
        /// Name of the thread and of the reactor in messages.
        ///
        /// Default "reactor".
        package var name = "reactor"
        /// How many jobs run before descriptors and timers get their turn.
        ///
        /// Default 256.
        package var jobsPerTurn = 256
        /// How long a shutdown waits for watches and timers to go before it hangs them up.
        ///
        /// Default 5 seconds.
        package var shutdownGrace: Duration = .seconds(5)

        package init() {}
    }

    /// Names a timer of one reactor.
    package struct TimerID: Hashable, Sendable {
        let rawValue: UInt64
    }

    /// How busy the reactor is.
    package struct Load: Hashable, Sendable {
        /// Turns so far.
        package var turns: UInt64 = 0
        /// How long the turn under way has lasted; zero while the reactor waits.
        package var currentTurn: Duration = .zero
        /// The longest finished turn since ``Reactor/resetLongestTurn()``.
        package var longestTurn: Duration = .zero
    }

    enum Item: Sendable {
        case job(UnownedJob)
        case work(@Sendable () -> Void)
    }

    enum Phase {
        /// The thread runs and will look at the inbox again; goes to `sleeping` and `ended`.
        case awake
        /// The thread waits for descriptors: whoever posts must wake it and sets `awake`.
        case sleeping
        /// No thread: whoever posts starts one, which leaves when the inbox is empty.
        case ended
    }

    struct Inbox {
        var items: [Item] = []
        var phase = Phase.awake
        var isStopRequested = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
        var turns: UInt64 = 0
        var turnStart: UInt64?
        var longestTurn: UInt64 = 0
    }

    let options: Options
    let inbox = Lock(Inbox())
    private let wakeUpDescriptor: Int32

    // Of the reactor's thread only.
    let readiness: ReadinessSet
    var timers = TimerHeap<() -> Void>()
    var backgroundTimers = TimerHeap<() -> Void>()
    var items: [Item] = []
    var endOfTurn: [() -> Void] = []
    /// When descriptors were last asked what is ready, by ``MonotonicTime``.
    var lookedAt: UInt64 = 0
    var isStopped = false

    /// Starts the thread.
    ///
    /// - Throws: `EventLoopError` with code `system` when the system gives no descriptor or thread.
    package init(options: Options = Options()) throws(EventLoopError) {
        self.options = options
        readiness = try ReadinessSet()
        wakeUpDescriptor = readiness.wakeUpDescriptor
        try startThread()
    }

    /// Whether the caller runs on this reactor's thread.
    package var isCurrent: Bool { ReactorThread.current == ObjectIdentifier(self) }

    /// Whether nothing is watched and no timer runs; on the reactor only.
    package var isIdle: Bool {
        checkIsolated()
        return readiness.isEmpty && timers.isEmpty && backgroundTimers.isEmpty
    }

    /// Whether the reactor hangs up what is still watched, or has done so; on the reactor only.
    package var isStopping: Bool {
        checkIsolated()
        return isStopped
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        post(.job(UnownedJob(job)))
    }

    package func checkIsolated() {
        precondition(isCurrent, "this code must run on the reactor \"\(options.name)\"")
    }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Runs work on the reactor's thread soon; may be called from any thread, and keeps the order of calls of one
    /// thread.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        post(.work(work))
    }

    private func post(_ item: Item) {
        // Its own thread needs no lock and no wake-up: the turn under way runs it.
        if isCurrent {
            items.append(item)
            return
        }
        let phase = inbox.withLock { inbox in
            inbox.items.append(item)
            let before = inbox.phase
            inbox.phase = .awake
            return before
        }
        switch phase {
        case .awake: break
        case .sleeping: ReadinessSet.wake(wakeUpDescriptor)
        case .ended: restartThread()
        }
    }

    private func startThread() throws(EventLoopError) {
        try NativeThread.start(name: options.name) { self.run() }
    }

    private func restartThread() {
        do {
            try startThread()
        } catch {
            // No thread to be had after the shutdown: run the late jobs here, as nobody else uses the reactor now.
            run()
        }
    }

    // MARK: Load

    /// How busy the reactor is; may be read from any thread, also while a turn takes too long.
    package var load: Load {
        inbox.withLock { inbox in
            let current = inbox.turnStart.map { start in
                let now = MonotonicTime.now
                return now > start ? now - start : 0
            }
            return Load(
                turns: inbox.turns,
                currentTurn: .nanoseconds(Int64(current ?? 0)),
                longestTurn: .nanoseconds(Int64(inbox.longestTurn))
            )
        }
    }

    /// Starts a new measurement of the longest turn.
    package func resetLongestTurn() {
        inbox.withLock { $0.longestTurn = 0 }
    }

    // MARK: Stopping

    /// Ends the thread once nothing is watched and no timer runs, at the latest after the grace of the options.
    ///
    /// What is still watched then is told ``ReadyEvents/hangUp``, and remaining timers fire early. Background timers
    /// are forgotten. Jobs that come later
    /// still run, on a thread of their own; watching then throws.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            let phase = inbox.withLock { inbox in
                inbox.isStopRequested = true
                guard inbox.phase != .ended else { return Phase.ended }
                inbox.stopWaiters.append(continuation)
                let before = inbox.phase
                inbox.phase = .awake
                return before
            }
            switch phase {
            case .awake: break
            case .sleeping: ReadinessSet.wake(wakeUpDescriptor)
            case .ended: continuation.resume()
            }
        }
    }
}
