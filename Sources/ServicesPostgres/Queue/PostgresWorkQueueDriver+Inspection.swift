import Foundation
import Postgres
package import Services

extension PostgresWorkQueueDriver {
    private static let columns = """
        id, queue, kind, payload, state, priority, attempts, max_attempts, enqueued_at,
        CASE WHEN state = 'scheduled' THEN run_at END, ended_at, unique_key, concurrency_key, errors
        """
    private static let find = "SELECT \(columns) FROM work_queue WHERE id = $1"
    private static let list = """
        SELECT \(columns) FROM work_queue WHERE queue = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4
        """
    private static let nextDue = """
        SELECT \(PostgresSchema.microseconds("min(run_at) - clock_timestamp()"))
        FROM work_queue WHERE state = 'scheduled' AND queue = ANY ($1)
        """
    private static let counts = """
        SELECT queue, state, count(*), CASE WHEN state = 'ready'
            THEN greatest(0, \(PostgresSchema.microseconds("clock_timestamp() - min(run_at)"))) END
        FROM work_queue WHERE cardinality($1::text[]) = 0 OR queue = ANY ($1) GROUP BY queue, state
        """
    private static let settings = """
        SELECT queue, is_paused, running_limit, running_per_key, ageing_microseconds FROM queue_settings
        WHERE cardinality($1::text[]) = 0 OR queue = ANY ($1)
        """
    private static let pause = """
        INSERT INTO queue_settings (queue, is_paused) VALUES ($1, $2)
        ON CONFLICT (queue) DO UPDATE SET is_paused = excluded.is_paused
        """
    private static let limit = """
        INSERT INTO queue_settings (queue, running_limit, running_per_key, ageing_microseconds)
        VALUES ($1, $2::int8, $3, $4::int8)
        ON CONFLICT (queue) DO UPDATE SET running_limit = excluded.running_limit,
            running_per_key = excluded.running_per_key, ageing_microseconds = excluded.ageing_microseconds
        """
    /// A higher limit per key lets more of those in that wait for one.
    private static let open =
        "UPDATE work_queue SET is_blocked = false WHERE state = 'ready' AND is_blocked AND queue = $1"
    private static let redrive = "SELECT switchyard_redrive($1, $2::int8[], $3)"
    private static let purge = """
        SELECT switchyard_forget(array_agg(id)) FROM (
            SELECT id FROM work_queue WHERE queue = $1 AND state = $2 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
        ) AS oldest
        """

    package func nextDue(in queues: [String]) async throws(ServicesError) -> Duration? {
        try await store.query(Self.nextDue, [.names(queues)], isRepeatable: true) { (rows) throws(PostgresError) in
            try rows.first?.optionalDuration(0)
        }
    }

    package func job(_ id: JobID) async throws(ServicesError) -> JobRecord? {
        try await store.query(Self.find, [.int(id.rawValue)], isRepeatable: true, Self.records).first
    }

    package func jobs(
        in queue: String,
        state: JobState,
        after: JobID?,
        limit: Int
    ) async throws(ServicesError) -> [JobRecord] {
        let values: [PostgresValue] = [
            .name(queue), .text(state.rawValue), .int(after?.rawValue ?? .min), .count(limit),
        ]
        return try await store.query(Self.list, values, isRepeatable: true, Self.records)
    }

    package func statistics(of queues: [String]) async throws(ServicesError) -> [QueueStatistics] {
        let values: [PostgresValue] = [.names(queues)]
        let statements = [PostgresStatement(Self.counts, values), PostgresStatement(Self.settings, values)]
        return try await store.batch(statements, isRepeatable: true) { (results) throws(PostgresError) in
            var found: [ExactName: QueueStatistics] = [:]
            for row in results[0] {
                let name = try row.name(0)
                var statistics = found[ExactName(name)] ?? QueueStatistics(queue: name)
                statistics.set(JobState(rawValue: try row.text(1)), to: Int(try row.int(2)))
                if let age = try row.optionalDuration(3) { statistics.oldestReady = age }
                found[ExactName(name)] = statistics
            }
            for row in results[1] {
                let name = try row.name(0)
                var statistics = found[ExactName(name)] ?? QueueStatistics(queue: name)
                statistics.isPaused = try row.bool(1)
                statistics.limits.running = try row.optionalInt(2).map { Int($0) }
                statistics.limits.runningPerKey = Int(try row.int(3))
                statistics.limits.ageingStep = try row.optionalDuration(4)
                found[ExactName(name)] = statistics
            }
            return found.values.sorted { $0.queue.utf8.lexicographicallyPrecedes($1.queue.utf8) }
        }
    }

