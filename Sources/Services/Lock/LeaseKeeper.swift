import Locking

/// Runs a body while a lease is renewed beside it, and cancels the body before the lease ends.
struct LeaseKeeper: Sendable {
    private enum Outcome<Value: Sendable>: Sendable {
        case ended(Result<Value, any Error>)
        case lost
        /// A watcher that has nothing more to do.
        case idle
    }

    let stopwatch: Stopwatch
    private let tenure: Lock<LeaseTenure>
    private let renew: @Sendable () async throws(ServicesError) -> Bool
    /// Called when the store could not be asked in time: whether to go on without the lease.
    private let goesOn: @Sendable () async -> Bool

    /// - Parameters:
    ///   - stopwatch: on which the tenure counts.
    ///   - tenure: the lease as it was granted.
    ///   - goesOn: asked once when the time of safe use is over without an answer from the store.
    ///   - renew: asks the store; `false` when the lease is somebody else's.
    init(
        stopwatch: Stopwatch,
        tenure: LeaseTenure,
        goesOn: @escaping @Sendable () async -> Bool = { false },
        renew: @escaping @Sendable () async throws(ServicesError) -> Bool
    ) {
        self.stopwatch = stopwatch
        self.tenure = Lock(tenure)
        self.goesOn = goesOn
        self.renew = renew
    }

    /// Whether the lease can be relied on now, as far as is known without asking the store.
    var isSafe: Bool { stopwatch.elapsed < tenure.withLock { $0.stopAt } }

    /// Runs the body; `nil` when the lease was lost, and the body's result is void.
    func run<Value: Sendable>(_ body: @Sendable @escaping () async throws -> Value) async -> Result<Value, any Error>? {
        await withTaskGroup(of: Outcome<Value>.self) { group in
            group.addTask {
                do {
                    return .ended(.success(try await body()))
                } catch {
                    return .ended(.failure(error))
                }
            }
            group.addTask { await keep() ? .idle : .lost }
            group.addTask { await watch() ? .idle : .lost }
            var result: Result<Value, any Error>?
            var isDecided = false
            while let next = await group.next() {
                if isDecided { continue }
                switch next {
                case .idle: continue
                case .ended(let ended): result = ended
                case .lost: break
                }
                isDecided = true
                group.cancelAll()
            }
            return result
        }
    }

    /// Renews until the task is cancelled; `false` when the lease went to somebody else.
    private func keep() async -> Bool {
        while !Task.isCancelled {
            let renewAt = tenure.withLock(\.renewAt)
            let requestedAt = stopwatch.elapsed
            guard requestedAt >= renewAt else {
                // A cancelled sleep ends the loop.
                try? await stopwatch.sleep(until: renewAt)
                continue
            }
            do {
                guard try await renew() else { return false }
                tenure.withLock { $0.renewed(requestedAt: requestedAt) }
            } catch {
                tenure.withLock { $0.failed(at: stopwatch.elapsed) }
            }
        }
        return true
    }

    /// Waits for the end of safe use, whatever a renewal that hangs may do; `false` when it has come.
    private func watch() async -> Bool {
        while true {
            let stopAt = tenure.withLock { $0.stopAt }
            guard stopwatch.elapsed < stopAt else { return await goesOn() }
            guard (try? await stopwatch.sleep(until: stopAt)) != nil else { return true }
        }
    }
}
