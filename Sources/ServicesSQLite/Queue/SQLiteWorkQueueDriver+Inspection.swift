package import Services

extension SQLiteWorkQueueDriver {
    package func nextDue(in queues: [String]) async throws(ServicesError) -> Duration? {
        try await store.read { tx throws(ServicesError) in
            var next: Int64?
            for queue in queues {
                guard let due = try tx.first(JobListing.nextDue, .text(queue), make: { $0.integer(0) }) else {
                    continue
                }
                next = min(next ?? due, due)
            }
            return next.map { StoreTime(microseconds: $0) - tx.now }
        }
    }

    package func job(_ id: JobID) async throws(ServicesError) -> JobRecord? {
        try await store.read { tx throws(ServicesError) in
            try tx.first(JobListing.one, .integer(id.rawValue)) { JobListing.record($0) } ?? nil
        }
    }

    package func jobs(
        in queue: String,
        state: JobState,
        after id: JobID?,
        limit: Int
    ) async throws(ServicesError) -> [JobRecord] {
        guard limit > 0 else { return [] }
        return try await store.read { tx throws(ServicesError) in
            try tx.rows(
                JobListing.page(state),
                .text(queue),
                .integer(id?.rawValue ?? .min),
                .integer(limit)
            ) { JobListing.record($0) }
        }
    }

    package func statistics(of queues: [String]) async throws(ServicesError) -> [QueueStatistics] {
        try await store.read { tx throws(ServicesError) in
            var all: [ExactName: QueueStatistics] = [:]
            for (name, settings) in try JobSettings.loadAll(tx) {
                var statistics = QueueStatistics(queue: name.name)
                statistics.isPaused = settings.isPaused
                statistics.limits = settings.limits
                all[name] = statistics
            }
            for sql in JobListing.counts {
                let rows = try tx.rows(sql) { row in
                    (queue: row.text(0), state: row.text(1), count: Int(row.integer(2)), oldest: row.optionalInteger(3))
                }
                for row in rows {
                    guard let state = JobState(rawValue: row.state) else { continue }
                    var statistics = all[ExactName(row.queue)] ?? QueueStatistics(queue: row.queue)
                    statistics.count(row.count, of: state)
                    if let oldest = row.oldest {
                        let age = tx.now - StoreTime(microseconds: oldest)
                        statistics.oldestReady = max(statistics.oldestReady ?? age, age)
                    }
                    all[ExactName(row.queue)] = statistics
                }
            }
            let wanted = Set(queues.map { ExactName($0) })
            return all.filter { wanted.isEmpty || wanted.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}

extension QueueStatistics {
    fileprivate mutating func count(_ count: Int, of state: JobState) {
        switch state {
        case .ready: ready += count
        case .scheduled: scheduled += count
        case .running: running += count
        case .completed: completed += count
        case .dead: dead += count
        case .expired: expired += count
        case .cancelled: cancelled += count
        }
    }
}
