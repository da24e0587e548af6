import Locking
import Services

/// Wakes listeners of names: at once for what this process does, by the watch for what others do.
final class WatchedSignals: Sendable {
    /// Tells which of the names listeners should look at now.
    typealias Question = @Sendable (SQLiteTransaction, Set<ExactName>) throws(ServicesError) -> [ExactName]

    private struct State {
        var nextID = 0
        var listeners: [Int: (names: Set<ExactName>, continuation: AsyncStream<Void>.Continuation)] = [:]
        var watchID: Int?
    }

    private let state = Lock(State())
    private let watch: ChangeWatch
    private let question: Question

    init(watch: ChangeWatch, question: @escaping Question) {
        self.watch = watch
        self.question = question
    }

    /// Listens from now until the caller leaves its loop or lets the stream go.
    func listen(to names: [String]) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = (Set(names.map(ExactName.init)), continuation)
            if state.watchID == nil {
                state.watchID = watch.add { [weak self] tx throws(ServicesError) in try self?.look(tx) }
            }
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id) }
        return stream
    }

    func signal(_ names: some Sequence<String>) {
        signal(names.map(ExactName.init))
    }

    private func signal(_ names: [ExactName]) {
        guard !names.isEmpty else { return }
        let heard = state.withLock { state in
            state.listeners.values.filter { !$0.names.isDisjoint(with: names) }.map(\.continuation)
        }
        for continuation in heard { continuation.yield() }
    }

    private func look(_ transaction: SQLiteTransaction) throws(ServicesError) {
        let names = state.withLock { $0.listeners.values.reduce(into: Set()) { $0.formUnion($1.names) } }
        if !names.isEmpty { signal(try question(transaction, names)) }
    }

    private func remove(_ id: Int) {
        state.withLock { state in
            state.listeners[id] = nil
            guard state.listeners.isEmpty, let watchID = state.watchID else { return }
            watch.remove(watchID)
            state.watchID = nil
        }
    }
}
