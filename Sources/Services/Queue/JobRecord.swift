/// Where a job stands.
package enum JobState: String, Hashable, Sendable, CaseIterable, Codable {
    /// May be handed out now; goes to `running`, `expired` or `cancelled`.
    case ready
    /// Waits for its time; goes to `ready`, `expired` or `cancelled`.
    case scheduled
    /// A worker holds it; goes to every other state.
    case running
    /// Done. Final; pruned after the retention time.
    case completed
    /// Out of attempts, or unreadable. Stays until redriven (to `ready`) or purged.
    case dead
    /// Its time to live ended before it was started. Final; pruned after the retention time.
    case expired
    /// Taken back. Final; pruned after the retention time.
    case cancelled
}

/// What a store knows about one job.
package struct JobRecord: Hashable, Sendable {
    package let id: JobID
    package var queue: String
    package var kind: String
    package var payload: [UInt8]
    package var state: JobState
    package var priority: Int
    /// Starts so far.
    package var attempts: Int
    package var maxAttempts: Int
    package var enqueuedAt: StoreTime
    /// When it becomes ready, for `scheduled`.
    package var runAt: StoreTime?
    package var endedAt: StoreTime?
    package var uniqueKey: String?
    package var concurrencyKey: String?
    /// Its latest errors, oldest first, at most as many as the driver keeps.
    package var errors: [JobFailure]

    package init(
        id: JobID,
        queue: String,
        kind: String,
        payload: [UInt8],
        state: JobState,
        priority: Int,
        attempts: Int,
        maxAttempts: Int,
        enqueuedAt: StoreTime,
        runAt: StoreTime? = nil,
        endedAt: StoreTime? = nil,
        uniqueKey: String? = nil,
        concurrencyKey: String? = nil,
        errors: [JobFailure] = []
    ) {
        self.id = id
        self.queue = queue
        self.kind = kind
        self.payload = payload
        self.state = state
        self.priority = priority
        self.attempts = attempts
        self.maxAttempts = maxAttempts
        self.enqueuedAt = enqueuedAt
        self.runAt = runAt
        self.endedAt = endedAt
        self.uniqueKey = uniqueKey
        self.concurrencyKey = concurrencyKey
        self.errors = errors
    }
}

/// One failed or interrupted attempt of a job.
package struct JobFailure: Hashable, Sendable, Codable {
    package let attempt: Int
    package let at: StoreTime
    package let error: String

    package init(attempt: Int, at: StoreTime, error: String) {
        self.attempt = attempt
        self.at = at
        self.error = error
    }
}
