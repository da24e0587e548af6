/// One run of a scheduled job.
package struct JobRun: Hashable, Sendable {
    package enum Result: String, Hashable, Sendable, CaseIterable, Codable {
        case ok
        case failed
        /// Another instance held the job's lock.
        case skippedLocked = "skipped_locked"
        /// The job is switched off.
        case skippedDisabled = "skipped_disabled"
        case timedOut = "timed_out"
    }

    package let id: Int64
    package let job: String
    package let instance: InstanceID
    package let startedAt: StoreTime
    /// `nil` while it runs, or when its instance died.
    package var endedAt: StoreTime?
    package var result: Result?
    package var error: String?
    /// Of the lock it ran under.
    package var token: FencingToken?

    package init(
        id: Int64,
        job: String,
        instance: InstanceID,
        startedAt: StoreTime,
        endedAt: StoreTime? = nil,
        result: Result? = nil,
        error: String? = nil,
        token: FencingToken? = nil
    ) {
        self.id = id
        self.job = job
        self.instance = instance
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.result = result
        self.error = error
        self.token = token
    }
}
