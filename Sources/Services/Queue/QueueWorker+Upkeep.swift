import Locking

extension QueueWorker {
    /// The name under which one worker of all keeps house.
    static let leaderName = "work_queue:upkeep"

    /// Returns orphans, promotes, expires and prunes in bounded steps, on one worker at a time.
    func keepHouse() async {
        var interval = options.upkeepInterval
        while !Task.isCancelled, !isStopping {
            var next = stopwatch.elapsed + interval * Double.random(in: 0.8...1.2)
            // Longer than any pause between two steps, yet short: while a dead leader's hold lasts nobody keeps house.
            if await isLeader(for: options.upkeepLimit * 3 / 2) {
                do {
                    let step = try await driver.maintain(options.upkeep)
                    if step.promoted > 0 || step.orphans > 0 {
                        shelf.noteArrivals()
                        if let signals = driver as? any WorkQueueSignals { await signals.announce(Set(queues)) }
                    }
                    if step.isIncomplete { continue }
                    let isQuiet = step == QueueUpkeep()
                    interval = isQuiet ? min(interval * 2, options.upkeepLimit) : options.upkeepInterval
                    if let due = try await driver.nextDue(in: queues) {
                        next = min(next, stopwatch.elapsed + max(due, options.poll.shortest))
                    }
                } catch {
                    interval = min(interval * 2, options.upkeepLimit)
                }
            }
            _ = await upkeepBell.wait(until: next, on: stopwatch)
        }
        await resign()
    }

    /// Takes or keeps the lead; one request either way, under an id that stays the same.
    private func isLeader(for timeToLive: Duration) async -> Bool {
        guard let leader else { return true }
        let answer = try? await leader.acquire(
            [Self.leaderName],
            holder: instance.rawValue,
            timeToLive: timeToLive,
            wait: .zero,
            requestID: instance.rawValue
        )
        guard case .granted(let leases) = answer else { return false }
        led.withLock { $0 = leases }
        return true
    }

    /// Lets another worker lead at once.
    private func resign() async {
        let leases = led.withLock { $0 }
        guard let leader, !leases.isEmpty else { return }
        await TimeLimit.shielded(options.farewellLimit, on: stopwatch) { _ = try? await leader.release(leases) }
    }
}
