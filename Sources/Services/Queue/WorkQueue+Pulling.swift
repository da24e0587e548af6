extension WorkQueue {
    /// Takes work by hand: a new worker that holds what it got until its lease ends.
    ///
    /// For callers that come and go, such as commands; a program that stays uses ``QueueWorker``. What is given back, or
    /// not settled in time, goes to others.
    ///
    /// - Parameters:
    ///   - queues: where to take from, fair between them.
    ///   - instance: who takes it.
    ///   - limit: how many at most.
    ///   - lease: how long it may be held; heartbeats extend it.
    ///   - wait: how long to wait for work.
    ///   - clock: for tests.
    /// - Returns: the work; empty when none came.
    /// - Throws: `ServicesError`; `CancellationError`.
    package func pull(
        from queues: [String],
        as instance: InstanceID,
        limit: Int = 1,
        lease: Duration,
        waiting wait: Duration = .zero,
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws -> [Delivery] {
        guard lease >= .milliseconds(1), (1...10_000).contains(limit) else {
            throw ServicesError.outOfRange("lease or count", "\(lease), \(limit)", allowed: "1 ms or more, 1 to 10000")
        }
        // Work that falls due, or was left by the dead, is found without any worker that keeps house.
        _ = try await driver.maintain(QueueUpkeep.Options())
        let worker = try await driver.register(instance, lease: lease)
        do {
            let deliveries = try await claim(worker, from: queues, limit: limit, lease: lease, wait: wait, clock)
            if deliveries.isEmpty { try await driver.retire(worker) }
            return deliveries
        } catch {
            // Shielded: what was claimed by a request that was cut off goes back at once, not at the end of the lease.
            await Task.detached { [driver] in try? await driver.retire(worker) }.value
            throw error
        }
    }

    /// Settles work that was taken by hand.
    ///
    /// - Parameter settlements: each receipt with its ending; repeating one is harmless.
    /// - Returns: what took effect and what came too late.
    /// - Throws: `ServicesError`; then some may have taken effect.
    package func settle(_ settlements: [Settlement]) async throws(ServicesError) -> QueueExchange {
        var whole = QueueExchange()
        // One request per worker, because a worker speaks for its own hand-outs only.
        let workers = Dictionary(grouping: settlements, by: \.receipt.worker).sorted { $0.key < $1.key }
        for (worker, own) in workers {
            let exchange = try await driver.exchange(worker, settling: own, claimingFrom: [], limit: 0)
            whole.settled += exchange.settled
            whole.stale += exchange.stale
        }
        return whole
    }

    private func claim(
        _ worker: WorkerGeneration,
        from queues: [String],
        limit: Int,
        lease: Duration,
        wait: Duration,
        _ clock: any Clock<Duration>
    ) async throws -> [Delivery] {
        var waited = Duration.zero
        while true {
            let exchange = try await driver.exchange(worker, settling: [], claimingFrom: queues, limit: limit)
            guard exchange.deliveries.isEmpty, waited < wait else {
                // The lease counts from the hand-out, not from the beginning of the wait.
                if waited > .zero, !exchange.deliveries.isEmpty {
                    _ = try await driver.heartbeat(worker, lease: lease)
                }
                return exchange.deliveries
            }
            let pause = min(.milliseconds(100), wait - waited)
            try await clock.sleep(for: pause)
            waited += pause
            _ = try await driver.heartbeat(worker, lease: lease)
            _ = try await driver.maintain(QueueUpkeep.Options())
        }
    }
}
