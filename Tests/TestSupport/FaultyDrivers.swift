package import Services

/// A queue driver in front of another one that fails, waits or forgets answers as a test wants.
package struct FaultyWorkQueueDriver: WorkQueueSignals {
    package enum Request: Hashable, Sendable {
        case enqueue(Int)
        case register
        case heartbeat(WorkerGeneration, Duration)
        case retire(WorkerGeneration)
        case exchange([Settlement], limit: Int)
        case maintain
    }

    private let driver: MemoryWorkQueueDriver
    /// Called before a request reaches the store.
    private let before: @Sendable (Request) async throws(ServicesError) -> Void
    /// Called after the store has answered.
    private let after: @Sendable (Request) async throws(ServicesError) -> Void

    package init(
        _ driver: MemoryWorkQueueDriver,
        before: @escaping @Sendable (Request) async throws(ServicesError) -> Void = { _ throws(ServicesError) in },
        after: @escaping @Sendable (Request) async throws(ServicesError) -> Void = { _ throws(ServicesError) in }
    ) {
        self.driver = driver
        self.before = before
        self.after = after
    }

    private func pass<Answer: Sendable>(
        _ request: Request,
        _ body: () -> Answer
    ) async throws(ServicesError) -> Answer {
        try await before(request)
        let answer = body()
        try await after(request)
        return answer
    }

    package func enqueue(_ jobs: [NewJob]) async throws(ServicesError) -> [EnqueueOutcome] {
        try await pass(.enqueue(jobs.count)) { driver.enqueue(jobs) }
    }

    package func register(_ instance: InstanceID, lease: Duration) async throws(ServicesError) -> WorkerGeneration {
        try await pass(.register) { driver.register(instance, lease: lease) }
    }

    package func heartbeat(_ worker: WorkerGeneration, lease: Duration) async throws(ServicesError) -> Bool {
        try await pass(.heartbeat(worker, lease)) { driver.heartbeat(worker, lease: lease) }
    }

    package func retire(_ worker: WorkerGeneration) async throws(ServicesError) {
        try await pass(.retire(worker)) { driver.retire(worker) }
    }

    package func exchange(
        _ worker: WorkerGeneration,
        settling settlements: [Settlement],
        claimingFrom queues: [String],
        limit: Int
    ) async throws(ServicesError) -> QueueExchange {
        try await pass(.exchange(settlements, limit: limit)) {
            driver.exchange(worker, settling: settlements, claimingFrom: queues, limit: limit)
        }
    }

    package func maintain(_ options: QueueUpkeep.Options) async throws(ServicesError) -> QueueUpkeep {
        try await pass(.maintain) { driver.maintain(options) }
    }

    package func cancel(_ jobs: [JobID]) -> [JobID] { driver.cancel(jobs) }
    package func nextDue(in queues: [String]) -> Duration? { driver.nextDue(in: queues) }
    package func job(_ id: JobID) -> JobRecord? { driver.job(id) }
    package func jobs(in queue: String, state: JobState, after: JobID?, limit: Int) -> [JobRecord] {
        driver.jobs(in: queue, state: state, after: after, limit: limit)
    }
    package func statistics(of queues: [String]) -> [QueueStatistics] { driver.statistics(of: queues) }
    package func redrive(_ queue: String, jobs: [JobID]?, limit: Int) -> Int {
        driver.redrive(queue, jobs: jobs, limit: limit)
    }
    package func purge(_ queue: String, state: JobState, limit: Int) throws(ServicesError) -> Int {
        try driver.purge(queue, state: state, limit: limit)
    }
    package func setPaused(_ queue: String, _ isPaused: Bool) { driver.setPaused(queue, isPaused) }
    package func setLimits(_ queue: String, _ limits: QueueLimits) { driver.setLimits(queue, limits) }
    package func arrivals(in queues: [String]) -> AsyncStream<Void> { driver.arrivals(in: queues) }
    package func announce(_ queues: Set<String>) async { await driver.announce(queues) }
}

