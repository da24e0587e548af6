import Locking

/// Waits for held names: looks again when the store signals a release, when the holder's lease ends, and at intervals.
struct LeaseWait {
    typealias Found = (answer: LeaseAnswer, requestedAt: Duration)

    let lock: LeaseLock
    let request: LeaseRequest
    /// The reading of the stopwatch after which the last answer is given.
    let limit: Duration
    let stopwatch: Stopwatch

    func run() async throws -> Found {
        guard let signals = lock.driver as? any LockReleaseSignals else {
            return try await look(Doorbell()) { lock.options.pollInterval }
        }
        let doorbell = Doorbell()
        let isListening = Lock(false)
        return try await withThrowingTaskGroup(of: Found?.self) { group in
            group.addTask {
                // Signals are hints: without them, and until they come, the store is asked more often.
                guard let releases = try? await signals.releases(of: request.names) else { return nil }
                isListening.withLock { $0 = true }
                doorbell.ring()
                for await _ in releases { doorbell.ring() }
                isListening.withLock { $0 = false }
                return nil
            }
            group.addTask {
                try await look(doorbell) {
                    isListening.withLock(\.self) ? lock.options.signalledPollInterval : lock.options.pollInterval
                }
            }
            defer { group.cancelAll() }
            while let found = try await group.next() {
                if let found { return found }
            }
            throw CancellationError()
        }
    }

    private func look(_ doorbell: Doorbell, interval: @Sendable () -> Duration) async throws -> Found {
        while true {
            let now = stopwatch.elapsed
            let answer = try await lock.ask(request)
            guard case .held(let holder) = answer, now < limit else { return (answer, now) }
            var next = now + interval() * Double.random(in: 0.8...1.2)
            if let remaining = holder.remaining { next = min(next, now + max(.milliseconds(1), remaining)) }
            _ = await doorbell.wait(until: min(next, limit), on: stopwatch)
            try Task.checkCancellation()
        }
    }
}
