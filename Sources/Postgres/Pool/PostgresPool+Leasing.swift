import EventLoop
import Locking

extension PostgresPool {
    /// Takes a connection, waiting in line when none is free.
    ///
    /// - Returns: a connection to be given back by ``release(_:)`` exactly once.
    /// - Throws: `PostgresError` with code `pool_exhausted`, `overloaded`, `connection_failed`, `cancelled` or
    ///   `closed`.
    func lease() async throws(PostgresError) -> PostgresConnection {
        let now = ContinuousClock.now
        // The quick way: no suspension, one lock.
        let (lease, connection, warning) = shared.withLock { shared in
            let lease = shared.state.lease(now: now)
            var connection: PostgresConnection?
            if case .taken(let member) = lease { connection = shared.connections[member] }
            return (lease, connection, self.warning(&shared, now: now))
        }
        if let warning { options.connection.onEvent(warning) }
        switch lease {
        case .closed: throw .closed("the connection pool of \"\(url)\"")
        case .overloaded: throw .overloaded(waiting: options.waitingLimit)
        case .taken:
            guard let connection else { throw .closed("the connection pool of \"\(url)\"") }
            return connection
        case .waiting(let id, let actions): return try await wait(id, actions)
        }
    }

    private func wait(_ id: State.WaiterID, _ actions: [State.Action]) async throws(PostgresError) -> PostgresConnection
    {
        scheduleMaintenance()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Waiter) in
                // The turn may have come between entering the line and here.
                let isServed = shared.withLock { shared in
                    if let early = shared.early.removeValue(forKey: id) { return early as Result<_, PostgresError>? }
                    shared.waiters[id] = continuation
                    return nil
                }
                if let isServed { continuation.resume(returning: isServed) }
                carryOut(actions)
                scheduleExpiry()
                // A cancel that came before the continuation was there found nobody to wake.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
        return try outcome.get()
    }

    private func cancel(_ id: State.WaiterID) {
        let waiter = shared.withLock { shared -> Waiter? in
            // Without a continuation yet, the caller looks at its cancellation itself.
            guard shared.waiters[id] != nil, shared.state.cancel(id) else { return nil }
            return shared.waiters.removeValue(forKey: id)
        }
        waiter?.resume(returning: .failure(.cancelled("waiting for a database connection", isSent: false)))
    }

    /// Gives a connection back, or throws it away when it broke or a transaction was left open on it.
    func release(_ connection: PostgresConnection) {
        let status = connection.status.withLock { $0 }
        let isUsable = status.isOpen && !status.isInTransaction && !status.isBusy
        perform { state, now in state.released(ObjectIdentifier(connection), isUsable: isUsable, now: now) }
    }

    private func warning(_ shared: inout Shared, now: ContinuousClock.Instant) -> PostgresEvent? {
        let inUse = shared.state.leasedCount
        guard Double(inUse) > options.warningShare * Double(options.maximum) else { return nil }
        if let last = shared.lastWarning, now - last < options.warningInterval { return nil }
        shared.lastWarning = now
        return .poolNearlyFull(inUse: inUse, maximum: options.maximum, waiting: shared.state.waitingCount)
    }

    // MARK: Actions

    /// Moves the state on and does what it asks for.
    func perform(_ step: @Sendable (inout State, ContinuousClock.Instant) -> [State.Action]) {
        let now = ContinuousClock.now
        carryOut(shared.withLock { shared in step(&shared.state, now) })
    }

    private func carryOut(_ actions: [State.Action]) {
        for action in actions {
            switch action {
            case .give(let member, let waiter):
                wake(waiter) { shared in
                    shared.connections[member].map { .success($0) } ?? .failure(.closed("the connection"))
                }
            case .expire(let waiter):
                wake(waiter) { [options] shared in
                    .failure(
                        .poolExhausted(
                            limit: options.acquireTimeout,
                            inUse: shared.state.leasedCount,
                            maximum: options.maximum,
                            lastFailure: shared.state.failures > 0 ? shared.lastFailure : nil
                        )
                    )
                }
            case .refuse(let waiter):
                wake(waiter) { [url] _ in .failure(.closed("the connection pool of \"\(url)\"")) }
            case .open: open()
            case .close(let member): close(member)
            case .check(let member): check(member)
            }
        }
        finishShutdown()
    }

    private func wake(
        _ id: State.WaiterID,
        _ outcome: @Sendable (inout Shared) -> Result<PostgresConnection, PostgresError>
    ) {
        let (waiter, result) = shared.withLock { shared in
            let result = outcome(&shared)
            let waiter = shared.waiters.removeValue(forKey: id)
            if waiter == nil { shared.early[id] = result }
            return (waiter, result)
        }
        waiter?.resume(returning: result)
    }

    private func close(_ member: ObjectIdentifier) {
        let connection = shared.withLock { $0.connections.removeValue(forKey: member) }
        guard let connection else { return }
        reactor.execute { connection.assumeIsolated { $0.close() } }
    }

    /// Asks a quiet connection for an answer; one that gives none has broken by then.
    private func check(_ member: ObjectIdentifier) {
        guard let connection = shared.withLock({ $0.connections[member] }) else { return }
        let timeout = options.acquireTimeout
        // Its owner is the pool, which counts the connection as lent until then; bounded by the time-out.
        Task {
            // A failure shows in the connection's state, which decides what the release does.
            let isAlive = (try? await connection.query(PostgresStatement("SELECT 1"), timeout: timeout)) != nil
            let isUsable = isAlive && connection.isOpen
            perform { state, now in state.released(member, isUsable: isUsable, now: now) }
        }
    }

    private func open() {
        // Its owner is the pool, which counts it as opening; bounded by the connect time-out, and harmless after a
        // shutdown, when the state answers by closing the new connection.
        Task {
            do throws(PostgresError) {
                let connection = try await PostgresConnection.connect(
                    to: url,
                    on: reactor,
                    helpers: helpers,
                    options: options.connection
                )
                let member = ObjectIdentifier(connection)
                shared.withLock { $0.connections[member] = connection }
                let share = Double.random(in: 0...1)
                perform { state, now in state.opened(member, now: now, lifetimeShare: share) }
                await connection.whenClosed { [weak self] _ in self?.lost(member) }
            } catch {
                openFailed(error)
            }
        }
    }

    private func openFailed(_ error: PostgresError) {
        let now = ContinuousClock.now
        let pause = shared.withLock { shared in
            shared.lastFailure = error
            return shared.state.openFailed(now: now) { options.reconnect.delay(afterFailures: $0) }
        }
        options.connection.onEvent(.connectFailed(error, retryAfter: pause))
        if error.isPermanentRefusal { refuseAll(error) }
        after(pause) { pool in pool.perform { state, now in state.retry(now: now) } }
        finishShutdown()
    }

    /// Waiting would not help anybody: the server does not let this program in.
    private func refuseAll(_ error: PostgresError) {
        let waiters = shared.withLock { shared in
            let waiters = shared.waiters.filter { shared.state.cancel($0.key) }
            for id in waiters.keys { shared.waiters[id] = nil }
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: .failure(error)) }
    }

    private func lost(_ member: ObjectIdentifier) {
        shared.withLock { $0.connections[member] = nil }
        perform { state, now in state.lost(member, now: now) }
    }

    // MARK: Timers

    /// Runs an action on the reactor later, unless the pool is gone by then.
    func after(_ delay: Duration, _ action: @escaping @Sendable (PostgresPool) -> Void) {
        reactor.execute { [weak self] in
            guard let reactor = self?.reactor else { return }
            reactor.scheduleInBackground(after: delay) { [weak self] in
                if let self { action(self) }
            }
        }
    }

    func scheduleMaintenance() {
        let isFirst = shared.withLock { shared in
            defer { shared.isMaintained = true }
            return !shared.isMaintained
        }
        if isFirst { maintainLater() }
    }

    private func maintainLater() {
        after(options.maintenanceInterval) { pool in
            guard !pool.shared.withLock({ $0.state.isClosing }) else { return }
            pool.perform { state, now in state.maintain(now: now) }
            pool.maintainLater()
        }
    }

    /// One timer for the whole line: all wait equally long.
    private func scheduleExpiry() {
        let now = ContinuousClock.now
        let deadline = shared.withLock { shared -> ContinuousClock.Instant? in
            guard !shared.isExpiryScheduled, let deadline = shared.state.nextDeadline else { return nil }
            shared.isExpiryScheduled = true
            return deadline
        }
        guard let deadline else { return }
        after(deadline - now) { pool in
            pool.shared.withLock { $0.isExpiryScheduled = false }
            pool.perform { state, now in state.expire(now: now) }
            pool.scheduleExpiry()
        }
    }
}
