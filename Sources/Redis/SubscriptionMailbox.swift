import Locking

/// The reader's side of a subscription, filled on the reactor.
final class SubscriptionMailbox: Sendable {
    private struct State {
        var buffer: SubscriptionBuffer
        var isEnded = false
        var reader: CheckedContinuation<RedisMessage?, Never>?
    }

    private let state: Lock<State>

    init(buffer: SubscriptionBuffer) {
        state = Lock(State(buffer: buffer))
    }

    func deliver(_ message: RedisMessage) {
        change { state in
            switch message {
            case .message(let channel, let payload): state.buffer.append(channel: channel, payload: payload)
            case .gap: state.buffer.appendReconnect()
            }
        }
    }

    func end() {
        change { $0.isEnded = true }
    }

    func next() async -> RedisMessage? {
        await withCheckedContinuation { continuation in
            let (message, isNow) = state.withLock { state -> (RedisMessage?, Bool) in
                if let message = state.buffer.next() { return (message, true) }
                if state.isEnded || state.reader != nil { return (nil, true) }
                state.reader = continuation
                return (nil, false)
            }
            if isNow { continuation.resume(returning: message) }
        }
    }

    /// Changes the state and serves a reader that waits.
    private func change(_ change: (inout State) -> Void) {
        let (reader, message) = state.withLock { state -> (CheckedContinuation<RedisMessage?, Never>?, RedisMessage?) in
            guard !state.isEnded else { return (nil, nil) }
            change(&state)
            guard let reader = state.reader else { return (nil, nil) }
            let message = state.buffer.next()
            guard message != nil || state.isEnded else { return (nil, nil) }
            state.reader = nil
            return (reader, message)
        }
        reader?.resume(returning: message)
    }
}
