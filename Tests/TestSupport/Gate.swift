import Locking

/// Holds tasks up until a test opens it, and tells the test when they have come.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrived = 0
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Lock(State())

    package init() {}

    /// Suspends until the gate is open; cancellation does not open it.
    package func pass() async {
        await withCheckedContinuation { continuation in
            let (isOpen, reached) = state.withLock { state in
                state.arrived += 1
                if !state.isOpen { state.held.append(continuation) }
                let arrived = state.arrived
                let reached = state.watchers.filter { $0.count <= arrived }.map(\.continuation)
                state.watchers.removeAll { $0.count <= arrived }
                return (state.isOpen, reached)
            }
            for watcher in reached { watcher.resume() }
            if isOpen { continuation.resume() }
        }
    }

    /// Lets everybody through, now and later.
    package func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Suspends until so many have come to the gate.
    package func arrivals(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.arrived >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    package var arrived: Int { state.withLock { $0.arrived } }
}
