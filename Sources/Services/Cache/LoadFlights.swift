import Locking

/// Lets one load per key run in this process, with everybody who wants the value waiting for it.
///
/// A waiter that is cancelled leaves the others waiting; a load nobody waits for is cancelled, unless it renews a value
/// in the background. A load that an invalidation made void goes on for those who wait, but nobody joins it any more and
/// its value is not kept.
final class LoadFlights: Sendable {
    typealias Value = [UInt8]?
    typealias Load = @Sendable (ID) async throws -> Value

    struct ID: Hashable, Sendable {
        let number: Int
    }

    private struct Flight {
        let key: CacheKey
        var waiters: [Int: CheckedContinuation<Value, any Error>] = [:]
        var isBackground: Bool
        var isVoid = false
        var task: Task<Void, Never>?
    }

    private struct State {
        var nextNumber = 0
        /// The flights that can be joined.
        var current: [CacheKey: ID] = [:]
        var flights: [ID: Flight] = [:]
        var flightOfWaiter: [Int: ID] = [:]
        /// Waiters cancelled before they had begun to wait.
        var cancelled: Set<Int> = []
        var background = 0

        mutating func number() -> Int {
            nextNumber += 1
            return nextNumber
        }

        mutating func remove(_ id: ID) -> Flight? {
            guard let flight = flights.removeValue(forKey: id) else { return nil }
            if current[flight.key] == id { current[flight.key] = nil }
            for waiter in flight.waiters.keys { flightOfWaiter[waiter] = nil }
            if flight.isBackground { background -= 1 }
            return flight
        }
    }

    private let state = Lock(State())
    private let backgroundLimit: Int

    init(backgroundLimit: Int) {
        self.backgroundLimit = backgroundLimit
    }

    /// Waits for the key's load, beginning it when there is none.
    ///
    /// - Returns: the value, and whether it came from a load that somebody else had begun.
    func value(_ key: CacheKey, load: @escaping Load) async throws -> (value: Value, isShared: Bool) {
        let waiter = state.withLock { $0.number() }
        let isShared = Lock(false)
        defer { _ = state.withLock { $0.cancelled.remove(waiter) } }
        let value = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isFirst = enter(key, waiter, continuation, load)
                isShared.withLock { $0 = !isFirst }
            }
        } onCancel: {
            leave(waiter)
        }
        return (value, isShared.withLock { $0 })
    }

    /// Begins a load that nobody waits for, unless one runs or too many do.
    func renew(_ key: CacheKey, load: @escaping Load) {
        let id = state.withLock { state -> ID? in
            guard state.current[key] == nil, state.background < backgroundLimit else { return nil }
            let id = ID(number: state.number())
            state.current[key] = id
            state.flights[id] = Flight(key: key, isBackground: true)
            state.background += 1
            return id
        }
        if let id { start(id, load) }
    }

    /// Gives the waiters a value before the load has ended, which goes on in the background.
    ///
    /// - Returns: `false`, with nothing done, when too many loads are in the background already.
    func deliver(_ value: [UInt8]?, to id: ID) -> Bool {
        let waiters = state.withLock { state -> [CheckedContinuation<Value, any Error>]? in
            guard var flight = state.flights[id], state.background < backgroundLimit else { return nil }
            let waiters = Array(flight.waiters.values)
            for waiter in flight.waiters.keys { state.flightOfWaiter[waiter] = nil }
            flight.waiters = [:]
            if !flight.isBackground {
                flight.isBackground = true
                state.background += 1
            }
            state.flights[id] = flight
            return waiters
        }
        for waiter in waiters ?? [] { waiter.resume(returning: value) }
        return waiters != nil
    }

    /// Runs the body unless the load was made void, so that no invalidation comes between.
    @discardableResult
    func commit(_ id: ID, _ body: () -> Void) -> Bool {
        state.withLock { state in
            guard let flight = state.flights[id], !flight.isVoid else { return false }
            body()
            return true
        }
    }

    /// Makes the loads void whose values the selector may mean, and runs the body in the same step.
    func void(_ selector: CacheSelector, _ body: () -> Void) {
        state.withLock { state in
            for (id, flight) in state.flights where Self.mayMean(selector, flight.key) {
                state.flights[id]?.isVoid = true
                if state.current[flight.key] == id { state.current[flight.key] = nil }
            }
            body()
        }
    }

    /// Makes every load void, and runs the body in the same step.
    func voidAll(_ body: () -> Void) {
        state.withLock { state in
            for id in state.flights.keys { state.flights[id]?.isVoid = true }
            state.current = [:]
            body()
        }
    }

    var count: Int { state.withLock { $0.flights.count } }

    /// The tags of a value that is still computed are not known: any tag of the namespace may be its.
    private static func mayMean(_ selector: CacheSelector, _ key: CacheKey) -> Bool {
        if case .tag(let namespace, _) = selector { return key.namespace.hasSameBytes(as: namespace) }
        return selector.matches(key, tags: [])
    }

    /// - Returns: whether the waiter began the load.
    private func enter(
        _ key: CacheKey,
        _ waiter: Int,
        _ continuation: CheckedContinuation<Value, any Error>,
        _ load: @escaping Load
    ) -> Bool {
        enum Entry { case cancelled, joined, began(ID) }
        let entry = state.withLock { state -> Entry in
            if state.cancelled.remove(waiter) != nil { return .cancelled }
            if let id = state.current[key], state.flights[id] != nil {
                state.flights[id]?.waiters[waiter] = continuation
                state.flightOfWaiter[waiter] = id
                return .joined
            }
            let id = ID(number: state.number())
            state.current[key] = id
            state.flights[id] = Flight(key: key, waiters: [waiter: continuation], isBackground: false)
            state.flightOfWaiter[waiter] = id
            return .began(id)
        }
        switch entry {
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .joined: return false
        case .began(let id): start(id, load)
        }
        return true
    }

    private func start(_ id: ID, _ load: @escaping Load) {
        // Owned by the flight, which ends it when nobody waits any more: the first caller may leave before the others.
        let task = Task {
            do {
                finish(id, .success(try await load(id)))
            } catch {
                finish(id, .failure(error))
            }
        }
        let isOver = state.withLock { state in
            state.flights[id]?.task = task
            return state.flights[id] == nil
        }
        // The last waiter left in between.
        if isOver { task.cancel() }
    }

    private func finish(_ id: ID, _ result: Result<Value, any Error>) {
        let flight = state.withLock { $0.remove(id) }
        for waiter in (flight?.waiters ?? [:]).values { waiter.resume(with: result) }
    }

    private func leave(_ waiter: Int) {
        let (continuation, task) = state.withLock { state in
            guard let id = state.flightOfWaiter.removeValue(forKey: waiter),
                let continuation = state.flights[id]?.waiters.removeValue(forKey: waiter)
            else {
                state.cancelled.insert(waiter)
                return (nil as CheckedContinuation<Value, any Error>?, nil as Task<Void, Never>?)
            }
            guard let flight = state.flights[id], flight.waiters.isEmpty, !flight.isBackground else {
                return (continuation, nil)
            }
            return (continuation, state.remove(id)?.task)
        }
        task?.cancel()
        continuation?.resume(throwing: CancellationError())
    }
}
