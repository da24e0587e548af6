import Locking

/// Values that are costly to compute: kept in this process's memory and in a store that all processes share.
///
/// In this process one caller computes a value and the others wait for it; among processes a short lease does the same.
/// A value is fresh, then stale (served, and renewed once in the background), then gone. A store that is away never
/// fails a read: the value is computed. Invalidations reach all processes while ``run()`` runs; values live in memory for
/// a few seconds only while they may be missed.
package final class Cache: Sendable {
    let options: Options
    let memory: MemoryCache
    let store: CacheStore
    let bus: PubSub?
    let flights: LoadFlights
    let failures: Lock<LoadFailures>
    let origin: String
    let clock: any Clock<Duration>
    let storeClock: StoreClock
    let telemetry: Telemetry
    let busState: Lock<CacheBusState>
    let sender: CacheBusSender?
    private let namespaces: [ExactName: CacheNamespaceState]
    private let others: CacheNamespaceState
    /// Evictions that the metric has heard of.
    private let reportedEvictions = Lock(0)

    /// - Parameters:
    ///   - driver: the shared store.
    ///   - bus: carries invalidations; `nil` when no other process shares the store.
    ///   - instance: this process.
    ///   - options: times and bounds.
    ///   - storeClock: ages values in memory.
    ///   - clock: waits.
    ///   - telemetry: hears of hits, loads and failures.
    package init(
        driver: any CacheDriver,
        bus: PubSub? = nil,
        instance: InstanceID,
        options: Options = Options(),
        storeClock: StoreClock = .coarse,
        clock: any Clock<Duration> = ContinuousClock(),
        telemetry: Telemetry = .none
    ) {
        self.options = options
        self.bus = bus
        self.clock = clock
        self.storeClock = storeClock
        self.telemetry = telemetry
        // Two caches of one process are two origins: each must hear the other.
        origin = "\(instance)/\(UInt64.random(in: .min ... .max))"
        let origin = origin
        sender = bus.map { CacheBusSender(bus: $0, topic: Self.topic, origin: origin) }
        memory = MemoryCache(options: options.memory, clock: storeClock)
        flights = LoadFlights(backgroundLimit: options.backgroundLimit)
        failures = Lock(LoadFailures(backoff: options.failureBackoff))
        busState = Lock(
            CacheBusState(origin: origin, silenceLimit: options.signInterval.wholeMicroseconds * 3)
        )
        store = CacheStore(
            driver: driver,
            breaker: CircuitBreaker(
                name: "cache_store",
                options: options.breaker,
                clock: storeClock,
                telemetry: telemetry
            ),
            timeLimit: options.storeTimeLimit,
            clock: clock,
            telemetry: telemetry
        )
        var states: [ExactName: CacheNamespaceState] = [:]
        for (name, namespace) in options.namespaces {
            states[ExactName(name)] = CacheNamespaceState(label: name, namespace: namespace)
        }
        namespaces = states
        others = CacheNamespaceState(label: "other", namespace: options.fallback)
    }

    /// The value, from where it is nearest, or computed.
    ///
    /// - Parameters:
    ///   - key: what is wanted.
    ///   - timeToLive: fresh time instead of the namespace's.
    ///   - tags: what the value may be invalidated by.
    ///   - compute: makes the value; `nil` when there is none, which is remembered for a short time. It is cancelled when
    ///     nobody waits for it any more.
    /// - Returns: the value; `nil` when it is known that there is none.
    /// - Throws: what computing threw, when there is no value to serve instead; `ServicesError` with the code
    ///   `invalidRequest`; `CancellationError`.
    package func value(
        _ key: CacheKey,
        timeToLive: Duration? = nil,
        tags: [String] = [],
        compute: @escaping @Sendable () async throws -> [UInt8]?
    ) async throws -> [UInt8]? {
        let namespace = state(of: key.namespace)
        if let item = memory.item(key) {
            let now = storeClock.now
            let freshness = CacheFreshness(
                freshFor: item.freshUntil - now,
                usableFor: item.usableUntil - now,
                loadTime: item.loadTime
            )
            if freshness == .fresh {
                namespace.count { $0.memoryHits += 1 }
                return item.value
            }
            if freshness != .gone {
                namespace.count { statistics in
                    statistics.memoryHits += 1
                    if freshness == .stale { statistics.staleServed += 1 }
                }
                if failures.withLock({ $0.mayTry(key, at: now.microseconds) }) {
                    let load = Load(key: key, timeToLive: timeToLive, tags: tags, compute: compute)
                    flights.renew(key) { [self] id in try await self.load(load, id, renewing: item) }
                }
                return item.value
            }
        }
        try check(key, tags)
        let load = Load(key: key, timeToLive: timeToLive, tags: tags, compute: compute)
        let (value, isShared) = try await flights.value(key) { [self] id in
            try await self.load(load, id, renewing: nil)
        }
        if isShared { namespace.count { $0.sharedLoads += 1 } }
        return value
    }

    /// What every namespace's callers got; namespaces without times of their own together as `other`.
    package var statistics: [String: CacheStatistics] {
        var statistics = ["other": others.statistics]
        for state in namespaces.values { statistics[state.label] = state.statistics }
        return statistics
    }

    /// Whether the shared store and the bus work.
    package var health: HealthFinding {
        if store.breaker.state != .closed, store.breaker.state != .forcedClosed {
            return .degraded("the shared cache store does not answer; values are computed in this process")
        }
        if bus != nil, busState.withLock({ $0.isDeaf }) {
            return .degraded("invalidations of other processes may be missed; values live a few seconds only")
        }
        return .ready
    }

    /// Tells the metrics what was counted since the last time.
    package func report() {
        for state in namespaces.values { state.report(to: telemetry) }
        others.report(to: telemetry)
        telemetry.set(Metric.cacheEntries, to: Double(memory.count))
        let evictions = memory.evictions
        let new = reportedEvictions.withLock { reported in
            defer { reported = evictions }
            return evictions - reported
        }
        if new > 0 { telemetry.count(Metric.cacheEvictions, by: new) }
    }

    func state(of namespace: String) -> CacheNamespaceState { namespaces[ExactName(namespace)] ?? others }

    private func check(_ key: CacheKey, _ tags: [String]) throws(ServicesError) {
        try options.limits.check(name: key.namespace, what: "cache namespace")
        try options.limits.check(name: key.key, what: "cache key")
        for tag in tags { try options.limits.check(name: tag, what: "cache tag") }
    }
}
