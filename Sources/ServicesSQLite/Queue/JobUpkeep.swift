import Services

/// One bounded step of housekeeping within a transaction.
struct JobUpkeep {
    private static let orphans = SQL(
        """
        SELECT job.id, job.queue, job.concurrency_key, job.attempts >= job.max_attempts
        FROM work_queue AS job INDEXED BY work_queue_running
        LEFT JOIN queue_workers AS worker ON worker.generation = job.worker
        WHERE job.state = 'running' AND (worker.generation IS NULL OR worker.lease_until <= ?1) LIMIT ?2
        """
    )
    private static let forgetWorkers = SQL(
        """
        DELETE FROM queue_workers WHERE generation IN (
            SELECT generation FROM queue_workers WHERE lease_until <= ?1 AND generation NOT IN (
                SELECT worker FROM work_queue INDEXED BY work_queue_running
                WHERE state = 'running' AND worker IS NOT NULL
            ) LIMIT ?2
        )
        """
    )
    private static let expire = SQL(
        """
        UPDATE work_queue SET state = 'expired', ended_at = ?1 WHERE id IN (
            SELECT id FROM work_queue INDEXED BY work_queue_expiring
            WHERE expires_at IS NOT NULL AND ended_at IS NULL AND expires_at <= ?1 AND state IN ('ready', 'scheduled')
            ORDER BY expires_at LIMIT ?2
        ) RETURNING queue, concurrency_key
        """
    )
    private static let promote = SQL(
        """
        UPDATE work_queue SET state = 'ready', is_blocked = 0 WHERE id IN (
            SELECT id FROM work_queue INDEXED BY work_queue_scheduled
            WHERE state = 'scheduled' AND queue = ?1 AND run_at <= ?2 ORDER BY run_at LIMIT ?3
        )
        """
    )
    private static let nextScheduledQueue = SQL(
        """
        SELECT queue FROM work_queue INDEXED BY work_queue_scheduled
        WHERE state = 'scheduled' AND queue > ? ORDER BY queue LIMIT 1
        """
    )
    private static let ended = SQL(
        """
        SELECT id FROM work_queue INDEXED BY work_queue_ended
        WHERE ended_at IS NOT NULL AND state = ?1 AND ended_at <= ?2 ORDER BY ended_at LIMIT ?3
        """
    )
    private static let dropWindows = SQL(
        """
        DELETE FROM work_unique WHERE (queue, key) IN (
            SELECT taken.queue, taken.key FROM work_unique AS taken INDEXED BY work_unique_until
            LEFT JOIN work_queue AS job ON job.id = taken.job
            WHERE taken.until IS NOT NULL AND taken.until <= ?1
                AND (job.id IS NULL OR job.state NOT IN ('ready', 'scheduled', 'running'))
            ORDER BY taken.until LIMIT ?2
        )
        """
    )

    let tx: SQLiteTransaction
    let rules: JobRules
    let options: QueueUpkeep.Options
    /// Queues whose idle workers may find something now.
    private(set) var arrivals: Set<ExactName> = []

    init(tx: SQLiteTransaction, rules: JobRules, options: QueueUpkeep.Options) {
        self.tx = tx
        self.rules = rules
        self.options = options
    }

    mutating func run() throws(ServicesError) -> QueueUpkeep {
        let limit = max(0, options.limit)
        let now = SQLiteValue.integer(tx.now.microseconds)
        var upkeep = QueueUpkeep()
        upkeep.orphans = try takeBackOrphans(limit)
        try tx.run(Self.forgetWorkers, now, .integer(limit))
        upkeep.expired = try expire(limit)
        upkeep.promoted = try promote(limit)
        upkeep.pruned = try prune(limit)
        try tx.run(Self.dropWindows, now, .integer(limit))
        arrivals.formUnion(try JobGate.openAll(limit: limit, tx))
        upkeep.isIncomplete = [upkeep.orphans, upkeep.expired, upkeep.promoted, upkeep.pruned]
            .contains { $0 > 0 && $0 >= limit }
        return upkeep
    }

    private mutating func takeBackOrphans(_ limit: Int) throws(ServicesError) -> Int {
        let orphans = try tx.rows(Self.orphans, .integer(tx.now.microseconds), .integer(limit)) { row in
            (id: row.integer(0), queue: row.text(1), key: row.optionalText(2), isOut: row.flag(3))
        }
        let settling = JobSettling(tx: tx, rules: rules)
        for orphan in orphans {
            try settling.interrupt(orphan.id, error: "interrupted: its worker's lease ended", isOut: orphan.isOut)
            if let key = orphan.key { try JobGate.open(orphan.queue, key, tx) }
            arrivals.insert(ExactName(orphan.queue))
        }
        return orphans.count
    }

    private func expire(_ limit: Int) throws(ServicesError) -> Int {
        let expired = try tx.rows(Self.expire, .integer(tx.now.microseconds), .integer(limit)) { row in
            (queue: row.text(0), key: row.optionalText(1))
        }
        for job in expired {
            if let key = job.key { try JobGate.open(job.queue, key, tx) }
        }
        return expired.count
    }

    private mutating func promote(_ limit: Int) throws(ServicesError) -> Int {
        var count = 0
        var last = ""
        while count < limit, let queue = try tx.first(Self.nextScheduledQueue, .text(last), make: { $0.text(0) }) {
            let now = SQLiteValue.integer(tx.now.microseconds)
            let promoted = try tx.run(Self.promote, .text(queue), now, .integer(limit - count))
            if promoted > 0 { arrivals.insert(ExactName(queue)) }
            count += promoted
            last = queue
        }
        return count
    }

    private func prune(_ limit: Int) throws(ServicesError) -> Int {
        var count = 0
        for state in [JobState.completed, .expired, .cancelled] where count < limit {
            count += try prune(state, olderThan: options.retention, limit - count)
        }
        if let retention = options.deadRetention, count < limit {
            count += try prune(.dead, olderThan: retention, limit - count)
        }
        return count
    }

    private func prune(_ state: JobState, olderThan age: Duration, _ limit: Int) throws(ServicesError) -> Int {
        let end = (tx.now + (.zero - age)).microseconds
        let ids = try tx.rows(Self.ended, .text(state.rawValue), .integer(end), .integer(limit)) { $0.integer(0) }
        return try JobAdministration.delete(ids, tx)
    }
}
