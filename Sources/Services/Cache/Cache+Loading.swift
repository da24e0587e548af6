import Locking

extension Cache {
    /// A request for a value, as a load needs it.
    struct Load: Sendable {
        let key: CacheKey
        let timeToLive: Duration?
        let tags: [String]
        let compute: @Sendable () async throws -> [UInt8]?
    }

    /// Brings the value from the shared store, or computes it.
    ///
    /// - Parameters:
    ///   - load: what is wanted.
    ///   - id: the load in this process.
    ///   - item: what is renewed in the background; `nil` when callers wait.
    /// - Returns: the value for those who wait; `nil` when there is none.
    /// - Throws: what computing threw.
    func load(_ load: Load, _ id: LoadFlights.ID, renewing item: MemoryCacheItem?) async throws -> [UInt8]? {
        let namespace = state(of: load.key.namespace)
        guard case .value(let entry) = try await store.entry(load.key) else {
            namespace.count { statistics in
                statistics.storeFailures += 1
                if item == nil { statistics.misses += 1 }
            }
            return try await computeAlone(load, id)
        }
        let freshness = entry.map {
            CacheFreshness(freshFor: $0.freshFor, usableFor: $0.usableFor, loadTime: $0.loadTime)
        }
        guard let entry, let freshness, freshness != .gone else {
            if item == nil { namespace.count { $0.misses += 1 } }
            return try await computeThroughGate(load, id, stale: nil)
        }
        keep(entry, load, id)
        if let item {
            // A newer value that is fresh was made by somebody else meanwhile.
            if freshness != .stale, entry.version != item.version { return entry.value }
        } else {
            namespace.count { statistics in
                statistics.storeHits += 1
                if freshness == .stale { statistics.staleServed += 1 }
            }
            let now = storeClock.now.microseconds
            guard freshness != .fresh, failures.withLock({ $0.mayTry(load.key, at: now) }),
                flights.deliver(entry.value, to: id)
            else { return entry.value }
        }
        return try await computeThroughGate(load, id, stale: entry)
    }

    /// Computes as the only process, or waits for the one that does.
    private func computeThroughGate(
        _ load: Load,
        _ id: LoadFlights.ID,
        stale: CacheEntry?
    ) async throws -> [UInt8]? {
        let holder = "\(origin)#\(id.number)"
        var waited = Duration.zero
        var interval = options.gatePollInterval
        while true {
            switch try await store.beginLoad(load.key, holder: holder, lease: options.gateLease) {
            case .away:
                return try await computeAlone(load, id)
            case .value(let version?):
                return try await compute(load, id, version: version, holder: holder)
            case .value(nil):
                // Who renews in the background has no reason to wait: the stale value was served already.
                if let stale { return stale.value }
            }
            if waited >= options.gateWait { return try await computeAlone(load, id) }
            try await clock.sleep(for: interval)
            waited += interval
            interval = min(interval * 2, options.gatePollInterval * 10)
            if case .value(let entry?) = try await store.entry(load.key), entry.freshFor > .zero {
                keep(entry, load, id)
                return entry.value
            }
        }
    }

    /// Computes with the right to store, and gives it back however it ends.
    private func compute(
        _ load: Load,
        _ id: LoadFlights.ID,
        version: Int64,
        holder: String
    ) async throws -> [UInt8]? {
        do {
            let (value, loadTime) = try await run(load)
            let times = state(of: load.key.namespace).namespace.times(
                isAbsent: value == nil,
                timeToLive: load.timeToLive
            )
            var stored: Int64?
            if times.usableFor > .zero {
                var write = CacheWrite(
                    key: load.key,
                    value: value,
                    freshFor: times.freshFor,
                    usableFor: times.usableFor
                )
                write.loadTime = loadTime
                write.tags = load.tags
                // Not stored when an invalidation came meanwhile: then the value is this caller's only.
                if case .value(let version?) = try await store.store(write, ifVersion: version) { stored = version }
            }
            if let stored { keep(value, load, id, times, loadTime, version: stored) }
            await store.endLoad(load.key, holder: holder)
            return value
        } catch {
            // Shielded from the cancellation that may have brought us here: others wait for the gate.
            let store = store
            let key = load.key
            // Bounded by the store's time limit.
            Task { await store.endLoad(key, holder: holder) }
            throw error
        }
    }

    /// Computes without the shared store, which is away or gave the right to somebody who does not come back.
    private func computeAlone(_ load: Load, _ id: LoadFlights.ID) async throws -> [UInt8]? {
        let (value, loadTime) = try await run(load)
        let times = state(of: load.key.namespace).namespace.times(isAbsent: value == nil, timeToLive: load.timeToLive)
        keep(value, load, id, times, loadTime, version: 0)
        return value
    }

    private func run(_ load: Load) async throws -> (value: [UInt8]?, loadTime: Duration) {
        let namespace = state(of: load.key.namespace)
        let start = storeClock.now
        namespace.count { $0.loads += 1 }
        do {
            guard let value = try await TimeLimit.run(options.loadTimeLimit, clock: clock, load.compute) else {
                throw ServicesError.loadTimedOut(namespace: namespace.label, limit: options.loadTimeLimit)
            }
            if let value { try options.limits.check(payload: value, what: "cached value") }
            failures.withLock { $0.succeed(load.key) }
            let loadTime = storeClock.now - start
            telemetry.record(Metric.cacheLoadSeconds, namespace.label, duration: loadTime)
            return (value, loadTime)
        } catch {
            if error is CancellationError {
                namespace.count { $0.cancelledLoads += 1 }
            } else {
                namespace.count { $0.failedLoads += 1 }
                let now = storeClock.now.microseconds
                failures.withLock { $0.fail(load.key, at: now) }
                telemetry.log(TelemetryEvent.cacheLoadFailed, ["namespace": namespace.label])
            }
            throw error
        }
    }

    private func keep(_ entry: CacheEntry, _ load: Load, _ id: LoadFlights.ID) {
        keep(
            entry.value,
            load,
            id,
            (entry.freshFor, entry.usableFor),
            entry.loadTime,
            version: entry.version
        )
    }

    /// Puts the value into memory unless an invalidation came meanwhile.
    private func keep(
        _ value: [UInt8]?,
        _ load: Load,
        _ id: LoadFlights.ID,
        _ times: (freshFor: Duration, usableFor: Duration),
        _ loadTime: Duration,
        version: Int64
    ) {
        guard times.usableFor > .zero else { return }
        let now = storeClock.now
        let longest = longestInMemory
        let item = MemoryCacheItem(
            value: value,
            freshUntil: now + min(times.freshFor, longest),
            usableUntil: now + min(times.usableFor, longest),
            loadTime: loadTime,
            version: version,
            tags: load.tags
        )
        flights.commit(id) { memory.insert(item, for: load.key) }
    }

    /// A process that may miss invalidations keeps nothing for long.
    private var longestInMemory: Duration {
        guard bus != nil, busState.withLock({ $0.isDeaf }) else { return .seconds(Int64(Int32.max)) }
        return options.deafTimeToLive
    }
}

extension ServicesError {
    /// Computing a cached value that took too long.
    static func loadTimedOut(namespace: String, limit: Duration) -> ServicesError {
        ServicesError(
            code: .storeTimedOut,
            message: "Computing a value of the cache namespace '\(namespace)' took longer than \(limit).",
            hint: "make it quicker, or raise the load time limit"
        )
    }
}
