/// Stores jobs: one backend of ``WorkQueue``.
///
/// The store's clock decides what is due and whose lease has ended. A row that cannot be read is parked as `dead` with
/// its error, and the rest go on.
package protocol WorkQueueDriver: Sendable {
    /// Stores the jobs in one transaction, in order.
    func enqueue(_ jobs: [NewJob]) async throws(ServicesError) -> [EnqueueOutcome]

    /// Makes a new generation of a worker, with its lease; earlier ones of the same instance live on.
    func register(_ instance: InstanceID, lease: Duration) async throws(ServicesError) -> WorkerGeneration

    /// Extends the worker's lease, and with it that of everything it holds.
    ///
    /// - Returns: `false` when the lease has ended: its jobs may be elsewhere, and it must register anew.
    func heartbeat(_ worker: WorkerGeneration, lease: Duration) async throws(ServicesError) -> Bool

    /// Ends a worker; what it still holds goes back to its queue at once and the start is not counted.
    func retire(_ worker: WorkerGeneration) async throws(ServicesError)

    /// Settles finished work and claims new work in one transaction.
    ///
    /// Claims by effective priority, then due time, then id, from the queues named and not paused, without waiting for
    /// other claimers and within the limits of queue and key; the deliveries of one queue come in that order. A job is due from its
    /// enqueue, its `runAt`, its retry time or its redrive. What is settled makes room for what is claimed. Settlements whose receipt
    /// is no longer the job's newest, or whose job was taken back, are refused and named; the receipt alone proves a
    /// settlement, whichever worker brings it and whether or not its lease has ended. A worker whose lease has ended,
    /// that retired or was never registered gets nothing. An expired job is never handed out.
    ///
    /// - Parameters:
    ///   - worker: who asks; its lease covers what it is handed.
    ///   - settlements: what it has finished; repeating one is harmless.
    ///   - queues: where to claim from; fair between them.
    ///   - limit: how many to claim at most; 0 settles only.
    /// - Returns: what became of each settlement, and the new deliveries.
    /// - Throws: `ServicesError` when the store cannot do it.
    func exchange(
        _ worker: WorkerGeneration,
        settling settlements: [Settlement],
        claimingFrom queues: [String],
        limit: Int
    ) async throws(ServicesError) -> QueueExchange

    /// Takes back unfinished jobs; what runs is refused on completion.
    ///
    /// - Returns: those that were cancelled.
    func cancel(_ jobs: [JobID]) async throws(ServicesError) -> [JobID]

    /// Returns orphans to their queues, promotes what is due, marks what has expired, and prunes; a bounded step.
    ///
    /// An orphan's start counts and is noted among its errors; one without an attempt left goes to the dead letters.
    func maintain(_ options: QueueUpkeep.Options) async throws(ServicesError) -> QueueUpkeep

    /// When the next scheduled job is due, from now, among the queues; `nil` when none is scheduled.
    func nextDue(in queues: [String]) async throws(ServicesError) -> Duration?

    func job(_ id: JobID) async throws(ServicesError) -> JobRecord?

    /// Jobs of a queue in one state, by id, after the given one.
    func jobs(in queue: String, state: JobState, after: JobID?, limit: Int) async throws(ServicesError) -> [JobRecord]

    /// Every queue that has a job or a setting, by name; only the named ones when any are named.
    func statistics(of queues: [String]) async throws(ServicesError) -> [QueueStatistics]

    /// Makes dead jobs ready again with their attempts at zero; all of the queue, by id, when no ids are given.
    ///
    /// A job whose unique key another job has by now stays dead.
    ///
    /// - Returns: how many, at most `limit`.
    func redrive(_ queue: String, jobs: [JobID]?, limit: Int) async throws(ServicesError) -> Int

    /// Deletes jobs of a queue in one state, oldest first.
    ///
    /// - Returns: how many, at most `limit`. `running` is refused as invalid.
    func purge(_ queue: String, state: JobState, limit: Int) async throws(ServicesError) -> Int

    /// Stops or lets go on the hand-out from a queue; what runs is not touched.
    func setPaused(_ queue: String, _ isPaused: Bool) async throws(ServicesError)

    func setLimits(_ queue: String, _ limits: QueueLimits) async throws(ServicesError)
}

/// A queue driver that can wake idle workers.
///
/// A signal is a hint: it may be missed or come for nothing, so workers also poll.
package protocol WorkQueueSignals: WorkQueueDriver {
    /// Yields when one of the queues may have work; ends when the caller stops listening.
    func arrivals(in queues: [String]) async throws(ServicesError) -> AsyncStream<Void>

    /// Tells listeners of all processes; called after, never inside, the transaction that stored the jobs.
    func announce(_ queues: Set<String>) async
}
