import Services

/// Statements that look at jobs.
enum JobListing {
    private static let columns = """
        job.id, job.queue, job.kind, coalesce(job.payload, large.payload, x''), job.state, job.priority, job.attempts,
        job.max_attempts, job.enqueued_at, job.run_at, job.ended_at, job.unique_key, job.concurrency_key, job.errors
        """
    private static let source = "work_queue AS job LEFT JOIN work_payloads AS large ON large.job = job.id"

    static let one = SQL("SELECT \(columns) FROM \(source) WHERE job.id = ?")
    static let nextDue = SQL(
        """
        SELECT run_at FROM work_queue INDEXED BY work_queue_scheduled
        WHERE state = 'scheduled' AND queue = ? ORDER BY run_at LIMIT 1
        """
    )

    /// Queue, state, number, and for ready ones the oldest due time; each from an index alone.
    static let counts = [
        SQL(
            """
            SELECT queue, 'ready', count(*), min(run_at) FROM work_queue INDEXED BY work_queue_ready
            WHERE state = 'ready' AND is_blocked = 0 GROUP BY queue
            """
        ),
        SQL(
            """
            SELECT queue, 'ready', count(*), min(run_at) FROM work_queue INDEXED BY work_queue_blocked
            WHERE state = 'ready' AND is_blocked = 1 GROUP BY queue
            """
        ),
        SQL(
            """
            SELECT queue, 'scheduled', count(*), NULL FROM work_queue INDEXED BY work_queue_scheduled
            WHERE state = 'scheduled' GROUP BY queue
            """
        ),
        SQL(
            """
            SELECT queue, 'running', count(*), NULL FROM work_queue INDEXED BY work_queue_running
            WHERE state = 'running' GROUP BY queue
            """
        ),
        SQL(
            """
            SELECT queue, state, count(*), NULL FROM work_queue INDEXED BY work_queue_ended
            WHERE ended_at IS NOT NULL GROUP BY queue, state
            """
        ),
    ]

    /// Jobs of a queue by id; each state has an index of its own.
    static func page(_ state: JobState) -> SQL {
        switch state {
        case .ready: ready
        case .scheduled: scheduled
        case .running: running
        case .completed: completed
        case .dead: dead
        case .expired: expired
        case .cancelled: cancelled
        }
    }

    private static let ready = page(
        """
        SELECT id FROM work_queue INDEXED BY work_queue_ready
        WHERE state = 'ready' AND is_blocked = 0 AND queue = ?1 AND id > ?2
        UNION ALL
        SELECT id FROM work_queue INDEXED BY work_queue_blocked
        WHERE state = 'ready' AND is_blocked = 1 AND queue = ?1 AND id > ?2
        """
    )
    private static let scheduled = page(
        """
        SELECT id FROM work_queue INDEXED BY work_queue_scheduled
        WHERE state = 'scheduled' AND queue = ?1 AND id > ?2
        """
    )
    private static let running = page(
        "SELECT id FROM work_queue INDEXED BY work_queue_running WHERE state = 'running' AND queue = ?1 AND id > ?2"
    )
    private static let completed = ended("completed")
    private static let dead = ended("dead")
    private static let expired = ended("expired")
    private static let cancelled = ended("cancelled")

    private static func ended(_ state: String) -> SQL {
        page(
            """
            SELECT id FROM work_queue INDEXED BY work_queue_ended
            WHERE ended_at IS NOT NULL AND state = '\(state)' AND queue = ?1 AND id > ?2
            """
        )
    }

    private static func page(_ ids: String) -> SQL {
        SQL(
            """
            SELECT \(columns) FROM \(source)
            WHERE job.id IN (SELECT id FROM (\(ids)) ORDER BY id LIMIT ?3) ORDER BY job.id
            """
        )
    }

    /// `nil` for a state this program does not know.
    static func record(_ row: SQLiteRow) -> JobRecord? {
        guard let state = JobState(rawValue: row.text(4)) else { return nil }
        return JobRecord(
            id: JobID(row.integer(0)),
            queue: row.text(1),
            kind: row.text(2),
            payload: row.bytes(3),
            state: state,
            priority: Int(row.integer(5)),
            attempts: Int(row.integer(6)),
            maxAttempts: Int(row.integer(7)),
            enqueuedAt: StoreTime(microseconds: row.integer(8)),
            runAt: state == .scheduled ? StoreTime(microseconds: row.integer(9)) : nil,
            endedAt: row.optionalInteger(10).map { StoreTime(microseconds: $0) },
            uniqueKey: row.optionalText(11),
            concurrencyKey: row.optionalText(12),
            errors: JobErrors.decode(row.text(13))
        )
    }
}
