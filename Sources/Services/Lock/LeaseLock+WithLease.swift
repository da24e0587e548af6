extension LeaseLock {
    /// Runs the body under leases that are renewed as long as it runs, and given back afterwards.
    ///
    /// Renewal happens at every third of the time to live in a task of its own. When the leases cannot be renewed in
    /// time, or went to somebody else, the body's task is cancelled before the store lets another holder in, and its
    /// result is discarded.
    ///
    /// - Parameters:
    ///   - names: what to lock; all or none.
    ///   - holder: who, for people and for proof.
    ///   - timeToLive: how long the leases last unless renewed; `nil` as in the options.
    ///   - wait: how long to wait for held names; `nil` as in the options.
    ///   - policy: what to do when the store cannot be asked.
    ///   - body: what to run; it must stop soon after its cancellation.
    /// - Returns: what the body returned, or who held a name.
    /// - Throws: what the body throws; `ServicesError` with the code `leaseLost` when the leases were lost.
    package func withLease<Value: Sendable>(
        _ names: [String],
        holder: String,
        timeToLive: Duration? = nil,
        wait: Duration? = nil,
        onStoreFailure policy: LockFailurePolicy = .closed,
        body: @Sendable @escaping (LeaseHold) async throws -> Value
    ) async throws -> LeaseRun<Value> {
        let stopwatch = Stopwatch(clock)
        let request = try makeRequest(names, holder: holder, timeToLive: timeToLive)
        let hold: LeaseHold
        do {
            let (answer, requestedAt) = try await acquire(request, wait: wait ?? options.wait, stopwatch)
            switch answer {
            case .granted(let leases): hold = makeHold(leases, requestedAt: requestedAt, stopwatch, policy)
            case .held(let holder): return .held(holder)
            }
        } catch let error as ServicesError {
            guard case .open(let notify) = policy, error.isStoreFailure else { throw error }
            await notify(error)
            return .ran(try await body(LeaseHold(leases: [], keeper: nil)))
        }
        guard let keeper = hold.keeper else {
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(hold))
            } catch {
                result = .failure(error)
            }
            await giveBack(hold.leases)
            return .ran(try result.get())
        }
        let result = await keeper.run { try await body(hold) }
        await giveBack(hold.leases)
        guard let result else { throw ServicesError.leaseLost(names: hold.leases.map(\.name)) }
        return .ran(try result.get())
    }

    private func makeHold(
        _ leases: [Lease],
        requestedAt: Duration,
        _ stopwatch: Stopwatch,
        _ policy: LockFailurePolicy
    ) -> LeaseHold {
        guard let timeToLive = leases.compactMap(\.timeToLive).min() else {
            return LeaseHold(leases: leases, keeper: nil)
        }
        let keeper = LeaseKeeper(
            stopwatch: stopwatch,
            tenure: LeaseTenure(timeToLive: timeToLive, safety: options.safety, grantedAt: requestedAt),
            goesOn: {
                guard case .open(let notify) = policy else { return false }
                await notify(.notRenewed(names: leases.map(\.name)))
                return true
            },
            renew: { [driver] () throws(ServicesError) in try await driver.renew(leases, timeToLive: timeToLive) }
        )
        return LeaseHold(leases: leases, keeper: keeper)
    }

    /// Releases even when the task is cancelled, in bounded time; what is not released runs out.
    package func giveBack(_ leases: [Lease]) async {
        let driver = driver
        await TimeLimit.shielded(options.releaseLimit, on: Stopwatch(clock)) { _ = try? await driver.release(leases) }
    }
}

extension ServicesError {
    /// Leases that ended before the work under them.
    package static func leaseLost(names: [String]) -> ServicesError {
        let list = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        return ServicesError(
            code: .leaseLost,
            message: "The lock \(list) was lost before the work under it was done; the work was cancelled.",
            hint: "give the lock a longer time to live, or check the store's health: switchyard health"
        )
    }

    /// Leases that could not be renewed because the store is away.
    static func notRenewed(names: [String]) -> ServicesError {
        let list = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        return .unavailable("locks", why: "the lease of \(list) could not be renewed in time")
    }

    /// Whether the store, not the request, is to blame.
    package var isStoreFailure: Bool {
        switch code {
        case .storeUnavailable, .storeTimedOut, .storeFull, .storeReadOnly, .storeCorrupt, .storeRefused,
            .schemaMissing, .schemaNewer, .outcomeUnknown, .overloaded:
            true
        case .invalidRequest, .leaseLost, .cancelled: false
        }
    }
}