/// An idempotency driver in front of another one that fails or forgets answers as a test wants.
package struct FaultyIdempotencyDriver: IdempotencyDriver {
    package enum Request: Hashable, Sendable {
        case begin
        case renew
        case finish
        case forget
        case prune
    }

    private let driver: MemoryIdempotencyDriver
    private let before: @Sendable (Request) throws(ServicesError) -> Void
    private let after: @Sendable (Request) throws(ServicesError) -> Void

    package init(
        _ driver: MemoryIdempotencyDriver,
        before: @escaping @Sendable (Request) throws(ServicesError) -> Void = { _ throws(ServicesError) in },
        after: @escaping @Sendable (Request) throws(ServicesError) -> Void = { _ throws(ServicesError) in }
    ) {
        self.driver = driver
        self.before = before
        self.after = after
    }

    private func pass<Answer>(_ request: Request, _ body: () -> Answer) throws(ServicesError) -> Answer {
        try before(request)
        let answer = body()
        try after(request)
        return answer
    }

    package func begin(
        _ requests: [(key: IdempotencyKey, digest: [UInt8])],
        owner: String,
        lease: Duration
    ) async throws(ServicesError) -> [IdempotencyAnswer] {
        try pass(.begin) { driver.begin(requests, owner: owner, lease: lease) }
    }

    package func renew(_ claim: IdempotencyClaim, lease: Duration) async throws(ServicesError) -> Bool {
        try pass(.renew) { driver.renew(claim, lease: lease) }
    }

    package func finish(
        _ claim: IdempotencyClaim,
        with answer: StoredAnswer,
        keepFor: Duration
    ) async throws(ServicesError) -> Bool {
        try pass(.finish) { driver.finish(claim, with: answer, keepFor: keepFor) }
    }

    package func forget(_ claim: IdempotencyClaim) async throws(ServicesError) {
        try pass(.forget) { driver.forget(claim) }
    }

    package func prune(limit: Int) async throws(ServicesError) -> Int {
        try pass(.prune) { driver.prune(limit: limit) }
    }
}

/// A lock driver in front of another one that fails, waits or forgets answers as a test wants; without signals.
package struct FaultyLockDriver: LockDriver {
    package enum Request: Hashable, Sendable {
        case acquire(LeaseRequest)
        case renew
        case release
    }

    private let driver: MemoryLockDriver
    private let before: @Sendable (Request) async throws(ServicesError) -> Void
    private let after: @Sendable (Request) async throws(ServicesError) -> Void

    package init(
        _ driver: MemoryLockDriver,
        before: @escaping @Sendable (Request) async throws(ServicesError) -> Void = { _ throws(ServicesError) in },
        after: @escaping @Sendable (Request) async throws(ServicesError) -> Void = { _ throws(ServicesError) in }
    ) {
        self.driver = driver
        self.before = before
        self.after = after
    }

    package func acquire(_ request: LeaseRequest) async throws(ServicesError) -> LeaseAnswer {
        try await before(.acquire(request))
        let answer = driver.acquire(request)
        try await after(.acquire(request))
        return answer
    }

    package func renew(_ leases: [Lease], timeToLive: Duration) async throws(ServicesError) -> Bool {
        try await before(.renew)
        let answer = driver.renew(leases, timeToLive: timeToLive)
        try await after(.renew)
        return answer
    }

    package func release(_ leases: [Lease]) async throws(ServicesError) -> Int {
        try await before(.release)
        let count = driver.release(leases)
        try await after(.release)
        return count
    }

    package func isCurrent(_ lease: Lease) -> Bool { driver.isCurrent(lease) }

    package func records(prefix: String, after name: String?, limit: Int) -> [LockRecord] {
        driver.records(prefix: prefix, after: name, limit: limit)
    }
}

/// A lock driver whose signals cannot be had, as when the store has no connection left for them.
package struct UnsignalledLockDriver: LockReleaseSignals {
    private let driver: MemoryLockDriver

    package init(_ driver: MemoryLockDriver) {
        self.driver = driver
    }

    package func releases(of names: [String]) async throws(ServicesError) -> AsyncStream<Void> {
        throw ServicesError(code: .storeUnavailable, message: "There is no connection for signals.")
    }

    package func acquire(_ request: LeaseRequest) -> LeaseAnswer { driver.acquire(request) }
    package func renew(_ leases: [Lease], timeToLive: Duration) -> Bool { driver.renew(leases, timeToLive: timeToLive) }
    package func release(_ leases: [Lease]) -> Int { driver.release(leases) }
    package func isCurrent(_ lease: Lease) -> Bool { driver.isCurrent(lease) }
    package func records(prefix: String, after name: String?, limit: Int) -> [LockRecord] {
        driver.records(prefix: prefix, after: name, limit: limit)
    }
}
