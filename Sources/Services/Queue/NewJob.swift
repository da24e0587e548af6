/// A job to be put into a queue.
package struct NewJob: Hashable, Sendable {
    package var queue: String
    /// What sort of work it is; workers choose their handler by it.
    package var kind: String
    package var payload: [UInt8]
    /// 0 is most urgent, 9 least.
    ///
    /// Default 5. A job that waits longer than the queue's ageing step counts as one step more urgent, and so on.
    package var priority = 5
    /// Not before this much time has passed by the store's clock.
    package var delay: Duration?
    /// Not before this moment; wins over `delay`.
    package var runAt: StoreTime?
    /// At most one job with this key is unfinished (`ready`, `scheduled` or `running`) per queue.
    package var uniqueKey: String?
    /// How long after the enqueue the unique key stays taken at least, even when the job has ended or was pruned.
    ///
    /// `nil`: until the job ends.
    package var uniqueWindow: Duration?
    /// How often it may be started before it goes to the dead letters.
    ///
    /// Default 10.
    package var maxAttempts = 10
    /// After this time from the enqueue it is no longer worth starting: it is marked expired and not handed out.
    package var timeToLive: Duration?
    /// Jobs of one queue with the same key run at most as many at once as the queue's per-key limit says.
    package var concurrencyKey: String?

    package init(queue: String, kind: String, payload: [UInt8]) {
        self.queue = queue
        self.kind = kind
        self.payload = payload
    }
}

/// What became of one enqueued job.
package enum EnqueueOutcome: Hashable, Sendable {
    case enqueued(JobID)
    /// The unique key was taken by this job; nothing was stored.
    case duplicate(of: JobID)

    package var job: JobID {
        switch self {
        case .enqueued(let id), .duplicate(of: let id): id
        }
    }
}
