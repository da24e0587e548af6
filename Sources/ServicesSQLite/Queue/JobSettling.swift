import Services

/// Endings of hand-outs within a transaction.
struct JobSettling {
    private static let complete = SQL(
        """
        UPDATE work_queue SET state = 'completed', ended_at = ?4
        WHERE id = ?1 AND state = 'running' AND attempts = ?2 AND worker = ?3
        RETURNING concurrency_key, iif(concurrency_key IS NULL, NULL, queue)
        """
    )
    private static let completeAlone = SQL(
        """
        UPDATE work_queue SET state = 'completed', ended_at = ?4
        WHERE id = ?1 AND state = 'running' AND attempts = ?2 AND worker = ?3
        """
    )
    private static let completeMany = SQL(
        """
        UPDATE work_queue SET state = 'completed', ended_at = ?4
        WHERE id IN (SELECT value FROM json_each(?1)) AND state = 'running' AND attempts = ?2 AND worker = ?3
        """
    )
    private static let savepoint = SQL("SAVEPOINT settling")
    private static let release = SQL("RELEASE settling")
    private static let undo = SQL("ROLLBACK TO settling")
    private static let find = SQL(
        """
        SELECT queue, concurrency_key, max_attempts, errors FROM work_queue
        WHERE id = ?1 AND state = 'running' AND attempts = ?2 AND worker = ?3
        """
    )
    private static let findErrors = SQL("SELECT attempts, errors FROM work_queue WHERE id = ?")
    private static let end = SQL(
        "UPDATE work_queue SET state = ?2, ended_at = ?3, errors = ?4, worker = NULL WHERE id = ?1"
    )
    private static let again = SQL(
        """
        UPDATE work_queue
        SET state = ?2, run_at = ?3, attempts = attempts - ?4, errors = ?5, worker = NULL, is_blocked = 0
        WHERE id = ?1
        """
    )
    private static let takeBack = SQL(
        "UPDATE work_queue SET state = 'ready', worker = NULL, is_blocked = 0, errors = ?2 WHERE id = ?1"
    )

    private struct Held {
        let id: Int64
        let queue: String
        let key: String?
        let attempt: Int
        let maxAttempts: Int
        let errors: String
    }

    let tx: SQLiteTransaction
    let rules: JobRules
    /// Queues whose idle workers may find something now.
    var arrivals: Set<ExactName> = []

    init(tx: SQLiteTransaction, rules: JobRules) {
        self.tx = tx
        self.rules = rules
    }

    /// Settles in order.
    mutating func settle(_ settlements: [Settlement]) throws(ServicesError) -> QueueExchange {
        var exchange = QueueExchange()
        if try completeAll(settlements) {
            exchange.settled = settlements.map(\.receipt.job)
            return exchange
        }
        for settlement in settlements {
            if try settle(settlement) {
                exchange.settled.append(settlement.receipt.job)
            } else {
                exchange.stale.append(settlement.receipt)
            }
        }
        return exchange
    }

    /// Completes everything with one statement per attempt number, where all is completed and no key has blocked jobs.
    ///
    /// - Returns: `false`, with nothing changed, when one after another is needed to tell what is stale.
    private func completeAll(_ settlements: [Settlement]) throws(ServicesError) -> Bool {
        guard let first = settlements.first, settlements.allSatisfy({ $0.ending == .completed }) else { return false }
        guard try !JobGate.hasBlocked(tx) else { return false }
        if settlements.count == 1 {
            return try complete(.integer(first.receipt.job.rawValue), Self.completeAlone, first) == 1
        }
        let groups = Dictionary(grouping: settlements) { settlement in
            DeliveryReceipt(job: JobID(0), attempt: settlement.receipt.attempt, worker: settlement.receipt.worker)
        }
        try tx.run(Self.savepoint)
        var isComplete = true
        for group in groups.values where isComplete {
            let ids = Set(group.map(\.receipt.job.rawValue))
            isComplete = try complete(.list(ids.sorted()), Self.completeMany, group[0]) == group.count
        }
        if !isComplete { try tx.run(Self.undo) }
        try tx.run(Self.release)
        return isComplete
    }

