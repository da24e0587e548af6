import Locking
import Services

/// One closure that waits for its turn on a lane, and the caller who waits for its result.
///
/// Ends exactly once: with a value after the commit, or with an error.
protocol LaneRequest: AnyObject, Sendable {
    /// When the caller no longer wants to wait for the start.
    var deadline: ContinuousClock.Instant { get }
    var isCancelled: Bool { get }

    /// Runs the closure and keeps its value until the commit.
    func perform(_ transaction: SQLiteTransaction) -> ServicesError?

    /// Hands the kept value to the caller.
    func complete()

    func fail(_ error: ServicesError)
}

final class PendingRequest<Value: Sendable>: LaneRequest {
    typealias Body = @Sendable (SQLiteTransaction) throws(ServicesError) -> Value
    typealias Outcome = Result<Value, ServicesError>

    private struct State {
        var value: Value?
        var caller: CheckedContinuation<Outcome, Never>?
        var isCancelled = false
    }

    let deadline: ContinuousClock.Instant
    private let body: Body
    private let state = Lock(State())

    init(deadline: ContinuousClock.Instant, body: @escaping Body) {
        self.deadline = deadline
        self.body = body
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func attach(_ caller: CheckedContinuation<Outcome, Never>) {
        state.withLock { $0.caller = caller }
    }

    func cancel() {
        state.withLock { $0.isCancelled = true }
    }

    func perform(_ transaction: SQLiteTransaction) -> ServicesError? {
        do {
            let value = try body(transaction)
            state.withLock { $0.value = value }
            return nil
        } catch {
            return error
        }
    }

    func complete() {
        let (caller, value) = state.withLock { state in
            defer { state.caller = nil }
            return (state.caller, state.value)
        }
        // `perform` has left a value before any caller of this.
        if let value { caller?.resume(returning: .success(value)) }
    }

    func fail(_ error: ServicesError) {
        let caller = state.withLock { state in
            defer { state.caller = nil }
            return state.caller
        }
        caller?.resume(returning: .failure(error))
    }
}
