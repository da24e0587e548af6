import Locking

/// A subscriber's mailbox: an async sequence of events with a bound.
///
/// One reader at a time. The sequence ends when the driver ends it, when the reader's task is cancelled, or when the
/// last reference goes away.
package final class Subscription: AsyncSequence, Sendable {
    package typealias Element = SubscriptionEvent

    private struct State {
        var events: [SubscriptionEvent] = []
        var head = 0
        var lost = 0
        var isEnded = false
        var waiter: CheckedContinuation<SubscriptionEvent?, Never>?

        var count: Int { events.count - head }

        mutating func next() -> SubscriptionEvent? {
            if lost > 0 {
                defer { lost = 0 }
                return .gap(lost: lost)
            }
            return removeOldest()
        }

        mutating func removeOldest() -> SubscriptionEvent? {
            guard head < events.count else { return nil }
            let event = events[head]
            head += 1
            // Moves the rest only when at least as many have been read, so each event is moved once on average.
            if head > events.count / 2 {
                events.removeFirst(head)
                head = 0
            }
            return event
        }
    }

    private let state = Lock(State())
    private let limit: Int
    private let onEnd: @Sendable () -> Void

    /// - Parameters:
    ///   - limit: events kept for a slow reader.
    ///   - onEnd: called once, when nobody can read any more; tells the driver to stop listening.
    package init(limit: Int, onEnd: @escaping @Sendable () -> Void) {
        self.limit = Swift.max(1, limit)
        self.onEnd = onEnd
    }

    deinit {
        if !state.withLock({ $0.isEnded }) { onEnd() }
    }

    /// Hands an event to the reader; the oldest kept one is dropped, and counted, when the mailbox is full.
    package func deliver(_ event: SubscriptionEvent) {
        let waiter = state.withLock { state -> CheckedContinuation<SubscriptionEvent?, Never>? in
            guard !state.isEnded else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            if state.count >= limit, state.removeOldest() != nil { state.lost += 1 }
            state.events.append(event)
            return nil
        }
        waiter?.resume(returning: event)
    }

    /// Ends the sequence after what is kept has been read.
    package func end() {
        let (waiter, isFirst) = state.withLock { state in
            let isFirst = !state.isEnded
            state.isEnded = true
            defer { state.waiter = nil }
            return (state.waiter, isFirst)
        }
        waiter?.resume(returning: nil)
        if isFirst { onEnd() }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(subscription: self)
    }

    package struct Iterator: AsyncIteratorProtocol {
        let subscription: Subscription

        package mutating func next() async -> SubscriptionEvent? {
            await subscription.next()
        }
    }

    private func next() async -> SubscriptionEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (event, isNow) = state.withLock { state -> (SubscriptionEvent?, Bool) in
                    if let event = state.next() { return (event, true) }
                    // A second reader would take the first one's place: it is told that there is nothing.
                    if state.isEnded || state.waiter != nil { return (nil, true) }
                    state.waiter = continuation
                    return (nil, false)
                }
                if isNow { continuation.resume(returning: event) }
            }
        } onCancel: {
            end()
        }
    }
}
