import EventLoop
import Locking

extension PostgresPool {
    /// Stops lending, waits for what is lent, then closes everything.
    ///
    /// - Parameter limit: how long to wait for callers; what they still have then is closed under them.
    package func shutdown(within limit: Duration = .seconds(5)) async {
        perform { state, _ in state.close() }
        after(limit) { pool in pool.closeLent() }
        await withCheckedContinuation { continuation in
            shared.withLock { $0.closeWaiters.append(continuation) }
            finishShutdown()
        }
    }

    private func closeLent() {
        let connections = shared.withLock { Array($0.connections.values) }
        for connection in connections { connection.assumeIsolated { $0.close() } }
        let waiters = shared.withLock { shared in
            defer { shared.closeWaiters = [] }
            return shared.closeWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Wakes who waits for the shutdown once nothing is lent or being opened.
    func finishShutdown() {
        let waiters = shared.withLock { shared -> [CheckedContinuation<Void, Never>] in
            guard shared.state.isClosing, shared.state.total == 0 else { return [] }
            defer { shared.closeWaiters = [] }
            return shared.closeWaiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
