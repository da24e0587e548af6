import Locking

/// Bounds how long a caller waits for something that may not come back.
package enum TimeLimit {
    /// What came first: an end of the work, the time limit or the caller's cancellation.
    private final class Race<Value: Sendable>: Sendable {
        private struct State {
            var continuation: CheckedContinuation<Result<Value, any Error>?, Never>?
            var outcome: Result<Value, any Error>??
            var tasks: [Task<Void, Never>] = []
        }

        private let state = Lock(State())

        /// `nil` while the race goes on.
        var outcome: Result<Value, any Error>?? { state.withLock { $0.outcome } }

        func wait() async -> Result<Value, any Error>? {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state -> Result<Value, any Error>?? in
                    if state.outcome == nil { state.continuation = continuation }
                    return state.outcome
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        }

        /// Ends the race for `outcome` unless it has ended, and cancels who still runs.
        func end(_ outcome: Result<Value, any Error>?) {
            let (continuation, tasks) = state.withLock { state in
                guard state.outcome == nil else {
                    return (nil as CheckedContinuation<Result<Value, any Error>?, Never>?, [Task<Void, Never>]())
                }
                state.outcome = .some(outcome)
                defer { (state.continuation, state.tasks) = (nil, []) }
                return (state.continuation, state.tasks)
            }
            for task in tasks { task.cancel() }
            continuation?.resume(returning: outcome)
        }

        func own(_ task: Task<Void, Never>) {
            let isOver = state.withLock { state in
                if state.outcome == nil { state.tasks.append(task) }
                return state.outcome != nil
            }
            if isOver { task.cancel() }
        }
    }

    /// Runs the last requests of something that ends: to their end or the limit, whichever comes first, and also when the
    /// caller is cancelled.
    package static func shielded(
        _ limit: Duration,
        on stopwatch: Stopwatch,
        _ body: @escaping @Sendable () async -> Void
    ) async {
        // Not a child: a cancelled caller still says its farewell, and the limit bounds the wait.
        await Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await body() }
                group.addTask { try? await stopwatch.sleep(until: stopwatch.elapsed + limit) }
                await group.next()
                group.cancelAll()
            }
        }.value
    }

    /// Runs the body; returns at the limit even when the body does not heed its cancellation.
    ///
    /// The body begins on the caller's thread and must not block it. One that ends without having waited for anything
    /// costs no timer and no change of threads.
    ///
    /// - Parameters:
    ///   - limit: the longest wait.
    ///   - clock: measures it.
    ///   - body: the work; cancelled at the limit, and when the caller is cancelled.
    /// - Returns: what the body returned, or `nil` at the limit.
    /// - Throws: what the body threw, or `CancellationError`.
    package static func run<Value: Sendable>(
        _ limit: Duration,
        clock: any Clock<Duration> = ContinuousClock(),
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try Task.checkCancellation()
        let race = Race<Value>()
        let watch = Stopwatch(clock)
        // Both tasks are owned by the race, which cancels them when it ends; the body may then outlive the call, which
        // is the point: nobody waits for one that hangs.
        let work = Task.immediate {
            do {
                race.end(.success(try await body()))
            } catch {
                race.end(.failure(error))
            }
        }
        if let outcome = race.outcome { return try outcome?.get() }
        race.own(work)
        // As above: owned by the race.
        let timer = Task {
            guard (try? await watch.sleep(until: limit)) != nil else { return }
            race.end(nil)
        }
        race.own(timer)
        return try await withTaskCancellationHandler {
            try await race.wait()?.get()
        } onCancel: {
            race.end(.failure(CancellationError()))
        }
    }
}
