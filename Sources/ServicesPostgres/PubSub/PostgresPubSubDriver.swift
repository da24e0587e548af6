import Locking
import Postgres
package import Services

/// Messages as notifications of one channel; long ones lie in the table `pubsub_payloads` for five minutes.
package final class PostgresPubSubDriver: PubSubDriver {
    private static let channel = "switchyard_messages"
    /// Nothing is stored, so the commit does not wait for the disk.
    private static let notify = """
        SELECT set_config('synchronous_commit', 'off', true), pg_notify('\(channel)', message) FROM unnest($1::text[]) WITH ORDINALITY AS given (message, place)
        ORDER BY place
        """
    private static let keep = "INSERT INTO pubsub_payloads (payload) VALUES ($1) RETURNING id"
    private static let forget = """
        DELETE FROM pubsub_payloads WHERE id IN (
            SELECT id FROM pubsub_payloads WHERE published_at < clock_timestamp() - interval '5 minutes' LIMIT 100
        )
        """
    private static let fetch = "SELECT payload FROM pubsub_payloads WHERE id = $1"

    private struct State {
        var lastNumber = UInt64.random(in: 0 ... .max / 2)
        var listening: Task<PostgresNotifications, any Error>?
        var hasReader = false
    }

    private let store: PostgresStore
    private let fanOut = SubscriptionFanOut()
    private let state = Lock(State())
    /// Notifications kept while a long message is fetched.
    private let bufferLimit: Int

    /// - Parameters:
    ///   - store: carries the messages.
    ///   - bufferLimit: notifications kept until they are handed to the subscriptions.
    package init(store: PostgresStore, bufferLimit: Int = 65_536) {
        self.store = store
        self.bufferLimit = bufferLimit
    }

    package func publish(_ messages: [PubSubMessage]) async throws(ServicesError) {
        if messages.isEmpty { return }
        var envelopes: [String] = []
        for message in messages {
            let content: MessageEnvelope.Content =
                if MessageEnvelope.fits(message) {
                    .payload(message.payload)
                } else {
                    .stored(try await keep(message.payload))
                }
            let number = state.withLock { state in
                state.lastNumber += 1
                return state.lastNumber
            }
            envelopes.append(
                MessageEnvelope(number: number, topic: message.topic.rawValue, content: content).text
            )
        }
        // At most once is the promise, so a message that may have been sent is not sent again.
        try await store.query(Self.notify, [.texts(envelopes)], isRepeatable: false) { _ in }
    }

    private func keep(_ payload: [UInt8]) async throws(ServicesError) -> Int64 {
        let statements = [PostgresStatement(Self.keep, [.bytes(payload)]), PostgresStatement(Self.forget)]
        return try await store.batch(statements, isRepeatable: true) { (results) throws(PostgresError) in
            try results[0].first?.int(0) ?? 0
        }
    }

    package func subscribe(
        to pattern: TopicPattern,
        bufferLimit: Int
    ) async throws(ServicesError) -> Subscription {
        let subscription = fanOut.add(pattern, bufferLimit: bufferLimit)
        try await startListening()
        return subscription
    }

    private func startListening() async throws(ServicesError) {
        let task = state.withLock { state in
            if let listening = state.listening { return listening }
            let (listener, limit) = (store.listener, bufferLimit)
            // Its owner is this driver, which shares it among all subscribers; bounded by the connect time-out.
            let task = Task { try await listener.listen(to: Self.channel, bufferLimit: limit) }
            state.listening = task
            return task
        }
        do {
            let notifications = try await task.value
            let isFirst = state.withLock { state in
                defer { state.hasReader = true }
                return !state.hasReader
            }
            // Its owner is the listener: the sequence ends when it is closed.
            if isFirst { Task { [weak self] in for await element in notifications { await self?.hear(element) } } }
        } catch {
            state.withLock { $0.listening = nil }
            throw (error as? PostgresError).map { .postgres($0, store: store.place, isRepeatable: true) } ?? .cancelled
        }
    }

    /// Hands messages on in their order, so a long one holds up those behind it until it is fetched.
    private func hear(_ element: PostgresNotifications.Element) async {
        switch element {
        case .gap(let lost): fanOut.deliverGap(lost: lost)
        case .notification(let notification):
            // Not ours: another program may use the channel.
            guard let envelope = MessageEnvelope(notification.payload) else { return }
            guard let payload = await payload(of: envelope) else { return fanOut.deliverGap(lost: 1) }
            fanOut.deliver(PubSubMessage(topic: Topic(envelope.topic), payload: payload))
        }
    }

    private func payload(of envelope: MessageEnvelope) async -> [UInt8]? {
        switch envelope.content {
        case .payload(let payload): return payload
        case .stored(let id):
            // Lost with its table, or the server went away: the subscribers hear of a gap.
            return try? await store.query(Self.fetch, [.int(id)], isRepeatable: true) { (rows) throws(PostgresError) in
                try rows.first?.bytes(0)
            }
        }
    }
}
