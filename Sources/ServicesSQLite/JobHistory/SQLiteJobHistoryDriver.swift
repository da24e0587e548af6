package import Services

/// Runs of scheduled jobs in the table `scheduled_job_runs`.
package final class SQLiteJobHistoryDriver: JobHistoryDriver {
    private static let begin = SQL(
        "INSERT INTO scheduled_job_runs (job, instance, started_at, token) VALUES (?1, ?2, ?3, ?4)"
    )
    private static let end = SQL(
        "UPDATE scheduled_job_runs SET ended_at = ?2, result = ?3, error = ?4 WHERE id = ?1 AND ended_at IS NULL"
    )
    private static let columns = "id, job, instance, started_at, ended_at, result, error, token"
    private static let all = SQL(
        "SELECT \(columns) FROM scheduled_job_runs WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
    )
    private static let ofJob = SQL(
        """
        SELECT \(columns) FROM scheduled_job_runs INDEXED BY scheduled_job_runs_job
        WHERE id < ?1 AND job = ?3 ORDER BY id DESC LIMIT ?2
        """
    )
    private static let prune = SQL(
        """
        DELETE FROM scheduled_job_runs WHERE id IN (
            SELECT id FROM scheduled_job_runs INDEXED BY scheduled_job_runs_started
            WHERE started_at < ?1 ORDER BY started_at, id LIMIT ?2
        )
        """
    )

    private let store: SQLiteStore

    package init(store: SQLiteStore) {
        self.store = store
    }

    package func begin(
        _ job: String,
        instance: InstanceID,
        token: FencingToken?
    ) async throws(ServicesError) -> JobRun {
        try await store.write { tx throws(ServicesError) in
            try tx.run(
                Self.begin,
                .text(job),
                .text(instance.rawValue),
                .integer(tx.now.microseconds),
                .optional(token.map { Int64(bitPattern: $0.rawValue) })
            )
            return JobRun(id: tx.lastID, job: job, instance: instance, startedAt: tx.now, token: token)
        }
    }

    package func end(_ id: Int64, result: JobRun.Result, error: String?) async throws(ServicesError) -> Bool {
        try await store.write { tx throws(ServicesError) in
            try tx.run(
                Self.end,
                .integer(id),
                .integer(tx.now.microseconds),
                .text(result.rawValue),
                .optional(error)
            ) > 0
        }
    }

    package func runs(of job: String?, before id: Int64?, limit: Int) async throws(ServicesError) -> [JobRun] {
        guard limit > 0 else { return [] }
        let (last, limit) = (SQLiteValue.integer(id ?? .max), SQLiteValue.integer(limit))
        return try await store.read { tx throws(ServicesError) in
            guard let job else { return try tx.rows(Self.all, last, limit) { Self.run($0) } }
            return try tx.rows(Self.ofJob, last, limit, .text(job)) { Self.run($0) }
        }
    }

    package func prune(olderThan age: Duration, limit: Int) async throws(ServicesError) -> Int {
        try await store.write { tx throws(ServicesError) in
            let end = tx.now + (.zero - age)
            return try tx.run(Self.prune, .integer(end.microseconds), .integer(max(0, limit)))
        }
    }

    private static func run(_ row: SQLiteRow) -> JobRun {
        JobRun(
            id: row.integer(0),
            job: row.text(1),
            instance: InstanceID(row.text(2)),
            startedAt: StoreTime(microseconds: row.integer(3)),
            endedAt: row.optionalInteger(4).map { StoreTime(microseconds: $0) },
            result: row.optionalText(5).flatMap { JobRun.Result(rawValue: $0) },
            error: row.optionalText(6),
            token: row.optionalInteger(7).map { FencingToken(UInt64(bitPattern: $0)) }
        )
    }
}
