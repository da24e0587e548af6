import Services

extension OpenStores {
    /// A harmless request to each part.
    var healthChecks: [HealthCheck] {
        let (drivers, probe) = (drivers, "switchyard:health")
        return [
            HealthCheck("schema") {
                guard let status = try await drivers.schema?.status() else { return .ready }
                if let newest = status.unknown.last {
                    return .failing("its tables were made by a newer program (migration \(newest))")
                }
                return status.isCurrent
                    ? .ready : .failing("\(status.pending.count) migrations are missing: switchyard db migrate")
            },
            .store("locks") { _ = try await drivers.lock.records(prefix: probe, after: nil, limit: 1) },
            .store("queue") { _ = try await drivers.queue.nextDue(in: [probe]) },
            .store("idempotency") { _ = try await drivers.idempotency.prune(limit: 0) },
            .store("job_history") { _ = try await drivers.jobHistory.runs(of: probe, before: nil, limit: 1) },
            .store("alerts") { _ = try await drivers.alerts.alerts(includingAcknowledged: false, limit: 1) },
            .store("cache", isEssential: false) { _ = try await drivers.cache.entry(CacheKey(probe, probe)) },
            .store("rate_limits", isEssential: false) {
                let limit = RateLimit(policy: .fixedWindow, limit: 1, per: .seconds(1))
                _ = try await drivers.rateLimiter.peek(RateLimitRequest(key: probe, limit: limit))
            },
            .store("pubsub", isEssential: false) {
                try await drivers.pubSub.subscribe(to: .exact(Topic(probe)), bufferLimit: 1).end()
            },
        ]
    }
}
