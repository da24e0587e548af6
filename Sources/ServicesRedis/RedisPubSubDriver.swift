import Locking
import Redis
package import Services

/// Messages over Redis channels.
///
/// Topics are channels; a prefix is a pattern in which everything special is escaped. A lost connection comes back by
/// itself and is told as a gap.
package struct RedisPubSubDriver: PubSubDriver {
    private static let prefix = "topic:"
    /// Messages sent in one piece; the next ones follow when these have been accepted.
    private static let batchSize = 1000

    private let store: RedisStore

    package init(store: RedisStore) {
        self.store = store
    }

    package func publish(_ messages: [PubSubMessage]) async throws(ServicesError) {
        for message in messages {
            try store.options.limits.check(name: message.topic.rawValue, what: "topic")
            try store.options.limits.check(payload: message.payload, what: "message")
        }
        for start in stride(from: 0, to: messages.count, by: Self.batchSize) {
            let batch = messages[start..<min(start + Self.batchSize, messages.count)]
            let commands = batch.map {
                RedisCommand("PUBLISH", store.key(Self.prefix, $0.topic.rawValue), .bytes($0.payload))
            }
            _ = try await store.pipeline(commands, isRepeatable: false)
        }
    }

    package func subscribe(
        to pattern: TopicPattern,
        bufferLimit: Int
    ) async throws(ServicesError) -> Subscription {
        let stop = Lock<(@Sendable () -> Void)?>(nil)
        let subscription = Subscription(limit: bufferLimit) { stop.withLock { $0.take() }?() }
        let skipped = (store.options.keyPrefix + Self.prefix).utf8.count
        do {
            let stopListening = try await store.subscriber.listen(
                to: name(of: pattern),
                ended: { [weak subscription] in subscription?.end() },
                { [weak subscription] message in
                    switch message {
                    case .message(let channel, let payload):
                        let topic = Topic(String(decoding: channel.dropFirst(skipped), as: UTF8.self))
                        subscription?.deliver(.message(PubSubMessage(topic: topic, payload: payload)))
                    case .gap: subscription?.deliver(.gap(lost: nil))
                    }
                }
            )
            stop.withLock { $0 = stopListening }
        } catch {
            throw .redis(error, store: store.name)
        }
        return subscription
    }

    private func name(of pattern: TopicPattern) -> RedisSubscriber.Name {
        let prefix = Array((store.options.keyPrefix + Self.prefix).utf8)
        switch pattern {
        case .exact(let topic): return .channel(prefix + topic.rawValue.utf8)
        case .prefix(let text): return .pattern(Self.escaped(prefix + text.utf8) + [UInt8(ascii: "*")])
        }
    }

    /// The text as a pattern that matches only itself.
    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        let special = Array("*?[]^\\-".utf8)
        return text.flatMap { special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
    }
}