    package func redrive(_ queue: String, jobs: [JobID]?, limit: Int) async throws(ServicesError) -> Int {
        let ids = jobs.map { PostgresValue.ints($0.map(\.rawValue)) } ?? .null
        let count = try await store.query(Self.redrive, [.name(queue), ids, .count(limit)], isRepeatable: true) {
            (rows) throws(PostgresError) in Int(try rows.first?.int(0) ?? 0)
        }
        if count > 0 { await announce([queue]) }
        return count
    }

    package func purge(_ queue: String, state: JobState, limit: Int) async throws(ServicesError) -> Int {
        guard state != .running else { throw .cannotPurge(state) }
        let values: [PostgresValue] = [.name(queue), .text(state.rawValue), .count(limit)]
        return try await store.query(Self.purge, values, isRepeatable: true) { (rows) throws(PostgresError) in
            Int(try rows.first?.optionalInt(0) ?? 0)
        }
    }

    package func setPaused(_ queue: String, _ isPaused: Bool) async throws(ServicesError) {
        try await store.query(Self.pause, [.name(queue), .bool(isPaused)], isRepeatable: true) { _ in }
        if !isPaused { await announce([queue]) }
    }

    package func setLimits(_ queue: String, _ limits: QueueLimits) async throws(ServicesError) {
        let values: [PostgresValue] = [
            .name(queue), .optional(limits.running.map { Int64($0) }), .int(Int64(limits.runningPerKey)),
            .optional(limits.ageingStep?.storedMicroseconds),
        ]
        let statements = [PostgresStatement(Self.limit, values), PostgresStatement(Self.open, [.name(queue)])]
        try await store.batch(statements, isRepeatable: true) { _ in }
        await announce([queue])
    }

    private static func records(_ rows: PostgresRows) throws(PostgresError) -> [JobRecord] {
        var records: [JobRecord] = []
        for row in rows {
            // A state of a newer program: not ours to show.
            guard let state = JobState(rawValue: try row.text(4)) else { continue }
            records.append(
                JobRecord(
                    id: JobID(try row.int(0)),
                    queue: try row.name(1),
                    kind: try row.name(2),
                    payload: try row.bytes(3),
                    state: state,
                    priority: Int(try row.int(5)),
                    attempts: Int(try row.int(6)),
                    maxAttempts: Int(try row.int(7)),
                    enqueuedAt: try row.time(8),
                    runAt: try row.optionalTime(9),
                    endedAt: try row.optionalTime(10),
                    uniqueKey: try row.optionalName(11),
                    concurrencyKey: try row.optionalName(12),
                    errors: failures(try row.text(13))
                )
            )
        }
        return records
    }

    /// What other programs wrote there and cannot be read is left out.
    private static func failures(_ json: String) -> [JobFailure] {
        let failures = (try? JSONDecoder().decode([JobFailure].self, from: Data(json.utf8))) ?? []
        return failures.map { JobFailure(attempt: $0.attempt, at: $0.at, error: StoredText.decode($0.error)) }
    }
}

extension QueueStatistics {
    fileprivate mutating func set(_ state: JobState?, to count: Int) {
        switch state {
        case .ready: ready = count
        case .scheduled: scheduled = count
        case .running: running = count
        case .completed: completed = count
        case .dead: dead = count
        case .expired: expired = count
        case .cancelled: cancelled = count
        case nil: break
        }
    }
}
