extension QueueState {
    package mutating func register(lease: Duration, at now: StoreTime) -> WorkerGeneration {
        lastGeneration += 1
        let generation = WorkerGeneration(lastGeneration)
        workers[generation] = Worker(leaseEnd: now + lease)
        return generation
    }

    package mutating func heartbeat(_ worker: WorkerGeneration, lease: Duration, at now: StoreTime) -> Bool {
        guard isAlive(worker, at: now) else { return false }
        workers[worker]?.leaseEnd = now + lease
        return true
    }

    package mutating func retire(_ worker: WorkerGeneration, at now: StoreTime) {
        guard let held = workers[worker]?.jobs else { return }
        for id in held.sorted() {
            move(id, to: .ready, at: now) { $0.record.attempts -= 1 }
        }
        workers[worker] = nil
    }

    package mutating func exchange(
        _ worker: WorkerGeneration,
        settling settlements: [Settlement],
        claimingFrom queues: [String],
        limit: Int,
        at now: StoreTime
    ) -> QueueExchange {
        var exchange = QueueExchange()
        for settlement in settlements {
            if settle(settlement, at: now) {
                exchange.settled.append(settlement.receipt.job)
            } else {
                exchange.stale.append(settlement.receipt)
            }
        }
        guard limit > 0, isAlive(worker, at: now) else { return exchange }
        for id in choose(from: queues, limit: limit, at: now) {
            move(id, to: .running, at: now) { job in
                job.worker = worker
                job.record.attempts += 1
            }
            if let job = jobs[id] { exchange.deliveries.append(Delivery(job, by: worker)) }
        }
        return exchange
    }

    private func isAlive(_ worker: WorkerGeneration, at now: StoreTime) -> Bool {
        guard let leaseEnd = workers[worker]?.leaseEnd else { return false }
        return leaseEnd > now
    }

    private mutating func settle(_ settlement: Settlement, at now: StoreTime) -> Bool {
        let (receipt, id) = (settlement.receipt, settlement.receipt.job)
        guard let job = jobs[id], job.record.state == .running, job.worker == receipt.worker,
            job.record.attempts == receipt.attempt
        else { return false }
        switch settlement.ending {
        case .completed:
            move(id, to: .completed, at: now)
        case .failed(let error, let retryAfter):
            if let retryAfter, job.record.attempts < job.record.maxAttempts {
                wait(id, for: retryAfter, at: now) { $0.note(error, at: now) }
            } else {
                move(id, to: .dead, at: now) { $0.note(error, at: now) }
            }
        case .snoozed(let delay):
            wait(id, for: delay, at: now) { $0.record.attempts -= 1 }
        case .cancelled(let reason):
            move(id, to: .cancelled, at: now) { $0.note(reason, at: now) }
        case .undecodable(let error):
            move(id, to: .dead, at: now) { $0.note(error, at: now) }
        }
        return true
    }

    /// Takes turns between the queues, so that none waits for another to be empty.
    private mutating func choose(from names: [String], limit: Int, at now: StoreTime) -> [JobID] {
        var seen: Set<ExactName> = []
        let names = names.map(ExactName.init).filter { seen.insert($0).inserted }
        guard !names.isEmpty else { return [] }
        turn = (turn + 1) % names.count
        let lists = (names[turn...] + names[..<turn]).map { candidates(in: $0, limit: limit, at: now) }
        var chosen: [JobID] = []
        for round in 0..<(lists.map(\.count).max() ?? 0) {
            for list in lists where round < list.count && chosen.count < limit { chosen.append(list[round]) }
        }
        return chosen
    }

    /// The jobs of one queue that may be handed out now, most urgent first.
    private func candidates(in name: ExactName, limit: Int, at now: StoreTime) -> [JobID] {
        guard let queue = queues[name], !queue.isPaused else { return [] }
        let running = queue.counts[.running, default: 0]
        let room = min(limit, max(0, queue.limits.running.map { $0 - running } ?? limit))
        var lists = queue.ready.filter { !$0.value.isEmpty }.map { (priority: $0.key, rest: $0.value.elements) }
        var taken: [ExactName: Int] = [:]
        var chosen: [JobID] = []
        while chosen.count < room {
            let best = lists.indices.compactMap { index in
                lists[index].rest.first.map { slot in
                    (index, queue.limits.effectivePriority(lists[index].priority, due: slot.time, at: now), slot)
                }
            }.min { ($0.1, $0.2) < ($1.1, $1.2) }
            guard let (index, _, slot) = best else { break }
            lists[index].rest.removeFirst()
            guard let job = jobs[slot.id] else { continue }
            if let expiresAt = job.expiresAt, expiresAt <= now { continue }
            if let key = job.key {
                let held = queue.runningPerKey[key, default: 0] + taken[key, default: 0]
                guard held < queue.limits.runningPerKey else { continue }
                taken[key, default: 0] += 1
            }
            chosen.append(slot.id)
        }
        return chosen
    }
}

extension QueueLimits {
    /// The priority a job has after waiting since it was due.
    package func effectivePriority(_ priority: Int, due: StoreTime, at now: StoreTime) -> Int {
        guard let step = ageingStep?.wholeMicroseconds, step > 0, now > due else { return priority }
        return priority - Int((now.microseconds - due.microseconds) / step)
    }
}

extension QueueState.Job {
    mutating func note(_ error: String, at now: StoreTime) {
        record.errors.append(JobFailure(attempt: record.attempts, at: now, error: error))
        if record.errors.count > QueueState.errorsKept { record.errors.removeFirst() }
    }
}

extension Delivery {
    fileprivate init(_ job: QueueState.Job, by worker: WorkerGeneration) {
        self.init(
            receipt: DeliveryReceipt(job: job.record.id, attempt: job.record.attempts, worker: worker),
            queue: job.record.queue,
            kind: job.record.kind,
            payload: job.record.payload,
            priority: job.record.priority,
            maxAttempts: job.record.maxAttempts,
            enqueuedAt: job.record.enqueuedAt,
            concurrencyKey: job.record.concurrencyKey
        )
    }
}
