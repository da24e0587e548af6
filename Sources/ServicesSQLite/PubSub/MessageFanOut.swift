import Locking
import Services

/// The subscriptions of one driver.
///
/// A subscription lives as long as its reader holds it: none is kept alive from here.
final class MessageFanOut: Sendable {
    private struct Listener {
        weak var subscription: Subscription?
        /// Messages up to this id were published before it listened.
        var start: Int64
    }

    private struct State {
        var nextID = 0
        var exact: [Topic: [Int: Listener]] = [:]
        var prefixes: [Int: (prefix: String, listener: Listener)] = [:]

        var isEmpty: Bool { exact.isEmpty && prefixes.isEmpty }
    }

    private let state = Lock(State())
    private let onEmpty: @Sendable () -> Void

    /// - Parameter onEmpty: called when the last subscription has ended.
    init(onEmpty: @escaping @Sendable () -> Void) {
        self.onEmpty = onEmpty
    }

    func add(_ pattern: TopicPattern, bufferLimit: Int, after start: Int64) -> Subscription {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let subscription = Subscription(limit: bufferLimit) { [weak self] in self?.remove(id, pattern) }
        let listener = Listener(subscription: subscription, start: start)
        state.withLock { state in
            switch pattern {
            case .exact(let topic): state.exact[topic, default: [:]][id] = listener
            case .prefix(let prefix): state.prefixes[id] = (prefix, listener)
            }
        }
        return subscription
    }

    var isEmpty: Bool { state.withLock { $0.isEmpty } }

    /// - Parameters:
    ///   - message: what to hand out.
    ///   - id: its id in the store.
    func deliver(_ message: PubSubMessage, id: Int64) {
        // Delivered outside the lock: releasing a subscription takes the lock again.
        let found = state.withLock { state in
            let exact = state.exact[message.topic].map { Array($0.values) } ?? []
            let prefixes = state.prefixes.values.filter { message.topic.rawValue.hasBytePrefix($0.prefix) }
            return (exact + prefixes.map(\.listener)).filter { $0.start < id }.compactMap(\.subscription)
        }
        for subscription in found { subscription.deliver(.message(message)) }
    }

    /// Tells all that they may have missed something.
    func deliverGap() {
        let all = state.withLock { state in
            (state.exact.values.flatMap(\.values) + state.prefixes.values.map(\.listener)).compactMap(\.subscription)
        }
        for subscription in all { subscription.deliver(.gap(lost: nil)) }
    }

    private func remove(_ id: Int, _ pattern: TopicPattern) {
        let isEmpty = state.withLock { state in
            switch pattern {
            case .exact(let topic):
                state.exact[topic]?[id] = nil
                if state.exact[topic]?.isEmpty == true { state.exact[topic] = nil }
            case .prefix:
                state.prefixes[id] = nil
            }
            return state.isEmpty
        }
        if isEmpty { onEmpty() }
    }
}
