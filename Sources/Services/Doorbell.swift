import Locking

/// Wakes one waiting task; a ring while nobody waits is kept for the next wait.
package final class Doorbell: Sendable {
    private enum State {
        /// Nobody waits and nobody rang; goes to every other state.
        case quiet
        /// Somebody rang; the next wait ends at once.
        case rung
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Lock(State.quiet)

    package init() {}

    package func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let waiter) = state else {
                state = .rung
                return nil
            }
            state = .quiet
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for a ring, or until the stopwatch shows that time; one task at a time.
    ///
    /// - Returns: whether it was rung; `false` as well when the task is cancelled.
    package func wait(until deadline: Duration, on stopwatch: Stopwatch) async -> Bool {
        if takeRing() { return true }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                // Cancelled by a ring; the other child has the answer then.
                try? await stopwatch.sleep(until: deadline)
                return false
            }
            let isRung = await group.next() ?? false
            group.cancelAll()
            // A ring that came while the time ran out was taken by the waiting child: it must not be lost.
            let isRungLate = await group.next() ?? false
            return isRung || isRungLate
        }
    }

    private func takeRing() -> Bool {
        state.withLock { state in
            guard case .rung = state else { return false }
            state = .quiet
            return true
        }
    }

    /// Waits for a ring; `false` when the task was cancelled first.
    private func wait() async -> Bool {
        let isRung = Lock(true)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNow = state.withLock { state in
                    switch state {
                    case .quiet:
                        // The cancellation handler may have come before: then nobody would wake this task.
                        if Task.isCancelled {
                            isRung.withLock { $0 = false }
                            return true
                        }
                        state = .waiting(continuation)
                        return false
                    case .rung:
                        state = .quiet
                        return true
                    case .waiting:
                        isRung.withLock { $0 = false }
                        return true
                    }
                }
                if isNow { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard case .waiting(let waiter) = state else { return nil }
                state = .quiet
                isRung.withLock { $0 = false }
                return waiter
            }
            waiter?.resume()
        }
        return isRung.withLock { $0 }
    }
}
