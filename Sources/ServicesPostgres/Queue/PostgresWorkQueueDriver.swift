import Locking
import Postgres
package import Services

/// Jobs in the table `work_queue`, where other programs may insert and look too.
package final class PostgresWorkQueueDriver: WorkQueueDriver, WorkQueueSignals {
    private static let enqueue = "SELECT * FROM switchyard_enqueue($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    private static let insert = """
        INSERT INTO work_queue (
            queue, kind, payload, state, priority, max_attempts, enqueued_at, run_at, expires_at, concurrency_key
        )
        SELECT queue, kind, payload, CASE WHEN due > moment THEN 'scheduled' ELSE 'ready' END, priority, most, moment,
            due, moment + \(PostgresSchema.interval("life")), concurrency_key
        FROM (
            SELECT given.*, moment, greatest(moment, coalesce(
                timestamptz 'epoch' + \(PostgresSchema.interval("at_time")),
                moment + \(PostgresSchema.interval("greatest(delay, 0)")),
                moment
            )) AS due
            FROM (SELECT clock_timestamp() AS moment OFFSET 0) AS now CROSS JOIN unnest(
                $1::text[], $2::text[], $3::bytea[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[],
                $9::text[]
            ) WITH ORDINALITY AS given (
                queue, kind, payload, priority, delay, at_time, life, most, concurrency_key, place
            )
        ) AS given ORDER BY place RETURNING id
        """
    private static let register = """
        INSERT INTO queue_workers (instance, lease_until)
        VALUES ($1, clock_timestamp() + \(PostgresSchema.interval("$2::int8"))) RETURNING generation
        """
    private static let heartbeat = """
        UPDATE queue_workers SET lease_until = clock_timestamp() + \(PostgresSchema.interval("$2::int8"))
        WHERE generation = $1 AND lease_until > clock_timestamp()
        """
    private static let retire = "SELECT * FROM switchyard_retire($1)"
    private static let cancel = "SELECT * FROM switchyard_cancel($1)"
    private static let upkeep = """
        SELECT * FROM switchyard_upkeep(
            $1, \(PostgresSchema.interval("$2::int8")), \(PostgresSchema.interval("$3::int8"))
        )
        """

    let store: PostgresStore
    let marks = Lock(ClaimMarks())

    package init(store: PostgresStore) {
        self.store = store
    }

    package func enqueue(_ jobs: [NewJob]) async throws(ServicesError) -> [EnqueueOutcome] {
        if jobs.isEmpty { return [] }
        let isPlain = jobs.allSatisfy { $0.uniqueKey == nil }
        return isPlain ? try await insert(jobs) : try await enqueueUnique(jobs)
    }

    /// Stores jobs without unique keys, which takes one plain statement.
    private func insert(_ jobs: [NewJob]) async throws(ServicesError) -> [EnqueueOutcome] {
        let values: [PostgresValue] = [
            .names(jobs.map(\.queue)), .names(jobs.map(\.kind)), .byteArrays(jobs.map(\.payload)),
            .ints(jobs.map { Int64(min(max($0.priority, 0), 9)) }),
            .ints(jobs.map { $0.delay?.storedMicroseconds }), .ints(jobs.map { $0.runAt?.microseconds }),
            .ints(jobs.map { $0.timeToLive?.storedMicroseconds }),
            .ints(jobs.map { Int64(Int32(clamping: $0.maxAttempts)) }), .names(jobs.map(\.concurrencyKey)),
        ]
        return try await store.query(Self.insert, values, isRepeatable: false) { (rows) throws(PostgresError) in
            var ids: [Int64] = []
            ids.reserveCapacity(rows.count)
            for row in rows { ids.append(try row.int(0)) }
            // The server numbers the rows in their order; in which order it returns them it does not promise.
            return ids.sorted().map { .enqueued(JobID($0)) }
        }
    }

    private func enqueueUnique(_ jobs: [NewJob]) async throws(ServicesError) -> [EnqueueOutcome] {
        let values: [PostgresValue] = [
            .names(jobs.map(\.queue)), .names(jobs.map(\.kind)), .byteArrays(jobs.map(\.payload)),
            .ints(jobs.map { Int64(min(max($0.priority, 0), 9)) }),
            .ints(jobs.map { $0.delay?.storedMicroseconds }), .ints(jobs.map { $0.runAt?.microseconds }),
            .ints(jobs.map { $0.timeToLive?.storedMicroseconds }),
            .ints(jobs.map { Int64(Int32(clamping: $0.maxAttempts)) }), .names(jobs.map(\.uniqueKey)),
            .ints(jobs.map { $0.uniqueWindow?.storedMicroseconds }), .names(jobs.map(\.concurrencyKey)),
        ]
        return try await store.query(Self.enqueue, values, isRepeatable: false) { (rows) throws(PostgresError) in
            var outcomes: [EnqueueOutcome] = []
            outcomes.reserveCapacity(rows.count)
            for row in rows {
                let id = JobID(try row.int(0))
                outcomes.append(try row.bool(1) ? .enqueued(id) : .duplicate(of: id))
            }
            return outcomes
        }
    }

    // MARK: Workers

    package func register(_ instance: InstanceID, lease: Duration) async throws(ServicesError) -> WorkerGeneration {
        // Repeatable: a generation that nobody uses ends with its lease.
        let values: [PostgresValue] = [.name(instance.rawValue), .microseconds(lease)]
        return try await store.query(Self.register, values, isRepeatable: true) { (rows) throws(PostgresError) in
            WorkerGeneration(try rows.first?.int(0) ?? 0)
        }
    }

    package func heartbeat(_ worker: WorkerGeneration, lease: Duration) async throws(ServicesError) -> Bool {
        let values: [PostgresValue] = [.int(worker.rawValue), .microseconds(lease)]
        return try await store.query(Self.heartbeat, values, isRepeatable: true) { $0.affected > 0 }
    }

    package func retire(_ worker: WorkerGeneration) async throws(ServicesError) {
        let queues = try await store.query(Self.retire, [.int(worker.rawValue)], isRepeatable: true, Self.names)
        await announce(Set(queues))
    }

    // MARK: Upkeep

    package func cancel(_ jobs: [JobID]) async throws(ServicesError) -> [JobID] {
        if jobs.isEmpty { return [] }
        return try await store.query(Self.cancel, [.ints(jobs.map(\.rawValue))], isRepeatable: false) {
            (rows) throws(PostgresError) in
            var cancelled: Set<JobID> = []
            for row in rows { cancelled.insert(JobID(try row.int(0))) }
            return jobs.filter { cancelled.remove($0) != nil }
        }
    }

    package func maintain(_ options: QueueUpkeep.Options) async throws(ServicesError) -> QueueUpkeep {
        let values: [PostgresValue] = [
            .count(options.limit), .microseconds(options.retention),
            .optional(options.deadRetention?.storedMicroseconds),
        ]
        let (upkeep, woken) = try await store.query(Self.upkeep, values, isRepeatable: true) {
            (rows) throws(PostgresError) in
            var upkeep = QueueUpkeep()
            guard let row = rows.first else { return (upkeep, [String]()) }
            let counts = [try row.int(0), try row.int(1), try row.int(2), try row.int(3)].map { Int($0) }
            (upkeep.orphans, upkeep.expired, upkeep.promoted, upkeep.pruned) = (
                counts[0], counts[1], counts[2], counts[3]
            )
            upkeep.isIncomplete = counts.contains { $0 > 0 && $0 >= options.limit }
            return (upkeep, try row.texts(4).compactMap { $0.map(StoredText.decode) })
        }
        await announce(Set(woken))
        return upkeep
    }

    // MARK: Signals

    package func arrivals(in queues: [String]) async throws(ServicesError) -> AsyncStream<Void> {
        try await store.signals.listen(to: queues.map { "queue:" + $0 })
    }

    package func announce(_ queues: Set<String>) async {
        if !queues.isEmpty { store.signals.announce(queues.map { "queue:" + $0 }) }
    }

    static func names(_ rows: PostgresRows) throws(PostgresError) -> [String] {
        var names: [String] = []
        for row in rows { names.append(try row.name(0)) }
        return names
    }
}
