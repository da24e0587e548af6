import Locking

/// Wakes the listeners of names within this process.
///
/// A listener that is slow hears of several events once.
package final class Signals: Sendable {
    private struct State {
        var nextID = 0
        var listeners: [Int: (names: Set<ExactName>, continuation: AsyncStream<Void>.Continuation)] = [:]
    }

    private let state = Lock(State())

    package init() {}

    /// Listens from now until the caller leaves its loop or lets the stream go.
    package func listen(to names: [String]) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = (Set(names.map(ExactName.init)), continuation)
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) != nil }
        }
        return stream
    }

    /// Wakes who listens to any of the names.
    package func signal(_ names: some Sequence<String>) {
        let names = Set(names.map(ExactName.init))
        guard !names.isEmpty else { return }
        let heard = state.withLock { state in
            state.listeners.values.filter { !$0.names.isDisjoint(with: names) }.map(\.continuation)
        }
        for continuation in heard { continuation.yield() }
    }
}
