import Locking

/// The notifications of one channel: an async sequence with a bounded buffer.
///
/// At most once: what is sent while nobody is connected is missed, and told as a ``Element/gap(lost:)``. One reader at
/// a time. The sequence ends when the listener is closed or the reader's task is cancelled; letting go of it stops the
/// listening.
package final class PostgresNotifications: AsyncSequence, Sendable {
    package enum Element: Hashable, Sendable {
        case notification(PostgresNotification)
        /// Notifications are missing here: that many because the reader was slow, or an unknown number (nil) because
        /// the connection was away.
        case gap(lost: Int?)
    }

    private struct State {
        var buffer: [PostgresNotification] = []
        var lost = 0
        var isResumed = false
        var isEnded = false
        var reader: CheckedContinuation<Element?, Never>?

        mutating func next() -> Element? {
            if isResumed {
                // Whatever the buffer lost before is part of the same gap.
                (isResumed, lost) = (false, 0)
                return .gap(lost: nil)
            }
            if lost > 0 {
                defer { lost = 0 }
                return .gap(lost: lost)
            }
            return buffer.isEmpty ? nil : .notification(buffer.removeFirst())
        }
    }

    package let channel: String
    private let limit: Int
    private let state = Lock(State())
    private let onEnd: @Sendable () -> Void

    /// - Parameters:
    ///   - channel: what is listened to.
    ///   - limit: how many unread notifications are kept; the oldest leave first.
    ///   - onEnd: called once when nobody reads any more.
    init(channel: String, limit: Int, onEnd: @escaping @Sendable () -> Void) {
        self.channel = channel
        self.limit = Swift.max(1, limit)
        self.onEnd = onEnd
    }

    deinit {
        if !state.withLock({ $0.isEnded }) { onEnd() }
    }

    func deliver(_ notification: PostgresNotification) {
        hand { state in
            if state.buffer.count >= limit {
                state.buffer.removeFirst()
                state.lost += 1
            }
            state.buffer.append(notification)
        }
    }

    func resume() {
        hand { $0.isResumed = true }
    }

    /// Ends the sequence after what is buffered.
    package func end() {
        let (reader, isFirst) = state.withLock { state in
            defer { (state.isEnded, state.reader) = (true, nil) }
            return (state.reader, !state.isEnded)
        }
        reader?.resume(returning: nil)
        if isFirst { onEnd() }
    }

    private func hand(_ change: @Sendable (inout State) -> Void) {
        let (reader, element) = state.withLock { state -> (CheckedContinuation<Element?, Never>?, Element?) in
            guard !state.isEnded else { return (nil, nil) }
            change(&state)
            guard let reader = state.reader, let element = state.next() else { return (nil, nil) }
            state.reader = nil
            return (reader, element)
        }
        reader?.resume(returning: element)
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let notifications: PostgresNotifications

        package mutating func next() async -> Element? { await notifications.next() }

        package mutating func next(isolation actor: isolated (any Actor)?) async -> Element? {
            await notifications.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(notifications: self) }

    private func next() async -> Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (element, isNow) = state.withLock { state -> (Element?, Bool) in
                    if let element = state.next() { return (element, true) }
                    // A second reader is told that there is nothing: it would take the first one's place.
                    guard !state.isEnded, state.reader == nil else { return (nil, true) }
                    state.reader = continuation
                    return (nil, false)
                }
                if isNow { continuation.resume(returning: element) }
            }
        } onCancel: {
            end()
        }
    }
}
