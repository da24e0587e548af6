import Locking

/// A few threads for calls that block: resolving a name, cancelling a query, reading a slow file.
///
/// Threads start when there is work and leave after a while without any. Nothing here can interrupt a call that
/// hangs: callers that must go on bound their own waiting.
package final class HelperThreads: Sendable {
    package struct Options: Sendable {
        /// Name of the threads and in messages.
        ///
        /// Default "helper".
        package var name = "helper"
        /// How many calls run at once.
        ///
        /// Default 4.
        package var threadLimit = 4
        /// How many calls may wait for a thread.
        ///
        /// Default 256.
        package var waitingLimit = 256
        /// How long a thread without work stays.
        ///
        /// Default 10 seconds.
        package var idleTime: Duration = .seconds(10)

        package init() {}
    }

    /// Does the work, or is told why it will not be done.
    private typealias Call = @Sendable (_ refusal: EventLoopError?) -> Void

    private struct State {
        var waiting: [Call] = []
        var threads = 0
        var idle = 0
    }

    private let options: Options
    private let state = Lock(State())
    private let signal = ThreadSemaphore()

    package init(options: Options = Options()) {
        self.options = options
    }

    /// Runs a blocking call and returns its result; a started call is never interrupted, also not by cancellation.
    ///
    /// - Throws: `EventLoopError` with code `overloaded` when too many calls wait, `system` when there is no thread;
    ///   else what the body throws.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            submit { refusal in
                if let refusal {
                    continuation.resume(throwing: refusal)
                } else {
                    continuation.resume(with: Swift.Result(catching: body))
                }
            }
        }
    }

    private func submit(_ call: @escaping Call) {
        enum Step { case refuse, wake, start }
        let step = state.withLock { state in
            guard state.waiting.count < options.waitingLimit else { return Step.refuse }
            state.waiting.append(call)
            if state.idle >= state.waiting.count || state.threads >= options.threadLimit { return .wake }
            state.threads += 1
            return .start
        }
        switch step {
        case .refuse: call(.overloaded(options.name, limit: options.waitingLimit))
        case .wake: signal.signal()
        case .start:
            signal.signal()
            do {
                try NativeThread.start(name: options.name) { self.serve() }
            } catch {
                giveUpThread(error)
            }
        }
    }

    /// Where another thread lives, the calls wait for it; else nobody would ever do them.
    private func giveUpThread(_ error: EventLoopError) {
        let lost = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return [Call]() }
            defer { state.waiting.removeAll() }
            return state.waiting
        }
        for call in lost { call(error) }
    }

    private func serve() {
        let idleTime = MonotonicTime.nanoseconds(options.idleTime)
        while true {
            state.withLock { $0.idle += 1 }
            let isSignalled = signal.wait(nanoseconds: idleTime)
            let (call, mayLeave) = state.withLock { state in
                state.idle -= 1
                guard state.waiting.isEmpty else { return (state.waiting.removeFirst() as Call?, false) }
                let mayLeave = !isSignalled
                if mayLeave { state.threads -= 1 }
                return (nil, mayLeave)
            }
            if mayLeave { return }
            call?(nil)
        }
    }
}
