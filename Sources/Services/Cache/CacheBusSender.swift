import Locking

/// Sends this process's messages one after the other, numbered in the order in which they go.
///
/// Messages that come while one is under way go together with the next request.
final class CacheBusSender: Sendable {
    private struct Waiting {
        var message: CacheBusMessage
        var continuation: CheckedContinuation<Result<Void, ServicesError>, Never>
    }

    private struct State {
        var sequence: Int64 = 0
        var waiting: [Waiting] = []
        var isSending = false
    }

    /// Messages that may wait; the next is refused.
    private static let waitingLimit = 100_000
    /// Messages in one request.
    private static let batchLimit = 1_000

    private let state = Lock(State())
    private let bus: PubSub
    private let topic: Topic
    private let origin: String

    init(bus: PubSub, topic: Topic, origin: String) {
        self.bus = bus
        self.topic = topic
        self.origin = origin
    }

    /// Sends what to forget, or with `nil` a sign of life.
    func send(_ selector: CacheSelector?) async throws(ServicesError) {
        let result = await withCheckedContinuation { continuation in
            enum Entry { case refused, queued, first }
            let entry = state.withLock { state -> Entry in
                guard state.waiting.count < Self.waitingLimit else { return .refused }
                state.sequence += 1
                let message = CacheBusMessage(origin: origin, sequence: state.sequence, selector: selector)
                state.waiting.append(Waiting(message: message, continuation: continuation))
                defer { state.isSending = true }
                return state.isSending ? .queued : .first
            }
            switch entry {
            case .refused:
                let why = "\(Self.waitingLimit) invalidations wait to be sent"
                continuation.resume(returning: .failure(.unavailable("cache bus", why: why)))
            case .queued: break
            case .first:
                // Owned by this sender: ends when nothing waits. It is nobody's child, because a caller who is
                // cancelled must not take the messages of the others with it.
                Task { await self.sendWaiting() }
            }
        }
        try result.get()
    }

    private func sendWaiting() async {
        while true {
            let batch = state.withLock { state -> [Waiting] in
                let batch = Array(state.waiting.prefix(Self.batchLimit))
                state.waiting.removeFirst(batch.count)
                state.isSending = !batch.isEmpty
                return batch
            }
            if batch.isEmpty { return }
            let result: Result<Void, ServicesError>
            do throws(ServicesError) {
                try await bus.publish(batch.map { PubSubMessage(topic: topic, payload: $0.message.encoded()) })
                result = .success(())
            } catch {
                result = .failure(error)
            }
            for waiting in batch { waiting.continuation.resume(returning: result) }
        }
    }
}
