/// Messages between everything that shares a carrier: at most once, in order per publisher, not stored.
package struct PubSub: Sendable {
    package struct Options: Sendable {
        /// Messages kept for a slow reader unless it says otherwise.
        ///
        /// Default 1,000.
        package var bufferLimit = 1_000
        /// Most messages a reader may ask to be kept.
        ///
        /// Default 100,000.
        package var greatestBufferLimit = 100_000
        package var limits = SizeLimits()

        package init() {}
    }

    private let driver: any PubSubDriver
    private let options: Options
    private let telemetry: Telemetry
    private let published: TelemetryCounter

    package init(driver: any PubSubDriver, options: Options = Options(), telemetry: Telemetry = .none) {
        self.driver = driver
        self.options = options
        self.telemetry = telemetry
        published = telemetry.counter(Metric.pubSubPublished)
    }

    /// Sends to everybody who listens now; nobody listening is no error.
    package func publish(_ topic: Topic, _ payload: [UInt8]) async throws(ServicesError) {
        try await publish([PubSubMessage(topic: topic, payload: payload)])
    }

    /// Sends messages in order.
    ///
    /// - Throws: `ServicesError` with the code `invalidRequest` before any is sent, or when the carrier is away.
    package func publish(_ messages: [PubSubMessage]) async throws(ServicesError) {
        guard messages.count <= options.limits.batch else {
            throw .outOfRange("number of messages", messages.count, allowed: "0 to \(options.limits.batch)")
        }
        for message in messages {
            try options.limits.check(name: message.topic.rawValue, what: "topic")
            try options.limits.check(payload: message.payload, what: "message")
        }
        guard !messages.isEmpty else { return }
        try await driver.publish(messages)
        published.increment(by: messages.count)
    }

    /// Listens from the moment this returns until the reader leaves its loop.
    ///
    /// - Parameters:
    ///   - pattern: the topics to hear.
    ///   - bufferLimit: messages kept for a slow reader; beyond it the oldest is dropped and a gap is told.
    /// - Returns: the messages, for one reader.
    /// - Throws: `ServicesError` when the request is wrong or the carrier is away.
    package func subscribe(
        to pattern: TopicPattern,
        bufferLimit: Int? = nil
    ) async throws(ServicesError) -> SubscriptionEvents {
        let limit = bufferLimit ?? options.bufferLimit
        guard (1...options.greatestBufferLimit).contains(limit) else {
            throw .outOfRange("buffer limit", limit, allowed: "1 to \(options.greatestBufferLimit)")
        }
        switch pattern {
        case .exact(let topic): try options.limits.check(name: topic.rawValue, what: "topic")
        case .prefix(let prefix) where prefix.isEmpty: break
        case .prefix(let prefix): try options.limits.check(name: prefix, what: "topic prefix")
        }
        let subscription = try await driver.subscribe(to: pattern, bufferLimit: limit)
        return SubscriptionEvents(subscription: subscription, telemetry: telemetry)
    }
}
