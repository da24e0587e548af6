/// Messages for one reader, as an async sequence with a bounded buffer.
///
/// The oldest messages are dropped when the reader is too slow, and the reader is told; see ``RedisMessage``. The
/// sequence ends when the subscriber is closed, when the reading task is cancelled, or with ``end()``. Listening stops
/// then, and when the last reference goes away. One reader at a time: a second one is told that there is nothing.
package final class RedisSubscription: AsyncSequence, Sendable {
    package typealias Element = RedisMessage

    private let mailbox: SubscriptionMailbox
    private let stopListening: @Sendable () -> Void

    init(mailbox: SubscriptionMailbox, stopListening: @escaping @Sendable () -> Void) {
        self.mailbox = mailbox
        self.stopListening = stopListening
    }

    deinit {
        stopListening()
    }

    /// Ends the sequence once what is kept has been read.
    package func end() {
        mailbox.end()
        stopListening()
    }

    package func makeAsyncIterator() -> Iterator { Iterator(subscription: self) }

    private func next() async -> RedisMessage? {
        await withTaskCancellationHandler {
            await mailbox.next()
        } onCancel: {
            end()
        }
    }

    package struct Iterator: AsyncIteratorProtocol {
        let subscription: RedisSubscription

        package mutating func next() async -> RedisMessage? {
            await subscription.next()
        }
    }
}
