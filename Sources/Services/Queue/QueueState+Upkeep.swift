extension QueueState {
    package mutating func maintain(_ options: QueueUpkeep.Options, at now: StoreTime) -> QueueUpkeep {
        var upkeep = QueueUpkeep()
        upkeep.orphans = takeBackOrphans(options.limit, at: now)
        upkeep.expired = expire(options.limit, at: now)
        upkeep.promoted = promote(options.limit, at: now)
        upkeep.pruned = prune(options, at: now)
        upkeep.isIncomplete = [upkeep.orphans, upkeep.expired, upkeep.promoted, upkeep.pruned]
            .contains { $0 > 0 && $0 >= options.limit }
        dropWindows(options.limit, at: now)
        return upkeep
    }

    private mutating func takeBackOrphans(_ limit: Int, at now: StoreTime) -> Int {
        var count = 0
        for (generation, worker) in workers where worker.leaseEnd <= now {
            for id in worker.jobs.sorted().prefix(limit - count) {
                guard let record = jobs[id]?.record else { continue }
                let isOut = record.attempts >= record.maxAttempts
                move(id, to: isOut ? .dead : .ready, at: now) {
                    $0.note("interrupted: its worker's lease ended", at: now)
                }
                count += 1
            }
            if workers[generation]?.jobs.isEmpty == true { workers[generation] = nil }
        }
        return count
    }

    private mutating func expire(_ limit: Int, at now: StoreTime) -> Int {
        var count = 0
        while count < limit, let slot = expiring.first, slot.time <= now {
            move(slot.id, to: .expired, at: now)
            count += 1
        }
        return count
    }

    private mutating func promote(_ limit: Int, at now: StoreTime) -> Int {
        var count = 0
        for name in queues.keys {
            while count < limit, let slot = queues[name]?.scheduled.first, slot.time <= now {
                move(slot.id, to: .ready, at: now)
                count += 1
            }
        }
        return count
    }

    private mutating func prune(_ options: QueueUpkeep.Options, at now: StoreTime) -> Int {
        var count = 0
        while count < options.limit, let slot = ended.first, slot.time + options.retention <= now {
            forget(slot.id, at: now)
            count += 1
        }
        guard let retention = options.deadRetention else { return count }
        while count < options.limit, let slot = dead.first, slot.time + retention <= now {
            forget(slot.id, at: now)
            count += 1
        }
        return count
    }

    private mutating func dropWindows(_ limit: Int, at now: StoreTime) {
        var count = 0
        while count < limit, let slot = windows.first, slot.time <= now {
            windows.remove(slot.id, at: slot.time)
            count += 1
            guard let name = windowNames.removeValue(forKey: slot.id), claims[name]?.job == slot.id else { continue }
            if jobs[slot.id]?.record.state.isUnfinished != true { claims[name] = nil }
        }
    }
}