    private func complete(
        _ ids: SQLiteValue,
        _ sql: SQL,
        _ settlement: Settlement
    ) throws(ServicesError) -> Int {
        try tx.run(
            sql,
            ids,
            .integer(settlement.receipt.attempt),
            .integer(settlement.receipt.worker.rawValue),
            .integer(tx.now.microseconds)
        )
    }

    /// - Returns: `false`, with nothing changed, when the receipt is not the job's newest or the job does not run.
    private mutating func settle(_ settlement: Settlement) throws(ServicesError) -> Bool {
        let receipt = settlement.receipt
        if case .completed = settlement.ending { return try complete(receipt) }
        let held = try tx.first(
            Self.find,
            .integer(receipt.job.rawValue),
            .integer(receipt.attempt),
            .integer(receipt.worker.rawValue)
        ) { row in
            Held(
                id: receipt.job.rawValue,
                queue: row.text(0),
                key: row.optionalText(1),
                attempt: receipt.attempt,
                maxAttempts: Int(row.integer(2)),
                errors: row.text(3)
            )
        }
        guard let held else { return false }
        try apply(settlement.ending, to: held)
        if let key = held.key { try free(held.queue, key) }
        return true
    }

    private mutating func complete(_ receipt: DeliveryReceipt) throws(ServicesError) -> Bool {
        let place = try tx.first(
            Self.complete,
            .integer(receipt.job.rawValue),
            .integer(receipt.attempt),
            .integer(receipt.worker.rawValue),
            .integer(tx.now.microseconds)
        ) { row in row.isNull(0) ? nil : (key: row.text(0), queue: row.text(1)) }
        guard let place else { return false }
        if let place { try free(place.queue, place.key) }
        return true
    }

    private mutating func apply(_ ending: JobEnding, to held: Held) throws(ServicesError) {
        switch ending {
        case .completed:
            break
        case .failed(let error, let retryAfter):
            let errors = note(error, held.attempt, held.errors)
            if let retryAfter, held.attempt < held.maxAttempts {
                try wait(held, for: retryAfter, errors: errors, uncounted: 0)
            } else {
                try end(held.id, .dead, errors: errors)
            }
        case .snoozed(let delay):
            try wait(held, for: delay, errors: held.errors, uncounted: 1)
        case .cancelled(let reason):
            try end(held.id, .cancelled, errors: note(reason, held.attempt, held.errors))
        case .undecodable(let error):
            try end(held.id, .dead, errors: note(error, held.attempt, held.errors))
        }
    }

    private mutating func wait(
        _ held: Held,
        for delay: Duration,
        errors: String,
        uncounted: Int
    ) throws(ServicesError) {
        let due = max(tx.now, tx.now + delay)
        let state = due > tx.now ? JobState.scheduled : .ready
        try tx.run(
            Self.again,
            .integer(held.id),
            .text(state.rawValue),
            .integer(due.microseconds),
            .integer(uncounted),
            .text(errors)
        )
        if state == .ready { arrivals.insert(ExactName(held.queue)) }
    }

    private mutating func free(_ queue: String, _ key: String) throws(ServicesError) {
        if try JobGate.open(queue, key, tx) { arrivals.insert(ExactName(queue)) }
    }

    /// Ends a hand-out that nobody settles; the start counts.
    ///
    /// - Parameters:
    ///   - id: a job that runs.
    ///   - error: what to note.
    ///   - isOut: whether it goes to the dead letters.
    /// - Throws: `ServicesError` when the store cannot do it.
    func interrupt(_ id: Int64, error: String, isOut: Bool) throws(ServicesError) {
        let row = try tx.first(Self.findErrors, .integer(id)) { (Int($0.integer(0)), $0.text(1)) }
        guard let (attempt, known) = row else { return }
        let errors = note(error, attempt, known)
        if isOut { return try end(id, .dead, errors: errors) }
        try tx.run(Self.takeBack, .integer(id), .text(errors))
    }

    private func end(_ id: Int64, _ state: JobState, errors: String) throws(ServicesError) {
        try tx.run(Self.end, .integer(id), .text(state.rawValue), .integer(tx.now.microseconds), .text(errors))
    }

    private func note(_ error: String, _ attempt: Int, _ known: String) -> String {
        JobErrors.adding(JobFailure(attempt: attempt, at: tx.now, error: error), to: known, rules)
    }
}
