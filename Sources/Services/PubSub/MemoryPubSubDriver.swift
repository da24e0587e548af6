import Locking

/// Carries messages within this process.
package final class MemoryPubSubDriver: PubSubDriver {
    /// A subscription lives as long as its reader holds it; the driver alone keeps none alive.
    private struct Listener {
        weak var subscription: Subscription?
    }

    private struct State {
        var nextID = 0
        var exact: [Topic: [Int: Listener]] = [:]
        var prefixes: [ExactName: [Int: Listener]] = [:]
    }

    private let state: Lock<State>
    private let limits: SizeLimits

    package init(limits: SizeLimits = SizeLimits()) {
        state = Lock(State())
        self.limits = limits
    }

    package func publish(_ messages: [PubSubMessage]) async throws(ServicesError) {
        for message in messages {
            try limits.check(name: message.topic.rawValue, what: "topic")
            try limits.check(payload: message.payload, what: "message")
        }
        for message in messages {
            // Delivered outside the lock: releasing a subscription takes the lock again.
            for subscription in listeners(of: message.topic) { subscription.deliver(.message(message)) }
        }
    }

    package func subscribe(
        to pattern: TopicPattern,
        bufferLimit: Int
    ) async throws(ServicesError) -> Subscription {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let subscription = Subscription(limit: bufferLimit) { [weak self] in self?.remove(id, pattern) }
        let listener = Listener(subscription: subscription)
        state.withLock { state in
            switch pattern {
            case .exact(let topic): state.exact[topic, default: [:]][id] = listener
            case .prefix(let prefix): state.prefixes[ExactName(prefix), default: [:]][id] = listener
            }
        }
        return subscription
    }

    private func listeners(of topic: Topic) -> [Subscription] {
        state.withLock { state in
            var found = state.exact[topic].map { Array($0.values) } ?? []
            for (prefix, listeners) in state.prefixes where topic.rawValue.hasBytePrefix(prefix.name) {
                found += listeners.values
            }
            return found.compactMap(\.subscription)
        }
    }

    private func remove(_ id: Int, _ pattern: TopicPattern) {
        state.withLock { state in
            switch pattern {
            case .exact(let topic):
                state.exact[topic]?[id] = nil
                if state.exact[topic]?.isEmpty == true { state.exact[topic] = nil }
            case .prefix(let prefix):
                state.prefixes[ExactName(prefix)]?[id] = nil
                if state.prefixes[ExactName(prefix)]?.isEmpty == true { state.prefixes[ExactName(prefix)] = nil }
            }
        }
    }
}
