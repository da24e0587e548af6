package import Services

extension SQLiteWorkQueueDriver {
    package func enqueue(_ jobs: [NewJob]) async throws(ServicesError) -> [EnqueueOutcome] {
        guard !jobs.isEmpty else { return [] }
        return try await store.write { tx throws(ServicesError) in
            var outcomes: [EnqueueOutcome] = []
            outcomes.reserveCapacity(jobs.count)
            for job in jobs { outcomes.append(try JobEnqueue.enqueue(job, tx)) }
            return outcomes
        }
    }

    package func cancel(_ jobs: [JobID]) async throws(ServicesError) -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        return try await store.write { [signals] tx throws(ServicesError) in
            let (cancelled, arrivals) = try JobAdministration.cancel(jobs, tx)
            tx.signal(signals, arrivals)
            return cancelled
        }
    }

    package func redrive(_ queue: String, jobs: [JobID]?, limit: Int) async throws(ServicesError) -> Int {
        try await store.write { [signals] tx throws(ServicesError) in
            let count = try JobAdministration.redrive(queue, jobs: jobs, limit: limit, tx)
            if count > 0 { tx.signal(signals, [ExactName(queue)]) }
            return count
        }
    }

    package func purge(_ queue: String, state: JobState, limit: Int) async throws(ServicesError) -> Int {
        guard state != .running else { throw .cannotPurge(state) }
        return try await store.write { tx throws(ServicesError) in
            try JobAdministration.purge(queue, state, limit: limit, tx)
        }
    }

    package func setPaused(_ queue: String, _ isPaused: Bool) async throws(ServicesError) {
        try await store.write { [signals] tx throws(ServicesError) in
            try JobSettings.setPaused(queue, isPaused, tx)
            if !isPaused { tx.signal(signals, [ExactName(queue)]) }
        }
    }

    package func setLimits(_ queue: String, _ limits: QueueLimits) async throws(ServicesError) {
        let most = QueueUpkeep.Options().limit
        try await store.write { [signals] tx throws(ServicesError) in
            try JobSettings.setLimits(queue, limits, tx)
            tx.signal(signals, try JobGate.openAll(limit: most, tx).union([ExactName(queue)]))
        }
    }
}

/// Storing jobs within a transaction.
enum JobEnqueue {
    /// A ready job is blocked at once when its key already has a blocked one that goes first.
    private static let insert = SQL(
        """
        INSERT INTO work_queue (
            queue, kind, payload, state, priority, run_at, max_attempts, enqueued_at, expires_at, concurrency_key,
            unique_key, is_blocked
        ) VALUES (
            ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
            CASE WHEN ?10 IS NULL OR ?4 <> 'ready' THEN 0 ELSE EXISTS (
                SELECT 1 FROM work_queue INDEXED BY work_queue_blocked
                WHERE state = 'ready' AND is_blocked = 1 AND queue = ?1 AND concurrency_key = ?10 AND priority <= ?5
            ) END
        )
        """
    )
    private static let insertPayload = SQL("INSERT OR REPLACE INTO work_payloads (job, payload) VALUES (?1, ?2)")
    private static let owner = SQL(
        """
        SELECT taken.job FROM work_unique AS taken LEFT JOIN work_queue AS job ON job.id = taken.job
        WHERE taken.queue = ?1 AND taken.key = ?2
            AND (taken.until > ?3 OR job.state IN ('ready', 'scheduled', 'running'))
        """
    )
    private static let own = SQL(
        """
        INSERT INTO work_unique (queue, key, job, until) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (queue, key) DO UPDATE SET job = excluded.job, until = excluded.until
        """
    )

    static func enqueue(_ job: NewJob, _ tx: SQLiteTransaction) throws(ServicesError) -> EnqueueOutcome {
        if let key = job.uniqueKey, let owner = try owner(of: key, in: job.queue, tx) {
            return .duplicate(of: JobID(owner))
        }
        let now = tx.now
        let due = max(now, job.runAt ?? now + (job.delay ?? .zero))
        let isLarge = job.payload.count > JobRules.inlinePayloadInBytes
        try tx.run(
            insert,
            .text(job.queue),
            .text(job.kind),
            isLarge ? .null : .bytes(job.payload),
            .text(due > now ? "scheduled" : "ready"),
            .integer(job.priority),
            .integer(due.microseconds),
            .integer(job.maxAttempts),
            .integer(now.microseconds),
            .optional(job.timeToLive.map { (now + $0).microseconds }),
            .optional(job.concurrencyKey),
            .optional(job.uniqueKey)
        )
        let id = tx.lastID
        if isLarge { try tx.run(insertPayload, .integer(id), .bytes(job.payload)) }
        if let key = job.uniqueKey {
            let until = job.uniqueWindow.map { (now + $0).microseconds }
            try tx.run(own, .text(job.queue), .text(key), .integer(id), .optional(until))
        }
        return .enqueued(JobID(id))
    }

    /// The job that has the unique key now.
    static func owner(of key: String, in queue: String, _ tx: SQLiteTransaction) throws(ServicesError) -> Int64? {
        try tx.first(owner, .text(queue), .text(key), .integer(tx.now.microseconds)) { $0.integer(0) }
    }
}
