import Dispatch
package import Services

/// The ledger: the files that people and agents share, read and changed by one piece of work at a time.
///
/// Changes happen under the lease `ledger`, so that any number of processes and machines may share the files: everything
/// is read again once the lease is held. Reading needs no lease, because files are replaced whole.
///
/// ```swift
/// try await ledger.edit { session in
///     var tickets = try session.document(.tickets)
///     ...
///     try session.save(tickets, as: .tickets)
/// }
/// ```
package struct LedgerStore: Sendable {
    package struct Options: Sendable {
        /// How long a change waits for the ones before it; default 2 minutes.
        package var wait: Duration = .seconds(120)
        /// How long the lease lasts unless renewed; default 30 seconds.
        package var timeToLive: Duration = .seconds(30)
        /// Name of the lease; one per repository in a store that several share.
        package var lockName = "ledger"
        /// A larger file is not read; default 64 MiB.
        package var largestFileInBytes = 64 << 20
        /// Called before every change of a file with what is about to happen; a test stops the work by throwing.
        package var beforeStep: @Sendable (String) throws -> Void = { _ in }

        package init() {}
    }

    package let locations: LedgerLocations
    private let lock: LeaseLock
    private let holder: String
    private let options: Options
    private let lane: LedgerLane

    /// Opens nothing and makes nothing.
    ///
    /// - Parameters:
    ///   - locations: where the files lie.
    ///   - lock: a lock that all who change these files share.
    ///   - holder: who changes them, for people; unique per process.
    ///   - options: limits.
    package init(locations: LedgerLocations, lock: LeaseLock, holder: String, options: Options = Options()) {
        self.locations = locations
        self.lock = lock
        self.holder = holder
        self.options = options
        lane = LedgerLane()
    }

    /// Runs the closure with the right to read; a change throws.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (LedgerSession) throws -> Value
    ) async throws -> Value {
        let (locations, options) = (locations, options)
        return try await lane.run {
            let session = LedgerSession(locations: locations, options: options) { step in
                throw AgentsError.ledgerReadOnly(step)
            }
            return try body(session)
        }
    }

    /// Runs the closure with the right to change, one at a time among all that share the lock.
    ///
    /// A closure that was begun runs to its end or to its next change after the lease was lost; then it throws, and what
    /// it changed before stands.
    ///
    /// - Throws: what the closure throws; `AgentsError` with the code `ledgerBusy` when the lease was not free in time;
    ///   `ServicesError` when the lock's store cannot be asked or the lease was lost.
    package func edit<Value: Sendable>(
        _ body: @escaping @Sendable (LedgerSession) throws -> Value
    ) async throws -> Value {
        let (locations, options, lane) = (locations, options, lane)
        let run = try await lock.withLease(
            [options.lockName],
            holder: holder,
            timeToLive: options.timeToLive,
            wait: options.wait
        ) { hold in
            try await lane.run {
                let session = LedgerSession(locations: locations, options: options) { step in
                    guard hold.isSafe else { throw AgentsError.ledgerLockLost(before: step) }
                    try options.beforeStep(step)
                }
                return try body(session)
            }
        }
        switch run {
        case .ran(let value): return value
        case .held(let other): throw AgentsError.ledgerBusy(holder: other.holder, waited: options.wait)
        }
    }
}

/// A serial queue for blocking file work, so that none runs on the cooperative pool.
final class LedgerLane: Sendable {
    private let queue = DispatchQueue(label: "switchyard.ledger")

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, any Error>, Never>) in
            queue.async { continuation.resume(returning: Result { try body() }) }
        }.get()
    }
}
