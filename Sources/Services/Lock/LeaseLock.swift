/// Exclusive rights to names, shared by all processes that use the same store.
///
/// A lease excludes others as long as clocks run at about the same speed; a resource that must never see two holders
/// also checks the fencing token (see ``TokenFence``).
package struct LeaseLock: Sendable {
    package struct Options: Sendable {
        /// Time between two looks at a held lock in a store without signals, give or take a fifth.
        ///
        /// Default 100 milliseconds.
        package var pollInterval: Duration = .milliseconds(100)
        /// Time between two looks at a held lock in a store that signals releases, give or take a fifth.
        ///
        /// Default 1 second.
        package var signalledPollInterval: Duration = .seconds(1)
        /// How long to wait for a held lock before answering `held`.
        ///
        /// Default 10 minutes.
        package var wait: Duration = .seconds(600)
        /// How long a lease lasts unless renewed.
        ///
        /// Default 30 seconds.
        package var timeToLive: Duration = .seconds(30)
        /// Share of the time to live that a body under a lease has to stop in, and that covers the drift of clocks.
        ///
        /// Default 0.1.
        package var safety = 0.1
        /// How often a request whose answer was lost is repeated, under its request id.
        ///
        /// Default 3.
        package var repeats = 3
        /// Time a release may take before it is left to the lease's end.
        ///
        /// Default 5 seconds.
        package var releaseLimit: Duration = .seconds(5)
        package var limits = SizeLimits()

        package init() {}
    }

    let driver: any LockDriver
    let options: Options
    let clock: any Clock<Duration>

    package init(
        driver: any LockDriver,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.driver = driver
        self.options = options
        self.clock = clock
    }

    /// Waits for one lease up to the limit in the options; as ``acquire(_:holder:timeToLive:wait:requestID:)``.
    package func acquire(_ name: String, holder: String) async throws -> LeaseAnswer {
        try await acquire([name], holder: holder)
    }

    /// Takes the leases of all the names or of none, waiting up to the limit for those that are held.
    ///
    /// - Parameters:
    ///   - names: what to lock; at least one.
    ///   - holder: who, for people and for proof; unique per holder.
    ///   - timeToLive: how long the leases last unless renewed; `nil` as in the options.
    ///   - wait: zero looks once; `nil` as in the options.
    ///   - requestID: the same id again gives the same leases; `nil` makes a new one.
    /// - Returns: the leases, or who held a name when the time was over.
    /// - Throws: `ServicesError` when the request is wrong or the store cannot be used, `CancellationError` when the
    ///   task is cancelled.
    package func acquire(
        _ names: [String],
        holder: String,
        timeToLive: Duration? = nil,
        wait: Duration? = nil,
        requestID: String? = nil
    ) async throws -> LeaseAnswer {
        let request = try makeRequest(names, holder: holder, timeToLive: timeToLive, requestID: requestID)
        return try await acquire(request, wait: wait ?? options.wait, Stopwatch(clock)).answer
    }

    /// The answer, and the reading of the stopwatch before the request that got it was sent.
    func acquire(
        _ request: LeaseRequest,
        wait: Duration,
        _ stopwatch: Stopwatch
    ) async throws -> (answer: LeaseAnswer, requestedAt: Duration) {
        let requestedAt = stopwatch.elapsed
        let answer = try await ask(request)
        guard case .held = answer, wait > .zero else { return (answer, requestedAt) }
        return try await LeaseWait(lock: self, request: request, limit: requestedAt + wait, stopwatch: stopwatch).run()
    }

    func makeRequest(
        _ names: [String],
        holder: String,
        timeToLive: Duration?,
        requestID: String? = nil
    ) throws(ServicesError) -> LeaseRequest {
        let timeToLive = timeToLive ?? options.timeToLive
        try check(names, holder: holder, timeToLive: timeToLive)
        return LeaseRequest(
            names: names,
            holder: holder,
            timeToLive: timeToLive,
            requestID: requestID ?? Self.makeRequestID()
        )
    }

    /// Gives the leases a new time to live from now.
    ///
    /// - Returns: `false`, with nothing changed, when any of them has ended.
    package func renew(_ leases: [Lease], timeToLive: Duration? = nil) async throws(ServicesError) -> Bool {
        try await driver.renew(leases, timeToLive: timeToLive ?? options.timeToLive)
    }

    /// Gives the lease back; a store that cannot be asked lets it run out.
    package func release(_ lease: Lease) async {
        _ = try? await driver.release([lease])
    }

    /// Gives the leases back.
    ///
    /// - Returns: how many of them were still held.
    package func release(_ leases: [Lease]) async throws(ServicesError) -> Int {
        try await driver.release(leases)
    }

    /// Whether the lease may still be acted on; ask directly before the protected step.
    package func isCurrent(_ lease: Lease) async -> Bool {
        (try? await driver.isCurrent(lease)) ?? false
    }

    /// Lists what the store knows; as ``LockDriver/records(prefix:after:limit:)``.
    package func records(
        prefix: String = "",
        after name: String? = nil,
        limit: Int = 1_000
    ) async throws(ServicesError) -> [LockRecord] {
        try await driver.records(prefix: prefix, after: name, limit: min(limit, options.limits.batch))
    }

    /// Asks once; a request whose answer was lost is repeated under its id, which gives the same leases.
    func ask(_ request: LeaseRequest) async throws(ServicesError) -> LeaseAnswer {
        var repeats = 0
        while true {
            do {
                return try await driver.acquire(request)
            } catch {
                guard error.code == .outcomeUnknown, repeats < options.repeats else { throw error }
                repeats += 1
            }
        }
    }

    private func check(_ names: [String], holder: String, timeToLive: Duration) throws(ServicesError) {
        guard !names.isEmpty, names.count <= options.limits.batch else {
            throw .outOfRange("number of lock names", names.count, allowed: "1 to \(options.limits.batch)")
        }
        for name in names { try options.limits.check(name: name, what: "lock name") }
        try options.limits.check(name: holder, what: "lock holder")
        guard timeToLive > .zero else {
            throw .outOfRange("time to live of a lease", timeToLive, allowed: "more than zero")
        }
    }

    private static func makeRequestID() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
