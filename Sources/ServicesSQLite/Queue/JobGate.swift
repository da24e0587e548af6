import Services

/// Places under concurrency keys: which ready jobs claims may see.
///
/// Invariant: as long as a key has free places, as many of its first ready jobs as there are places are unblocked.
/// Places are counted from the jobs that run, so none is lost with a worker.
enum JobGate {
    private static let unblockNext = SQL(
        """
        UPDATE work_queue SET is_blocked = 0 WHERE id IN (
            SELECT id FROM work_queue INDEXED BY work_queue_blocked
            WHERE state = 'ready' AND is_blocked = 1 AND queue = ?1 AND concurrency_key = ?2
            ORDER BY priority, run_at, id LIMIT ?3
        )
        """
    )
    private static let anyBlocked = SQL(
        "SELECT 1 FROM work_queue INDEXED BY work_queue_blocked WHERE state = 'ready' AND is_blocked = 1 LIMIT 1"
    )
    private static let block = SQL("UPDATE work_queue SET is_blocked = 1 WHERE id = ?")
    private static let running = SQL(
        """
        SELECT count(*) FROM work_queue INDEXED BY work_queue_running
        WHERE state = 'running' AND queue = ?1 AND concurrency_key = ?2
        """
    )
    private static let firstKey = SQL(
        """
        SELECT queue, concurrency_key FROM work_queue INDEXED BY work_queue_blocked
        WHERE state = 'ready' AND is_blocked = 1 ORDER BY queue, concurrency_key LIMIT 1
        """
    )
    private static let nextKey = SQL(
        """
        SELECT queue, concurrency_key FROM work_queue INDEXED BY work_queue_blocked
        WHERE state = 'ready' AND is_blocked = 1 AND (queue, concurrency_key) > (?1, ?2)
        ORDER BY queue, concurrency_key LIMIT 1
        """
    )

    /// Lets the next blocked jobs of the key be seen.
    ///
    /// - Returns: whether there were any.
    @discardableResult
    static func open(
        _ queue: String,
        _ key: String,
        places: Int = 1,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> Bool {
        try tx.run(unblockNext, .text(queue), .text(key), .integer(places)) > 0
    }

    static func hasBlocked(_ tx: SQLiteTransaction) throws(ServicesError) -> Bool {
        try tx.first(anyBlocked) { _ in true } ?? false
    }

    static func block(_ job: Int64, _ tx: SQLiteTransaction) throws(ServicesError) {
        try tx.run(block, .integer(job))
    }

    static func running(_ queue: String, _ key: String, _ tx: SQLiteTransaction) throws(ServicesError) -> Int {
        try tx.first(running, .text(queue), .text(key)) { Int($0.integer(0)) } ?? 0
    }

    /// Opens what a raised limit, or other programs' changes to the table, left closed.
    ///
    /// - Returns: the queues in which something was opened.
    static func openAll(limit: Int, _ tx: SQLiteTransaction) throws(ServicesError) -> Set<ExactName> {
        var opened: Set<ExactName> = []
        var next = try tx.first(firstKey) { ($0.text(0), $0.text(1)) }
        for _ in 0..<limit {
            guard let (queue, key) = next else { break }
            let limits = try JobSettings.load(queue, tx).limits
            let free = limits.runningPerKey - (try running(queue, key, tx))
            if free > 0, try open(queue, key, places: free, tx) { opened.insert(ExactName(queue)) }
            next = try tx.first(nextKey, .text(queue), .text(key)) { ($0.text(0), $0.text(1)) }
        }
        return opened
    }
}
