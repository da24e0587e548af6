import Postgres
package import Services

/// Runs of scheduled jobs in the table `scheduled_job_runs`.
package struct PostgresJobHistoryDriver: JobHistoryDriver {
    private static let columns = "id, job, instance, started_at, ended_at, result, error, token"
    private static let begin =
        "INSERT INTO scheduled_job_runs (job, instance, token) VALUES ($1, $2, $3::int8) RETURNING \(columns)"
    private static let end = """
        UPDATE scheduled_job_runs SET ended_at = clock_timestamp(), result = $2, error = $3::text
        WHERE id = $1 AND ended_at IS NULL
        """
    private static let list = """
        SELECT \(columns) FROM scheduled_job_runs
        WHERE ($1::text IS NULL OR job = $1) AND ($2::int8 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
        """
    private static let prune = """
        DELETE FROM scheduled_job_runs WHERE id IN (
            SELECT id FROM scheduled_job_runs
            WHERE started_at <= clock_timestamp() - \(PostgresSchema.interval("$1::int8")) ORDER BY id LIMIT $2
        )
        """

    private let store: PostgresStore

    package init(store: PostgresStore) {
        self.store = store
    }

    package func begin(
        _ job: String,
        instance: InstanceID,
        token: FencingToken?
    ) async throws(ServicesError) -> JobRun {
        let values: [PostgresValue] = [
            .name(job), .name(instance.rawValue), .optional(token.map { Int64(clamping: $0.rawValue) }),
        ]
        let runs = try await store.query(Self.begin, values, isRepeatable: false, Self.read)
        guard let run = runs.first else { throw .unavailable(store.place, why: "it did not keep a job's run") }
        return run
    }

    package func end(_ id: Int64, result: JobRun.Result, error: String?) async throws(ServicesError) -> Bool {
        let values: [PostgresValue] = [.int(id), .text(result.rawValue), .name(error)]
        return try await store.query(Self.end, values, isRepeatable: false) { $0.affected > 0 }
    }

    package func runs(of job: String?, before id: Int64?, limit: Int) async throws(ServicesError) -> [JobRun] {
        try await store.query(
            Self.list,
            [.name(job), .optional(id), .count(limit)],
            isRepeatable: true,
            Self.read
        )
    }

    package func prune(olderThan age: Duration, limit: Int) async throws(ServicesError) -> Int {
        try await store.query(Self.prune, [.microseconds(age), .count(limit)], isRepeatable: true) { $0.affected }
    }

    private static func read(_ rows: PostgresRows) throws(PostgresError) -> [JobRun] {
        var runs: [JobRun] = []
        for row in rows {
            runs.append(
                JobRun(
                    id: try row.int(0),
                    job: try row.name(1),
                    instance: InstanceID(try row.name(2)),
                    startedAt: try row.time(3),
                    endedAt: try row.optionalTime(4),
                    result: try row.optionalText(5).flatMap { JobRun.Result(rawValue: $0) },
                    error: try row.optionalName(6),
                    token: try row.optionalInt(7).map { FencingToken(UInt64(clamping: $0)) }
                )
            )
        }
        return runs
    }
}
