import Locking

/// A cache store of this process alone: for tests, single processes, and as a last resort.
package final class MemoryCacheDriver: CacheDriver {
    private struct Load {
        var holder: String
        var endsAt: StoreTime
        /// The version to store under.
        var version: Int64
        /// Whether there was no entry when it began: then the version is the load's own.
        var isFirst: Bool
    }

    private struct State {
        var lastVersion: Int64 = 0
        var loads: [CacheKey: Load] = [:]
        /// At so many loads those that ended long ago are looked for, so that dead loaders leave nothing behind.
        var sweepAt = 1_024

        mutating func removeEndedLoads(at now: StoreTime) {
            for key in loads.filter({ $0.value.endsAt + CacheTimes.loadGrace <= now }).keys { loads[key] = nil }
            sweepAt = max(1_024, loads.count * 2)
        }

        mutating func nextVersion() -> Int64 {
            lastVersion += 1
            return lastVersion
        }
    }

    private let values: MemoryCache
    private let clock: StoreClock
    // Locked before any shard of `values`, and never the other way round.
    private let state = Lock(State())

    package init(options: MemoryCache.Options = MemoryCache.Options(), clock: StoreClock = .system) {
        values = MemoryCache(options: options, clock: clock)
        self.clock = clock
    }

    package func entry(_ key: CacheKey) -> CacheEntry? {
        values.item(key).map { item in
            let now = clock.now
            return CacheEntry(
                value: item.value,
                freshFor: item.freshUntil - now,
                usableFor: item.usableUntil - now,
                loadTime: item.loadTime,
                version: item.version
            )
        }
    }

    package func store(_ write: CacheWrite, ifVersion version: Int64?) -> Int64? {
        let now = clock.now
        return state.withLock { state in
            if let version, !isCurrent(version, of: write.key, state, at: now) { return nil }
            let stored = state.nextVersion()
            state.loads[write.key]?.isFirst = false
            let item = MemoryCacheItem(
                value: write.value,
                freshUntil: now + write.freshFor,
                usableUntil: now + write.usableFor,
                loadTime: write.loadTime,
                version: stored,
                tags: write.tags
            )
            values.insert(item, for: write.key)
            return stored
        }
    }

    package func invalidate(_ selector: CacheSelector) -> Int {
        state.withLock { state in
            let void = state.loads.filter { key, load in
                if case .tag(let namespace, _) = selector {
                    return load.isFirst && key.namespace.hasSameBytes(as: namespace)
                }
                return selector.matches(key, tags: [])
            }
            for key in void.keys { state.loads[key] = nil }
            return values.remove(selector)
        }
    }

    package func beginLoad(_ key: CacheKey, holder: String, lease: Duration) -> Int64? {
        let now = clock.now
        return state.withLock { state in
            let known = state.loads[key]
            if let known, known.endsAt > now { return nil }
            if state.loads.count >= state.sweepAt { state.removeEndedLoads(at: now) }
            let present = values.peek(key, at: now)?.version
            let version = present ?? known.flatMap { $0.isFirst ? $0.version : nil } ?? state.nextVersion()
            state.loads[key] = Load(holder: holder, endsAt: now + lease, version: version, isFirst: present == nil)
            return version
        }
    }

    package func endLoad(_ key: CacheKey, holder: String) {
        state.withLock { state in
            if state.loads[key]?.holder.hasSameBytes(as: holder) == true { state.loads[key] = nil }
        }
    }

    package func usage() -> [CacheUsage] { values.usage() }

    package func prune(limit: Int) -> Int {
        let now = clock.now
        state.withLock { $0.removeEndedLoads(at: now) }
        return values.prune(limit: limit)
    }

    /// Whether nothing was stored or invalidated since the version was given out.
    private func isCurrent(_ version: Int64, of key: CacheKey, _ state: State, at now: StoreTime) -> Bool {
        if let item = values.peek(key, at: now) { return version == item.version }
        if version == 0 { return true }
        guard let load = state.loads[key], load.isFirst else { return false }
        return version == load.version
    }
}
