extension QueueState {
    package mutating func cancel(_ ids: [JobID], at now: StoreTime) -> [JobID] {
        ids.filter { id in
            guard jobs[id]?.record.state.isUnfinished == true else { return false }
            move(id, to: .cancelled, at: now)
            return true
        }
    }

    package mutating func redrive(_ queue: String, jobs ids: [JobID]?, limit: Int, at now: StoreTime) -> Int {
        let name = ExactName(queue)
        var count = 0
        for id in ids ?? self.ids(in: name, state: .dead) {
            guard count < limit else { break }
            guard let job = jobs[id], job.record.state == .dead, job.queue == name else { continue }
            if let unique = job.unique {
                if let owner = owner(of: unique, at: now), owner != id { continue }
                let until = claims[unique].flatMap { $0.job == id ? $0.until : nil }
                claims[unique] = UniqueClaim(job: id, until: until)
            }
            wait(id, for: .zero, at: now) { $0.record.attempts = 0 }
            count += 1
        }
        return count
    }

    package mutating func purge(
        _ queue: String,
        state: JobState,
        limit: Int,
        at now: StoreTime
    ) throws(ServicesError) -> Int {
        guard state != .running else { throw .cannotPurge(state) }
        let ids = ids(in: ExactName(queue), state: state).prefix(max(0, limit))
        for id in ids { forget(id, at: now) }
        return ids.count
    }

    package mutating func setPaused(_ queue: String, _ isPaused: Bool) {
        queues[ExactName(queue), default: Queue()].isPaused = isPaused
        queues[ExactName(queue)]?.hasSettings = true
    }

    package mutating func setLimits(_ queue: String, _ limits: QueueLimits) {
        queues[ExactName(queue), default: Queue()].limits = limits
        queues[ExactName(queue)]?.hasSettings = true
    }

    package func nextDue(in queues: [String], at now: StoreTime) -> Duration? {
        queues.compactMap { self.queues[ExactName($0)]?.scheduled.first?.time }.min().map { $0 - now }
    }

    package func job(_ id: JobID) -> JobRecord? { jobs[id]?.record }

    package func jobs(in queue: String, state: JobState, after id: JobID?, limit: Int) -> [JobRecord] {
        let after = id ?? JobID(.min)
        return ids(in: ExactName(queue), state: state).filter { $0 > after }.prefix(max(0, limit))
            .compactMap { jobs[$0]?.record }
    }

    package func statistics(of names: [String], at now: StoreTime) -> [QueueStatistics] {
        let wanted = Set(names.map(ExactName.init))
        return queues.filter { name, queue in
            guard wanted.isEmpty || wanted.contains(name) else { return false }
            return queue.hasSettings || queue.counts.values.contains { $0 > 0 }
        }.sorted { $0.key < $1.key }.map { QueueStatistics($0.key, $0.value, at: now) }
    }

    private func ids(in queue: ExactName, state: JobState) -> [JobID] {
        guard queues[queue]?.counts[state, default: 0] != 0 else { return [] }
        return jobs.values.filter { $0.queue == queue && $0.record.state == state }.map(\.record.id).sorted()
    }
}

extension QueueStatistics {
    fileprivate init(_ name: ExactName, _ queue: QueueState.Queue, at now: StoreTime) {
        self.init(queue: name.name)
        ready = queue.counts[.ready, default: 0]
        scheduled = queue.counts[.scheduled, default: 0]
        running = queue.counts[.running, default: 0]
        dead = queue.counts[.dead, default: 0]
        completed = queue.counts[.completed, default: 0]
        expired = queue.counts[.expired, default: 0]
        cancelled = queue.counts[.cancelled, default: 0]
        isPaused = queue.isPaused
        limits = queue.limits
        oldestReady = queue.ready.values.compactMap { $0.first?.time }.min().map { now - $0 }
    }
}
