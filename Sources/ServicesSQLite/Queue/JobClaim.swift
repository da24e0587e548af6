import Services

/// One claim within a transaction.
struct JobClaim {
    /// Candidates looked at in one step at least; blocked and expired ones cost a claim no more steps than needed.
    private static let window = 64
    /// Steps of one claim in a queue; what is behind them is left to the next claim.
    private static let steps = 12

    private static let promote = SQL(
        """
        UPDATE work_queue SET state = 'ready', is_blocked = 0 WHERE id IN (
            SELECT id FROM work_queue INDEXED BY work_queue_scheduled
            WHERE state = 'scheduled' AND queue = ?1 AND run_at <= ?2 ORDER BY run_at LIMIT 1000
        )
        """
    )
    private static let runningCount = SQL(
        "SELECT count(*) FROM work_queue INDEXED BY work_queue_running WHERE state = 'running' AND queue = ?"
    )
    private static let expire = SQL("UPDATE work_queue SET state = 'expired', ended_at = ?2 WHERE id = ?1")
    private static let start = SQL(
        """
        UPDATE work_queue SET state = 'running', attempts = attempts + 1, worker = ?2 WHERE id = ?1
        RETURNING kind, payload, attempts, max_attempts, enqueued_at, concurrency_key
        """
    )
    private static let payload = SQL("SELECT payload FROM work_payloads WHERE job = ?")

    let tx: SQLiteTransaction
    let rules: JobRules
    let worker: WorkerGeneration
    /// Queues in which the claim stopped before it had seen everything.
    private(set) var unfinished: Set<ExactName> = []

    init(tx: SQLiteTransaction, rules: JobRules, worker: WorkerGeneration) {
        self.tx = tx
        self.rules = rules
        self.worker = worker
    }

    /// Claims in turn: each queue gets an equal share first, then whoever has more gets what others left.
    mutating func claim(from queues: [String], limit: Int) throws(ServicesError) -> [Delivery] {
        var deliveries: [Delivery] = []
        var hungry: [String] = []
        for (index, queue) in queues.enumerated() {
            let left = limit - deliveries.count
            let share = (left + queues.count - index - 1) / (queues.count - index)
            guard share > 0 else { break }
            let claimed = try claim(queue, share)
            if claimed.count == share { hungry.append(queue) }
            deliveries += claimed
        }
        for queue in hungry where deliveries.count < limit {
            deliveries += try claim(queue, limit - deliveries.count)
        }
        return deliveries
    }

    private mutating func claim(_ queue: String, _ limit: Int) throws(ServicesError) -> [Delivery] {
        let settings = try JobSettings.load(queue, tx)
        guard !settings.isPaused else { return [] }
        var room = limit
        if let most = settings.limits.running {
            room = min(room, most - (try tx.first(Self.runningCount, .text(queue)) { Int($0.integer(0)) } ?? 0))
        }
        guard room > 0 else { return [] }
        try tx.run(Self.promote, .text(queue), .integer(tx.now.microseconds))
        var deliveries: [Delivery] = []
        var places: [ExactName: Int] = [:]
        for step in 0..<Self.steps {
            let wanted = room - deliveries.count
            let size = step == 0 ? wanted : max(wanted, Self.window)
            let candidates = try JobCandidate.first(size, of: queue, ageingStep: settings.limits.ageingStep, tx)
            for candidate in candidates where deliveries.count < room {
                if let delivery = try take(candidate, queue, settings.limits, &places) { deliveries.append(delivery) }
            }
            if deliveries.count >= room || candidates.count < size { return deliveries }
        }
        unfinished.insert(ExactName(queue))
        return deliveries
    }

    private func take(
        _ candidate: JobCandidate,
        _ queue: String,
        _ limits: QueueLimits,
        _ places: inout [ExactName: Int]
    ) throws(ServicesError) -> Delivery? {
        if let end = candidate.expiresAt, end <= tx.now {
            try tx.run(Self.expire, .integer(candidate.id), .integer(tx.now.microseconds))
            if let key = candidate.key { try JobGate.open(queue, key, tx) }
            return nil
        }
        if let key = candidate.key {
            let name = ExactName(key)
            var free = places[name] ?? 0
            if places[name] == nil { free = limits.runningPerKey - (try JobGate.running(queue, key, tx)) }
            places[name] = max(0, free - 1)
            guard free > 0 else {
                try JobGate.block(candidate.id, tx)
                return nil
            }
        }
        return try start(candidate, queue)
    }

    private func start(_ candidate: JobCandidate, _ queue: String) throws(ServicesError) -> Delivery? {
        let worker = worker
        var isApart = false
        let delivery = try tx.first(
            Self.start,
            .integer(candidate.id),
            .integer(worker.rawValue)
        ) { row -> Delivery? in
            guard let kind = row.validText(0) else { return nil }
            isApart = row.isNull(1)
            return Delivery(
                receipt: DeliveryReceipt(job: JobID(candidate.id), attempt: Int(row.integer(2)), worker: worker),
                queue: queue,
                kind: kind,
                payload: row.bytes(1),
                priority: candidate.priority,
                maxAttempts: Int(row.integer(3)),
                enqueuedAt: StoreTime(microseconds: row.integer(4)),
                concurrencyKey: row.optionalText(5)
            )
        }
        if let delivery, let delivery {
            guard isApart else { return delivery }
            if let payload = try tx.first(Self.payload, .integer(candidate.id), make: { $0.bytes(0) }) {
                return delivery.with(payload: payload)
            }
        }
        let why = isApart ? "the payload is missing" : "the kind is no UTF-8"
        try JobSettling(tx: tx, rules: rules).interrupt(candidate.id, error: "unreadable: \(why)", isOut: true)
        if let key = candidate.key { try JobGate.open(queue, key, tx) }
        return nil
    }
}

extension Delivery {
    fileprivate func with(payload: [UInt8]) -> Delivery {
        Delivery(
            receipt: receipt,
            queue: queue,
            kind: kind,
            payload: payload,
            priority: priority,
            maxAttempts: maxAttempts,
            enqueuedAt: enqueuedAt,
            concurrencyKey: concurrencyKey
        )
    }
}
