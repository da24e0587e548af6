import Services

/// Workers and their leases, within a transaction.
enum JobWorkers {
    private static let insert = SQL(
        "INSERT INTO queue_workers (instance, registered_at, lease_until) VALUES (?1, ?2, ?3)"
    )
    private static let find = SQL("SELECT 1 FROM queue_workers WHERE generation = ?1 AND lease_until > ?2")
    private static let renew = SQL(
        "UPDATE queue_workers SET lease_until = ?3 WHERE generation = ?1 AND lease_until > ?2"
    )
    private static let forget = SQL("DELETE FROM queue_workers WHERE generation = ?")
    private static let giveBack = SQL(
        """
        UPDATE work_queue SET state = 'ready', worker = NULL, attempts = attempts - 1
        WHERE id IN (SELECT id FROM work_queue INDEXED BY work_queue_running WHERE state = 'running' AND worker = ?)
        RETURNING queue, concurrency_key
        """
    )

    static func register(
        _ instance: InstanceID,
        lease: Duration,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> WorkerGeneration {
        try tx.run(
            insert,
            .text(instance.rawValue),
            .integer(tx.now.microseconds),
            .integer((tx.now + lease).microseconds)
        )
        return WorkerGeneration(tx.lastID)
    }

    static func isAlive(_ worker: WorkerGeneration, _ tx: SQLiteTransaction) throws(ServicesError) -> Bool {
        try tx.first(find, .integer(worker.rawValue), .integer(tx.now.microseconds)) { _ in true } ?? false
    }

    static func extend(
        _ worker: WorkerGeneration,
        lease: Duration,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> Bool {
        try tx.run(
            renew,
            .integer(worker.rawValue),
            .integer(tx.now.microseconds),
            .integer((tx.now + lease).microseconds)
        ) > 0
    }

    /// - Returns: queues that have work again.
    static func retire(_ worker: WorkerGeneration, _ tx: SQLiteTransaction) throws(ServicesError) -> Set<ExactName> {
        let returned = try tx.rows(giveBack, .integer(worker.rawValue)) { ($0.text(0), $0.optionalText(1)) }
        for (queue, key) in returned {
            if let key { try JobGate.open(queue, key, tx) }
        }
        try tx.run(forget, .integer(worker.rawValue))
        return Set(returned.map { ExactName($0.0) })
    }
}
