import Services

/// A ready job that a claim looks at, read from an index alone.
struct JobCandidate {
    /// The oldest job of the most urgent priority from the given one on.
    private static let head = SQL(
        """
        SELECT priority, run_at FROM work_queue INDEXED BY work_queue_ready
        WHERE state = 'ready' AND is_blocked = 0 AND queue = ?1 AND priority >= ?2
        ORDER BY priority, run_at LIMIT 1
        """
    )
    private static let inOrder = SQL(
        """
        SELECT id, priority, run_at, concurrency_key, expires_at FROM work_queue INDEXED BY work_queue_ready
        WHERE state = 'ready' AND is_blocked = 0 AND queue = ?1 ORDER BY priority, run_at, id LIMIT ?2
        """
    )
    private static let ofPriority = SQL(
        """
        SELECT id, priority, run_at, concurrency_key, expires_at FROM work_queue INDEXED BY work_queue_ready
        WHERE state = 'ready' AND is_blocked = 0 AND queue = ?1 AND priority = ?3 ORDER BY run_at, id LIMIT ?2
        """
    )

    let id: Int64
    let priority: Int
    let due: StoreTime
    let key: String?
    let expiresAt: StoreTime?

    private init(_ row: SQLiteRow) {
        id = row.integer(0)
        priority = Int(row.integer(1))
        due = StoreTime(microseconds: row.integer(2))
        key = row.optionalText(3)
        expiresAt = row.optionalInteger(4).map { StoreTime(microseconds: $0) }
    }

    /// The first jobs by effective priority, due time and id.
    static func first(
        _ size: Int,
        of queue: String,
        ageingStep: Duration?,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> [JobCandidate] {
        let priorities = try agedPriorities(of: queue, ageingStep, tx)
        guard let step = ageingStep?.wholeMicroseconds, !priorities.isEmpty else {
            return try tx.rows(inOrder, .text(queue), .integer(size)) { JobCandidate($0) }
        }
        var ranked: [(rank: Int64, candidate: JobCandidate)] = []
        for priority in priorities {
            let rows = try tx.rows(ofPriority, .text(queue), .integer(size), .integer(priority)) { JobCandidate($0) }
            ranked += rows.map { candidate in
                let waited = max(0, tx.now.microseconds - candidate.due.microseconds)
                return (priority - waited / step, candidate)
            }
        }
        ranked.sort { left, right in
            (left.rank, left.candidate.due, left.candidate.id) < (right.rank, right.candidate.due, right.candidate.id)
        }
        return ranked.prefix(size).map(\.candidate)
    }

    /// The priorities to be merged; none where ageing changes nothing, so that the index has the right order.
    private static func agedPriorities(
        of queue: String,
        _ ageingStep: Duration?,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> [Int64] {
        guard let step = ageingStep?.wholeMicroseconds, step > 0 else { return [] }
        var priorities: [Int64] = []
        var hasAged = false
        while let head = try tx.first(
            head,
            .text(queue),
            .integer((priorities.last ?? -1) + 1),
            make: { (priority: $0.integer(0), due: $0.integer(1)) }
        ) {
            priorities.append(head.priority)
            if tx.now.microseconds - head.due >= step { hasAged = true }
        }
        return hasAged && priorities.count > 1 ? priorities : []
    }
}
