/// Carries messages within this process.
package final class MemoryPubSubDriver: PubSubDriver {
    private let fanOut = SubscriptionFanOut()
    private let limits: SizeLimits

    package init(limits: SizeLimits = SizeLimits()) {
        self.limits = limits
    }

    package func publish(_ messages: [PubSubMessage]) async throws(ServicesError) {
        for message in messages {
            try limits.check(name: message.topic.rawValue, what: "topic")
            try limits.check(payload: message.payload, what: "message")
        }
        for message in messages { fanOut.deliver(message) }
    }

    package func subscribe(
        to pattern: TopicPattern,
        bufferLimit: Int
    ) async throws(ServicesError) -> Subscription {
        fanOut.add(pattern, bufferLimit: bufferLimit)
    }
}
