import Locking
import Services

/// The subscriptions of one driver.
///
/// A subscription lives as long as its reader holds it: none is kept alive from here.
final class MessageFanOut: Sendable {
    private struct Listener {
        weak var subscription: Subscription?
    }

    private struct State {
        var lastID = 0
        var exact: [ExactName: [Int: Listener]] = [:]
        var prefixes: [Int: (prefix: String, listener: Listener)] = [:]
    }

    private let state = Lock(State())

    func add(_ pattern: TopicPattern, bufferLimit: Int) -> Subscription {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let subscription = Subscription(limit: bufferLimit) { [weak self] in self?.remove(id, pattern) }
        let listener = Listener(subscription: subscription)
        state.withLock { state in
            switch pattern {
            case .exact(let topic): state.exact[ExactName(topic.rawValue), default: [:]][id] = listener
            case .prefix(let prefix): state.prefixes[id] = (prefix, listener)
            }
        }
        return subscription
    }

    func deliver(_ message: PubSubMessage) {
        // Delivered outside the lock: releasing a subscription takes the lock again.
        let found = state.withLock { state in
            let exact = state.exact[ExactName(message.topic.rawValue)].map { Array($0.values) } ?? []
            let prefixes = state.prefixes.values.filter { message.topic.rawValue.hasBytePrefix($0.prefix) }
            return (exact + prefixes.map(\.listener)).compactMap(\.subscription)
        }
        for subscription in found { subscription.deliver(.message(message)) }
    }

    /// Tells all that they may have missed something.
    func deliverGap(lost: Int?) {
        let all = state.withLock { state in
            (state.exact.values.flatMap(\.values) + state.prefixes.values.map(\.listener)).compactMap(\.subscription)
        }
        for subscription in all { subscription.deliver(.gap(lost: lost)) }
    }

    private func remove(_ id: Int, _ pattern: TopicPattern) {
        state.withLock { state in
            switch pattern {
            case .exact(let topic):
                let name = ExactName(topic.rawValue)
                state.exact[name]?[id] = nil
                if state.exact[name]?.isEmpty == true { state.exact[name] = nil }
            case .prefix:
                state.prefixes[id] = nil
            }
        }
    }
}
