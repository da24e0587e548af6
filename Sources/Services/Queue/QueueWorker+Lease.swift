import Locking

extension QueueWorker {
    /// Sends heartbeats, in a task that no handler can hold up; `false` when the lease is lost.
    func keepAlive() async -> Bool {
        while !Task.isCancelled {
            guard let step = tenure.withLock({ $0?.step(at: stopwatch.elapsed) }) else {
                _ = await heartBell.wait(until: stopwatch.elapsed + .seconds(60), on: stopwatch)
                continue
            }
            switch step {
            case .stop: return false
            case .rest(let until): _ = await heartBell.wait(until: until, on: stopwatch)
            case .renew: if await !beat() { return false }
            }
        }
        return true
    }

    private func beat() async -> Bool {
        let requestedAt = stopwatch.elapsed
        let generations = roster.withLock { $0.generations }
        guard !generations.isEmpty else {
            tenure.withLock { $0 = nil }
            return true
        }
        do {
            for generation in generations {
                guard try await driver.heartbeat(generation, lease: options.lease) else {
                    // One that was retired meanwhile is no loss.
                    guard roster.withLock({ $0.generations.contains(generation) }) else { continue }
                    return false
                }
            }
            tenure.withLock { $0?.renewed(requestedAt: requestedAt) }
            pumpBell.ring()
        } catch {
            tenure.withLock { $0?.failed(at: stopwatch.elapsed) }
        }
        return true
    }

    /// Waits for the end of safe use, whatever a heartbeat that hangs may do; `false` when it has come.
    func watchLease() async -> Bool {
        while !Task.isCancelled {
            let now = stopwatch.elapsed
            let stopAt = tenure.withLock { $0?.stopAt }
            if let stopAt, now >= stopAt { return false }
            // In short steps: the lease may begin, or become shorter, meanwhile. A cancelled sleep ends the loop.
            try? await stopwatch.sleep(until: min(stopAt ?? now + options.lease / 3, now + options.lease / 3))
        }
        return true
    }
}
