import Locking

extension Reactor {
    /// The thread's body: turns until a requested stop is complete.
    func run() {
        ReactorThread.enter(self)
        var stopDeadline: UInt64?
        while true {
            let isStopRequested = startTurn()
            runItems()
            fireTimers()
            finishTurn()
            if isStopRequested {
                let now = MonotonicTime.now
                let deadline =
                    stopDeadline ?? (isStopped ? now : now + MonotonicTime.nanoseconds(options.shutdownGrace))
                stopDeadline = deadline
                if now >= deadline { hangUp() }
                if items.isEmpty, readiness.isEmpty, timers.isEmpty {
                    backgroundTimers = TimerHeap()
                    if leave() { return }
                }
            }
            wait(stopDeadline: stopDeadline)
        }
    }

    /// Takes what other threads posted; says whether the reactor shall stop.
    private func startTurn() -> Bool {
        let (posted, isStopRequested) = inbox.withLock { inbox in
            inbox.phase = .awake
            inbox.turns += 1
            if inbox.turnStart == nil { inbox.turnStart = MonotonicTime.now }
            var posted: [Item] = []
            swap(&posted, &inbox.items)
            return (posted, inbox.isStopRequested)
        }
        if items.isEmpty { items = posted } else { items.append(contentsOf: posted) }
        return isStopRequested
    }

    /// Runs jobs, also those that come from running them, up to the number in the options.
    private func runItems() {
        var done = 0
        while done < items.count, done < options.jobsPerTurn {
            // Read by index each time: running an item may append others.
            let item = items[done]
            done += 1
            switch item {
            case .job(let job):
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            case .work(let work): work()
            }
        }
        items.removeFirst(done)
    }

    /// Fires what was due when descriptors were last looked at.
    ///
    /// A turn that lasted too long thus lets no time limit pass on bytes that had come in time and were not yet read.
    private func fireTimers() {
        while let action = timers.popDue(lookedAt) { action() }
        while let action = backgroundTimers.popDue(lookedAt) { action() }
    }

    private func finishTurn() {
        // What one of them appends runs in the same turn.
        var index = 0
        while index < endOfTurn.count {
            let action = endOfTurn[index]
            index += 1
            action()
        }
        endOfTurn.removeAll(keepingCapacity: true)
    }

    private func wait(stopDeadline: UInt64?) {
        let (now, mayWait) = inbox.withLock { inbox in
            // Read under the lock: a turn that somebody saw last so long is not noted as a shorter one.
            let now = MonotonicTime.now
            if let start = inbox.turnStart, now > start { inbox.longestTurn = max(inbox.longestTurn, now - start) }
            // A stop requested since the turn began woke nobody, because this thread counted as awake.
            let isStopNew = inbox.isStopRequested && stopDeadline == nil
            guard items.isEmpty, inbox.items.isEmpty, !isStopNew else {
                inbox.turnStart = now
                return (now, false)
            }
            inbox.turnStart = nil
            inbox.phase = .sleeping
            return (now, true)
        }
        let deadline = [timers.earliest, backgroundTimers.earliest, stopDeadline].compactMap(\.self).min()
        let timeout = mayWait ? milliseconds(until: deadline, now: now) : 0
        readiness.wait(timeoutInMilliseconds: timeout) {
            lookedAt = MonotonicTime.now
            // Handlers belong to the turn that starts here.
            if mayWait { inbox.withLock { $0.turnStart = lookedAt } }
        }
    }

    /// Rounded up, so that a timer is never early.
    private func milliseconds(until deadline: UInt64?, now: UInt64) -> Int32 {
        guard let deadline else { return -1 }
        guard deadline > now else { return 0 }
        return Int32(min((deadline - now + 999_999) / 1_000_000, 60_000))
    }

    private func hangUp() {
        isStopped = true
        readiness.hangUpAll()
        while let action = timers.popDue(.max) { action() }
        finishTurn()
    }

    /// Gives the thread up unless something was posted meanwhile.
    private func leave() -> Bool {
        let waiters: [CheckedContinuation<Void, Never>]? = inbox.withLock { inbox in
            guard inbox.items.isEmpty else { return nil }
            // From here on a poster starts a new thread; it must find this one's state settled.
            isStopped = true
            ReactorThread.enter(nil)
            inbox.phase = .ended
            inbox.turnStart = nil
            var waiters: [CheckedContinuation<Void, Never>] = []
            swap(&waiters, &inbox.stopWaiters)
            return waiters
        }
        guard let waiters else { return false }
        for waiter in waiters { waiter.resume() }
        return true
    }
}
