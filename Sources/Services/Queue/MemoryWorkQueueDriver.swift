import Locking

/// Jobs that live and die with this process.
package final class MemoryWorkQueueDriver: WorkQueueSignals {
    private let state = Lock(QueueState())
    private let signals = Signals()
    private let clock: StoreClock

    package init(clock: StoreClock = .system) {
        self.clock = clock
    }

    package func enqueue(_ jobs: [NewJob]) -> [EnqueueOutcome] {
        state.withLock { $0.enqueue(jobs, at: clock.now) }
    }

    package func register(_ instance: InstanceID, lease: Duration) -> WorkerGeneration {
        state.withLock { $0.register(lease: lease, at: clock.now) }
    }

    package func heartbeat(_ worker: WorkerGeneration, lease: Duration) -> Bool {
        state.withLock { $0.heartbeat(worker, lease: lease, at: clock.now) }
    }

    package func retire(_ worker: WorkerGeneration) {
        state.withLock { $0.retire(worker, at: clock.now) }
    }

    package func exchange(
        _ worker: WorkerGeneration,
        settling settlements: [Settlement],
        claimingFrom queues: [String],
        limit: Int
    ) -> QueueExchange {
        state.withLock {
            $0.exchange(worker, settling: settlements, claimingFrom: queues, limit: limit, at: clock.now)
        }
    }

    package func cancel(_ jobs: [JobID]) -> [JobID] {
        state.withLock { $0.cancel(jobs, at: clock.now) }
    }

    package func maintain(_ options: QueueUpkeep.Options) -> QueueUpkeep {
        state.withLock { $0.maintain(options, at: clock.now) }
    }

    package func nextDue(in queues: [String]) -> Duration? {
        state.withLock { $0.nextDue(in: queues, at: clock.now) }
    }

    package func job(_ id: JobID) -> JobRecord? {
        state.withLock { $0.job(id) }
    }

    package func jobs(in queue: String, state: JobState, after id: JobID?, limit: Int) -> [JobRecord] {
        self.state.withLock { $0.jobs(in: queue, state: state, after: id, limit: limit) }
    }

    package func statistics(of queues: [String]) -> [QueueStatistics] {
        state.withLock { $0.statistics(of: queues, at: clock.now) }
    }

    package func redrive(_ queue: String, jobs: [JobID]?, limit: Int) -> Int {
        state.withLock { $0.redrive(queue, jobs: jobs, limit: limit, at: clock.now) }
    }

    package func purge(_ queue: String, state: JobState, limit: Int) throws(ServicesError) -> Int {
        try self.state.withLock { state_ throws(ServicesError) in
            try state_.purge(queue, state: state, limit: limit, at: clock.now)
        }
    }

    package func setPaused(_ queue: String, _ isPaused: Bool) {
        state.withLock { $0.setPaused(queue, isPaused) }
    }

    package func setLimits(_ queue: String, _ limits: QueueLimits) {
        state.withLock { $0.setLimits(queue, limits) }
    }

    package func arrivals(in queues: [String]) -> AsyncStream<Void> {
        signals.listen(to: queues)
    }

    package func announce(_ queues: Set<String>) async {
        signals.signal(queues)
    }
}
