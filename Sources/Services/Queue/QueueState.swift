/// All jobs of one store as a value: decides every request from the state and the time alone.
///
/// It is the store of ``MemoryWorkQueueDriver`` and the model that contract checks compare other stores with.
package struct QueueState: Hashable, Sendable {
    /// Errors kept per job.
    static let errorsKept = 20

    struct Job: Hashable, Sendable {
        var record: JobRecord
        let queue: ExactName
        let key: ExactName?
        let unique: UniqueName?
        let expiresAt: StoreTime?
        /// Its place among ready jobs of its priority.
        var due: StoreTime
        /// Who runs it.
        var worker: WorkerGeneration?
    }

    struct UniqueName: Hashable, Sendable {
        let queue: ExactName
        let key: ExactName
    }

    struct UniqueClaim: Hashable, Sendable {
        var job: JobID
        /// The key is taken until then, and beyond as long as the job is unfinished.
        var until: StoreTime?
    }

    struct Queue: Hashable, Sendable {
        var ready: [Int: OrderedJobs] = [:]
        var scheduled = OrderedJobs()
        var counts: [JobState: Int] = [:]
        var runningPerKey: [ExactName: Int] = [:]
        var isPaused = false
        var limits = QueueLimits()
        var hasSettings = false
    }

    struct Worker: Hashable, Sendable {
        var leaseEnd: StoreTime
        var jobs: Set<JobID> = []
    }

    var jobs: [JobID: Job] = [:]
    var queues: [ExactName: Queue] = [:]
    var claims: [UniqueName: UniqueClaim] = [:]
    /// Claims with a window, by the end of it.
    var windows = OrderedJobs()
    var windowNames: [JobID: UniqueName] = [:]
    var workers: [WorkerGeneration: Worker] = [:]
    /// Ready and scheduled jobs with a time to live, by its end.
    var expiring = OrderedJobs()
    /// Completed, expired and cancelled jobs, by their end.
    var ended = OrderedJobs()
    /// Dead jobs, by their end.
    var dead = OrderedJobs()
    var lastJob: Int64 = 0
    var lastGeneration: Int64 = 0
    /// Which queue of a claim is served first.
    var turn = 0

    package init() {}

    /// Moves the job to a state; the only place where states and the orders that follow from them change.
    mutating func move(_ id: JobID, to state: JobState, at now: StoreTime, _ change: (inout Job) -> Void = { _ in }) {
        guard var job = jobs[id] else { return }
        leave(job)
        change(&job)
        job.record.state = state
        if state != .running { job.worker = nil }
        if state != .scheduled { job.record.runAt = nil }
        job.record.endedAt = state.isUnfinished ? nil : now
        enter(job)
        jobs[id] = job
        if !state.isUnfinished { release(job, at: now) }
    }

    /// Deletes a job that does not run.
    mutating func forget(_ id: JobID, at now: StoreTime) {
        guard let job = jobs[id] else { return }
        leave(job)
        jobs[id] = nil
        release(job, at: now)
    }

    func enter(_ job: Job, into queue: inout Queue) {
        queue.counts[job.record.state, default: 0] += 1
        switch job.record.state {
        case .ready: queue.ready[job.record.priority, default: OrderedJobs()].insert(job.record.id, at: job.due)
        case .scheduled: queue.scheduled.insert(job.record.id, at: job.due)
        case .running: if let key = job.key { queue.runningPerKey[key, default: 0] += 1 }
        case .completed, .expired, .cancelled, .dead: break
        }
    }

    func leave(_ job: Job, from queue: inout Queue) {
        queue.counts[job.record.state, default: 0] -= 1
        switch job.record.state {
        case .ready: queue.ready[job.record.priority]?.remove(job.record.id, at: job.due)
        case .scheduled: queue.scheduled.remove(job.record.id, at: job.due)
        case .running:
            guard let key = job.key else { return }
            queue.runningPerKey[key, default: 0] -= 1
            if queue.runningPerKey[key] == 0 { queue.runningPerKey[key] = nil }
        case .completed, .expired, .cancelled, .dead: break
        }
    }

    mutating func enter(_ job: Job) {
        enter(job, into: &queues[job.queue, default: Queue()])
        let id = job.record.id
        switch job.record.state {
        case .ready, .scheduled: if let time = job.expiresAt { expiring.insert(id, at: time) }
        case .running: if let worker = job.worker { workers[worker]?.jobs.insert(id) }
        case .completed, .expired, .cancelled: if let time = job.record.endedAt { ended.insert(id, at: time) }
        case .dead: if let time = job.record.endedAt { dead.insert(id, at: time) }
        }
    }

    private mutating func leave(_ job: Job) {
        leave(job, from: &queues[job.queue, default: Queue()])
        let id = job.record.id
        switch job.record.state {
        case .ready, .scheduled: if let time = job.expiresAt { expiring.remove(id, at: time) }
        case .running: if let worker = job.worker { workers[worker]?.jobs.remove(id) }
        case .completed, .expired, .cancelled: if let time = job.record.endedAt { ended.remove(id, at: time) }
        case .dead: if let time = job.record.endedAt { dead.remove(id, at: time) }
        }
    }

    /// Frees the unique key of a job that has ended, unless its window goes on.
    private mutating func release(_ job: Job, at now: StoreTime) {
        guard let name = job.unique, let claim = claims[name], claim.job == job.record.id else { return }
        if let until = claim.until, until > now { return }
        claims[name] = nil
    }

    /// The job that has the unique key now.
    func owner(of name: UniqueName, at now: StoreTime) -> JobID? {
        guard let claim = claims[name] else { return nil }
        if let until = claim.until, until > now { return claim.job }
        return jobs[claim.job]?.record.state.isUnfinished == true ? claim.job : nil
    }

    /// Puts a job that is not running back to work after a time, at once when it is zero or less.
    mutating func wait(_ id: JobID, for delay: Duration, at now: StoreTime, _ change: (inout Job) -> Void = { _ in }) {
        let due = now + max(.zero, delay)
        move(id, to: delay > .zero ? .scheduled : .ready, at: now) { job in
            change(&job)
            job.due = due
            job.record.runAt = due
        }
    }
}

extension JobState {
    /// Whether the job may still be worked on without anybody's doing.
    package var isUnfinished: Bool {
        switch self {
        case .ready, .scheduled, .running: true
        case .completed, .dead, .expired, .cancelled: false
        }
    }
}
