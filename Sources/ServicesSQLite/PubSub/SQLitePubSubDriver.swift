import Locking
package import Services

/// Messages between the processes of one host, through the table `pubsub_messages`.
///
/// Subscribers of the publishing driver hear at once after the commit; other processes within
/// `SQLiteStore.Options.pollCeiling`. A process that did not read for so long that messages were removed is told of a
/// gap.
package final class SQLitePubSubDriver: PubSubDriver {
    private static let insert = SQL(
        "INSERT INTO pubsub_messages (origin, topic, payload, published_at) VALUES (?1, ?2, ?3, ?4)"
    )
    private static let lastID = SQL("SELECT seq FROM sqlite_sequence WHERE name = 'pubsub_messages'")
    /// What this driver published itself was delivered at once; its payload is not needed again.
    private static let next = SQL(
        """
        SELECT id, iif(origin = ?3, NULL, topic), iif(origin = ?3, NULL, payload) FROM pubsub_messages
        WHERE id > ?1 ORDER BY id LIMIT ?2
        """
    )
    private static let oldEnd = SQL(
        """
        SELECT max(id) FROM (SELECT id, published_at FROM pubsub_messages ORDER BY id LIMIT ?3)
        WHERE id <= ?1 OR published_at < ?2
        """
    )
    private static let prune = SQL("DELETE FROM pubsub_messages WHERE id <= ?")
    private static let pageSize = 500
    /// Messages between two prunings, each of which removes at most four times as many.
    private static let pruneEvery: Int64 = 64

    private struct State {
        /// The last message this driver has read.
        var cursor: Int64 = 0
        var watchID: Int?
    }

    private let store: SQLiteStore
    private let origin: String
    private let state: Lock<State>
    private let fanOut: SubscriptionFanOut

    package init(store: SQLiteStore) {
        self.store = store
        origin = String(UInt64.random(in: .min ... .max), radix: 16)
        let state = Lock(State())
        self.state = state
        let changes = store.changes
        fanOut = SubscriptionFanOut { fanOut in
            let watchID = state.withLock { state -> Int? in
                // Whoever has begun to listen meanwhile relies on the watch.
                guard fanOut.isEmpty else { return nil }
                defer { state.watchID = nil }
                return state.watchID
            }
            if let watchID { changes.remove(watchID) }
        }
    }

    package func publish(_ messages: [PubSubMessage]) async throws(ServicesError) {
        guard !messages.isEmpty else { return }
        try await store.write { [origin, fanOut, options = store.options] tx throws(ServicesError) in
            for message in messages {
                try tx.run(
                    Self.insert,
                    .text(origin),
                    .text(message.topic.rawValue),
                    .bytes(message.payload),
                    .integer(tx.now.microseconds)
                )
            }
            let last = tx.lastID
            let first = last - Int64(messages.count) + 1
            if last / Self.pruneEvery != (first - 1) / Self.pruneEvery {
                try Self.prune(after: last, added: messages.count, options, tx)
            }
            tx.afterCommit {
                for (offset, message) in messages.enumerated() { fanOut.deliver(message, id: first + Int64(offset)) }
            }
        }
    }

    private static func prune(
        after last: Int64,
        added: Int,
        _ options: SQLiteStore.Options,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) {
        let oldest = tx.now + (.zero - options.messageRetention)
        let end = try tx.first(
            oldEnd,
            .integer(last - Int64(options.messageLimit)),
            .integer(oldest.microseconds),
            .integer(4 * max(Int(pruneEvery), added))
        ) { $0.optionalInteger(0) }
        if let end, let end { try tx.run(prune, .integer(end)) }
    }

    package func subscribe(
        to pattern: TopicPattern,
        bufferLimit: Int
    ) async throws(ServicesError) -> Subscription {
        let start = try await store.read { tx throws(ServicesError) in
            try tx.first(Self.lastID) { $0.integer(0) } ?? 0
        }
        let subscription = fanOut.add(pattern, bufferLimit: bufferLimit, after: start)
        state.withLock { state in
            guard state.watchID == nil else { return }
            state.cursor = start
            state.watchID = store.changes.add { [weak self] tx throws(ServicesError) in try self?.look(tx) }
        }
        return subscription
    }

    /// Reads what others published; on the watch's queue.
    private func look(_ tx: SQLiteTransaction) throws(ServicesError) {
        var cursor = state.withLock { $0.cursor }
        defer { state.withLock { [cursor] in $0.cursor = max($0.cursor, cursor) } }
        var hasGap = false
        while true {
            let page = try tx.rows(Self.next, .integer(cursor), .integer(Self.pageSize), .text(origin)) { row in
                (id: row.integer(0), topic: row.optionalText(1), payload: row.bytes(2))
            }
            // Ids follow each other without holes, so a hole is what was pruned before it was read.
            var newest = page.last?.id
            if newest == nil { newest = try tx.first(Self.lastID) { $0.integer(0) } }
            let read = max(cursor, newest ?? cursor)
            let isHole = page.first.map { $0.id > cursor + 1 } ?? (read > cursor)
            if isHole, !hasGap {
                hasGap = true
                fanOut.deliverGap()
            }
            for message in page {
                guard let topic = message.topic else { continue }
                fanOut.deliver(PubSubMessage(topic: Topic(topic), payload: message.payload), id: message.id)
            }
            cursor = read
            if page.count < Self.pageSize { return }
        }
    }
}
