import Locking

/// The subscriptions of one driver, which are handed what they asked for.
///
/// A subscription lives as long as its reader holds it: none is kept alive from here.
package final class SubscriptionFanOut: Sendable {
    private struct Listener {
        weak var subscription: Subscription?
        /// Messages up to this id were published before it listened.
        var start: Int64
    }

    private struct State {
        var lastID = 0
        var exact: [Topic: [Int: Listener]] = [:]
        var prefixes: [Int: (prefix: String, listener: Listener)] = [:]
    }

    private let state = Lock(State())
    private let onEmpty: @Sendable (SubscriptionFanOut) -> Void

    /// - Parameter onEmpty: called when the last subscription has ended; another may have begun by then.
    package init(onEmpty: @escaping @Sendable (SubscriptionFanOut) -> Void = { _ in }) {
        self.onEmpty = onEmpty
    }

    /// Begins a subscription.
    ///
    /// - Parameters:
    ///   - pattern: what it wants.
    ///   - bufferLimit: how many events wait for its reader.
    ///   - start: the id of the last message that it does not want.
    /// - Returns: the subscription, which ends when nobody holds it.
    package func add(_ pattern: TopicPattern, bufferLimit: Int, after start: Int64 = .min) -> Subscription {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
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

    package var isEmpty: Bool { state.withLock { $0.exact.isEmpty && $0.prefixes.isEmpty } }

    /// Hands a message to those who want it.
    ///
    /// - Parameters:
    ///   - message: what to hand out.
    ///   - id: its id in a store that counts messages.
    package func deliver(_ message: PubSubMessage, id: Int64 = .max) {
        // Delivered outside the lock: releasing a subscription takes the lock again.
        let found = state.withLock { state in
            let exact = state.exact[message.topic].map { Array($0.values) } ?? []
            let prefixes = state.prefixes.values.filter { message.topic.rawValue.hasBytePrefix($0.prefix) }
            return (exact + prefixes.map(\.listener)).filter { $0.start < id }.compactMap(\.subscription)
        }
        for subscription in found { subscription.deliver(.message(message)) }
    }

    /// Tells all that they may have missed so many messages.
    package func deliverGap(lost: Int? = nil) {
        let all = state.withLock { state in
            (state.exact.values.flatMap(\.values) + state.prefixes.values.map(\.listener)).compactMap(\.subscription)
        }
        for subscription in all { subscription.deliver(.gap(lost: lost)) }
    }

    private func remove(_ id: Int, _ pattern: TopicPattern) {
        state.withLock { state in
            switch pattern {
            case .exact(let topic):
                state.exact[topic]?[id] = nil
                if state.exact[topic]?.isEmpty == true { state.exact[topic] = nil }
            case .prefix:
                state.prefixes[id] = nil
            }
        }
        if isEmpty { onEmpty(self) }
    }
}
