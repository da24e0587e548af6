import Services

/// A ready job that a claim looks at.
struct JobCandidate {
    private static let columns = """
        id, priority, run_at, concurrency_key, expires_at, kind, payload, attempts, max_attempts, enqueued_at
        """
    private static let inOrder = SQL(
        """
        SELECT \(columns) FROM work_queue INDEXED BY work_queue_ready
        WHERE state = 'ready' AND is_blocked = 0 AND queue = ?1 ORDER BY priority, run_at, id LIMIT ?2
        """
    )
    private static let ofPriority = SQL(
        """
        SELECT \(columns) FROM work_queue INDEXED BY work_queue_ready
        WHERE state = 'ready' AND is_blocked = 0 AND queue = ?1 AND priority = ?3 ORDER BY run_at, id LIMIT ?2
        """
    )
    /// The oldest job of the next less urgent priority.
    private static let head = SQL(
        """
        SELECT priority, run_at FROM work_queue INDEXED BY work_queue_ready
        WHERE state = 'ready' AND is_blocked = 0 AND queue = ?1 AND priority > ?2
        ORDER BY priority, run_at LIMIT 1
        """
    )

    let id: Int64
    let priority: Int64
    let due: StoreTime
    let key: String?
    let expiresAt: StoreTime?
    /// `nil` when it is no UTF-8.
    let kind: String?
    /// `nil` when it lies in `work_payloads`.
    var payload: [UInt8]?
    let attempts: Int
    let maxAttempts: Int
    let enqueuedAt: StoreTime

    private init(_ row: SQLiteRow) {
        id = row.integer(0)
        priority = row.integer(1)
        due = StoreTime(microseconds: row.integer(2))
        key = row.optionalText(3)
        expiresAt = row.optionalInteger(4).map { StoreTime(microseconds: $0) }
        kind = row.validText(5)
        payload = row.optionalBytes(6)
        attempts = Int(row.integer(7))
        maxAttempts = Int(row.integer(8))
        enqueuedAt = StoreTime(microseconds: row.integer(9))
    }

    /// The first jobs by effective priority, due time and id.
    static func first(
        _ size: Int,
        of queue: String,
        ageingStep: Duration?,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> [JobCandidate] {
        let inOrder = try tx.rows(inOrder, .text(queue), .integer(size)) { JobCandidate($0) }
        guard let step = ageingStep?.wholeMicroseconds, step > 0, let last = inOrder.last else { return inOrder }
        // The oldest of each priority: the order of the index is right unless one of several has aged.
        var heads: [(priority: Int64, due: Int64)] = []
        for candidate in inOrder where heads.last?.priority != candidate.priority {
            heads.append((candidate.priority, candidate.due.microseconds))
        }
        if inOrder.count == size { heads += try self.heads(of: queue, after: last.priority, tx) }
        let now = tx.now.microseconds
        guard heads.count > 1, heads.contains(where: { now - $0.due >= step }) else { return inOrder }
        var ranked: [(rank: Int64, candidate: JobCandidate)] = []
        for head in heads {
            let rows = try tx.rows(ofPriority, .text(queue), .integer(size), .integer(head.priority)) { row in
                JobCandidate(row)
            }
            ranked += rows.map { ($0.priority - max(0, now - $0.due.microseconds) / step, $0) }
        }
        ranked.sort { left, right in
            (left.rank, left.candidate.due, left.candidate.id) < (right.rank, right.candidate.due, right.candidate.id)
        }
        return ranked.prefix(size).map(\.candidate)
    }

    private static func heads(
        of queue: String,
        after priority: Int64,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> [(priority: Int64, due: Int64)] {
        var heads: [(priority: Int64, due: Int64)] = []
        while let next = try tx.first(
            head,
            .text(queue),
            .integer(heads.last?.priority ?? priority),
            make: { (priority: $0.integer(0), due: $0.integer(1)) }
        ) { heads.append(next) }
        return heads
    }
}
