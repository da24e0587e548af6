extension QueueState {
    package mutating func enqueue(_ new: [NewJob], at now: StoreTime) -> [EnqueueOutcome] {
        new.map { enqueue($0, at: now) }
    }

    private mutating func enqueue(_ new: NewJob, at now: StoreTime) -> EnqueueOutcome {
        let queue = ExactName(new.queue)
        let unique = new.uniqueKey.map { UniqueName(queue: queue, key: ExactName($0)) }
        if let unique, let owner = owner(of: unique, at: now) { return .duplicate(of: owner) }
        lastJob += 1
        let id = JobID(lastJob)
        let due = max(now, new.runAt ?? now + (new.delay ?? .zero))
        let job = Job(
            record: JobRecord(
                id: id,
                queue: new.queue,
                kind: new.kind,
                payload: new.payload,
                state: due > now ? .scheduled : .ready,
                priority: new.priority,
                attempts: 0,
                maxAttempts: new.maxAttempts,
                enqueuedAt: now,
                runAt: due > now ? due : nil,
                uniqueKey: new.uniqueKey,
                concurrencyKey: new.concurrencyKey
            ),
            queue: queue,
            key: new.concurrencyKey.map(ExactName.init),
            unique: unique,
            expiresAt: new.timeToLive.map { now + $0 },
            due: due
        )
        jobs[id] = job
        enter(job)
        if let unique {
            let until = new.uniqueWindow.map { now + $0 }
            claims[unique] = UniqueClaim(job: id, until: until)
            if let until {
                windows.insert(id, at: until)
                windowNames[id] = unique
            }
        }
        return .enqueued(id)
    }
}
