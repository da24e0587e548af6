import Services

/// What people do to jobs, within a transaction.
enum JobAdministration {
    private static let cancel = SQL(
        """
        UPDATE work_queue SET state = 'cancelled', ended_at = ?2, worker = NULL
        WHERE id = ?1 AND state IN ('ready', 'scheduled', 'running') RETURNING queue, concurrency_key
        """
    )
    private static let deleteJobs = SQL("DELETE FROM work_queue WHERE id IN (SELECT value FROM json_each(?))")
    private static let deletePayloads = SQL("DELETE FROM work_payloads WHERE job IN (SELECT value FROM json_each(?))")
    private static let freeKeys = SQL(
        """
        DELETE FROM work_unique WHERE (queue, key) IN (
            SELECT queue, unique_key FROM work_queue
            WHERE id IN (SELECT value FROM json_each(?1)) AND unique_key IS NOT NULL
        ) AND job IN (SELECT value FROM json_each(?1)) AND (until IS NULL OR until <= ?2)
        """
    )
    private static let placesOf = SQL(
        """
        SELECT queue, concurrency_key FROM work_queue
        WHERE id IN (SELECT value FROM json_each(?)) AND concurrency_key IS NOT NULL AND state = 'ready'
        """
    )
    private static let dead = SQL(
        """
        SELECT id, unique_key FROM work_queue INDEXED BY work_queue_ended
        WHERE ended_at IS NOT NULL AND state = 'dead' AND queue = ?1
            AND (unique_key IS NULL OR NOT EXISTS (
                SELECT 1 FROM work_unique AS taken LEFT JOIN work_queue AS job ON job.id = taken.job
                WHERE taken.queue = work_queue.queue AND taken.key = work_queue.unique_key
                    AND taken.job <> work_queue.id
                    AND (taken.until > ?2 OR job.state IN ('ready', 'scheduled', 'running'))
            ))
        ORDER BY id LIMIT ?3
        """
    )
    private static let deadOne = SQL(
        "SELECT unique_key FROM work_queue WHERE id = ?1 AND queue = ?2 AND state = 'dead'"
    )
    private static let revive = SQL(
        """
        UPDATE work_queue SET state = 'ready', attempts = 0, ended_at = NULL, worker = NULL, run_at = ?2, is_blocked = 0
        WHERE id = ?1
        """
    )
    private static let ownAgain = SQL(
        """
        INSERT INTO work_unique (queue, key, job) VALUES (?1, ?2, ?3)
        ON CONFLICT (queue, key) DO UPDATE SET until = iif(job = excluded.job, until, NULL), job = excluded.job
        """
    )
    /// In the order of the table: an index would have to be sorted as a whole first.
    private static let oldest = SQL(
        "SELECT id FROM work_queue NOT INDEXED WHERE state = ?1 AND queue = ?2 ORDER BY id LIMIT ?3"
    )

    /// - Returns: what was cancelled, and queues in which a place became free.
    static func cancel(
        _ jobs: [JobID],
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> (cancelled: [JobID], arrivals: Set<ExactName>) {
        var cancelled: [JobID] = []
        var arrivals: Set<ExactName> = []
        for job in jobs {
            let place = try tx.first(cancel, .integer(job.rawValue), .integer(tx.now.microseconds)) { row in
                (queue: row.text(0), key: row.optionalText(1))
            }
            guard let place else { continue }
            cancelled.append(job)
            guard let key = place.key else { continue }
            if try JobGate.open(place.queue, key, tx) { arrivals.insert(ExactName(place.queue)) }
        }
        return (cancelled, arrivals)
    }

    /// Deletes jobs with all that belongs to them; a unique window that lasts stays.
    static func delete(_ ids: [Int64], _ tx: SQLiteTransaction) throws(ServicesError) -> Int {
        guard !ids.isEmpty else { return 0 }
        let list = SQLiteValue.list(ids)
        let places = try tx.rows(placesOf, list) { (queue: $0.text(0), key: $0.text(1)) }
        try tx.run(freeKeys, list, .integer(tx.now.microseconds))
        try tx.run(deletePayloads, list)
        let count = try tx.run(deleteJobs, list)
        for place in places { try JobGate.open(place.queue, place.key, tx) }
        return count
    }

    static func purge(
        _ queue: String,
        _ state: JobState,
        limit: Int,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> Int {
        let ids = try tx.rows(oldest, .text(state.rawValue), .text(queue), .integer(max(0, limit))) { $0.integer(0) }
        return try delete(ids, tx)
    }

    static func redrive(
        _ queue: String,
        jobs: [JobID]?,
        limit: Int,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> Int {
        var count = 0
        if let jobs {
            for job in jobs where count < limit {
                let found = try tx.first(deadOne, .integer(job.rawValue), .text(queue)) { $0.optionalText(0) }
                guard let unique = found else { continue }
                if try revive(job.rawValue, queue, unique: unique, tx) { count += 1 }
            }
            return count
        }
        while count < limit {
            let now = SQLiteValue.integer(tx.now.microseconds)
            let next = try tx.rows(dead, .text(queue), now, .integer(min(limit - count, 500))) { row in
                (id: row.integer(0), unique: row.optionalText(1))
            }
            let before = count
            // A job revived earlier in this loop may have taken the key of a later one.
            for job in next where try revive(job.id, queue, unique: job.unique, tx) { count += 1 }
            if count == before { break }
        }
        return count
    }

    private static func revive(
        _ id: Int64,
        _ queue: String,
        unique: String?,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> Bool {
        if let unique {
            if let owner = try JobEnqueue.owner(of: unique, in: queue, tx), owner != id { return false }
            try tx.run(ownAgain, .text(queue), .text(unique), .integer(id))
        }
        return try tx.run(revive, .integer(id), .integer(tx.now.microseconds)) > 0
    }
}
