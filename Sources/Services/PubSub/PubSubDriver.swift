/// Carries messages between processes: one backend of ``PubSub``.
///
/// At most once and without storage: who does not listen misses it. Messages of one publisher arrive in order.
package protocol PubSubDriver: Sendable {
    /// Sends to everybody who listens now, in all processes, this one included.
    func publish(_ messages: [PubSubMessage]) async throws(ServicesError)

    /// Listens from the moment this returns.
    ///
    /// - Parameters:
    ///   - pattern: the topics to hear.
    ///   - bufferLimit: messages kept for a slow reader; beyond it the oldest is dropped and a gap is told.
    /// - Returns: the messages; leaving the loop, or releasing the subscription, stops listening.
    /// - Throws: `ServicesError` when the store cannot do it.
    func subscribe(to pattern: TopicPattern, bufferLimit: Int) async throws(ServicesError) -> Subscription
}

package struct PubSubMessage: Hashable, Sendable {
    package let topic: Topic
    package let payload: [UInt8]

    package init(topic: Topic, payload: [UInt8]) {
        self.topic = topic
        self.payload = payload
    }
}

/// What a subscriber hears.
package enum SubscriptionEvent: Hashable, Sendable {
    case message(PubSubMessage)
    /// Messages may be missing here: the buffer overflowed (how many), or the connection was away (`nil`).
    case gap(lost: Int?)
}
