extension Reactor {
    /// Calls the handler whenever the descriptor is ready, until ``unwatch(_:)``; on the reactor only.
    ///
    /// A second call for the same descriptor replaces events and handler. The descriptor stays the caller's, who must
    /// unwatch it before closing it. Hang-ups and errors are reported whether asked for or not, and again in every
    /// turn: the handler must unwatch a descriptor that is beyond use.
    ///
    /// - Parameters:
    ///   - descriptor: a socket, pipe or other pollable descriptor; level triggered.
    ///   - events: what to wait for.
    ///   - handler: called on the reactor.
    /// - Throws: `EventLoopError` with code `system` when the kernel refuses, `stopped` after the shutdown.
    package func watch(
        _ descriptor: Int32,
        _ events: ReadyEvents,
        _ handler: @escaping (ReadyEvents) -> Void
    ) throws(EventLoopError) {
        checkIsolated()
        if isStopped { throw .stopped(options.name) }
        try readiness.watch(descriptor, events, handler)
    }

    /// Stops watching.
    ///
    /// Reports that are under way are dropped. On the reactor only.
    package func unwatch(_ descriptor: Int32) {
        checkIsolated()
        readiness.unwatch(descriptor)
    }

    /// Runs the action once, after the jobs of the turn under way; on the reactor only.
    ///
    /// Writes that are collected there leave in one system call, however many callers there were in the turn.
    package func atEndOfTurn(_ action: @escaping () -> Void) {
        checkIsolated()
        endOfTurn.append(action)
    }

    /// Runs the action once after the given time, never early, with a resolution of a millisecond; on the reactor only.
    package func schedule(after delay: Duration, _ action: @escaping () -> Void) -> TimerID {
        checkIsolated()
        return TimerID(rawValue: timers.insert(deadline: MonotonicTime.now + MonotonicTime.nanoseconds(delay), action))
    }

    /// Runs the action like ``schedule(after:_:)``, but does not hold up a shutdown, which forgets it.
    ///
    /// For housekeeping that nobody waits for. On the reactor only.
    package func scheduleInBackground(after delay: Duration, _ action: @escaping () -> Void) {
        checkIsolated()
        _ = backgroundTimers.insert(deadline: MonotonicTime.now + MonotonicTime.nanoseconds(delay), action)
    }

    /// Forgets a timer.
    ///
    /// Without effect when it has fired. On the reactor only.
    package func cancel(_ timer: TimerID) {
        checkIsolated()
        timers.cancel(timer.rawValue)
    }
}
