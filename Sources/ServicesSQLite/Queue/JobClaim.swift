import Services

/// One claim within a transaction.
struct JobClaim {
    /// Candidates looked at in one step at least; blocked and expired ones cost a claim no more steps than needed.
    private static let window = 64
    /// Steps of one claim in a queue; what is behind them is left to the next claim.
    private static let steps = 12

    private static let hasDue = SQL(
        """
        SELECT 1 FROM work_queue INDEXED BY work_queue_scheduled
        WHERE state = 'scheduled' AND queue = ?1 AND run_at <= ?2 LIMIT 1
        """
    )
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
        "UPDATE work_queue SET state = 'running', attempts = attempts + 1, worker = ?2 WHERE id = ?1"
    )
    private static let startMany = SQL(
        """
        UPDATE work_queue SET state = 'running', attempts = attempts + 1, worker = ?2
        WHERE id IN (SELECT value FROM json_each(?1))
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
        let now = SQLiteValue.integer(tx.now.microseconds)
        if try tx.first(Self.hasDue, .text(queue), now, make: { _ in true }) != nil {
            try tx.run(Self.promote, .text(queue), now)
        }
        var deliveries: [Delivery] = []
        var places: [ExactName: Int] = [:]
        for step in 0..<Self.steps {
            let wanted = room - deliveries.count
            let size = step == 0 ? wanted : max(wanted, Self.window)
            let candidates = try JobCandidate.first(size, of: queue, ageingStep: settings.limits.ageingStep, tx)
            var taken: [Delivery] = []
            for candidate in candidates where taken.count < wanted {
                guard try mayStart(candidate, queue, settings.limits, &places) else { continue }
                if let delivery = try delivery(of: candidate, queue) { taken.append(delivery) }
            }
            try start(taken)
            deliveries += taken
            if deliveries.count >= room || candidates.count < size { return deliveries }
        }
        unfinished.insert(ExactName(queue))
        return deliveries
    }

    private func start(_ deliveries: [Delivery]) throws(ServicesError) {
        let worker = SQLiteValue.integer(worker.rawValue)
        switch deliveries.count {
        case 0: break
        case 1: try tx.run(Self.start, .integer(deliveries[0].job.rawValue), worker)
        default: try tx.run(Self.startMany, .list(deliveries.map(\.job.rawValue)), worker)
        }
    }

    /// Expires or blocks what must not be started now.
    private func mayStart(
        _ candidate: JobCandidate,
        _ queue: String,
        _ limits: QueueLimits,
        _ places: inout [ExactName: Int]
    ) throws(ServicesError) -> Bool {
        if let end = candidate.expiresAt, end <= tx.now {
            try tx.run(Self.expire, .integer(candidate.id), .integer(tx.now.microseconds))
            if let key = candidate.key { try JobGate.open(queue, key, tx) }
            return false
        }
        guard let key = candidate.key else { return true }
        let name = ExactName(key)
        var free = places[name] ?? 0
        if places[name] == nil { free = limits.runningPerKey - (try JobGate.running(queue, key, tx)) }
        places[name] = max(0, free - 1)
        if free <= 0 { try JobGate.block(candidate.id, tx) }
        return free > 0
    }

    /// The job as it is handed out; a row that cannot be read goes to the dead letters instead.
    private func delivery(of candidate: JobCandidate, _ queue: String) throws(ServicesError) -> Delivery? {
        var payload = candidate.payload
        if payload == nil { payload = try tx.first(Self.payload, .integer(candidate.id)) { $0.bytes(0) } }
        guard let kind = candidate.kind, let payload else {
            let why = candidate.kind == nil ? "the kind is no UTF-8" : "the payload is missing"
            try JobSettling(tx: tx, rules: rules).interrupt(candidate.id, error: "unreadable: \(why)", isOut: true)
            if let key = candidate.key { try JobGate.open(queue, key, tx) }
            return nil
        }
        return Delivery(
            receipt: DeliveryReceipt(job: JobID(candidate.id), attempt: candidate.attempts + 1, worker: worker),
            queue: queue,
            kind: kind,
            payload: payload,
            priority: Int(candidate.priority),
            maxAttempts: candidate.maxAttempts,
            enqueuedAt: candidate.enqueuedAt,
            concurrencyKey: candidate.key
        )
    }
}
