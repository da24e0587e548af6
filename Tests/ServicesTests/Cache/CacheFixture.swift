import Locking
import Services
import TestSupport

/// A cache on a store in memory, with clocks the test moves.
struct CacheFixture {
    let time = ManualStoreClock()
    let clock = ManualClock()
    let driver: MemoryCacheDriver
    let pubSub = MemoryPubSubDriver()
    let loads = Lock(0)

    init() {
        driver = MemoryCacheDriver(clock: time.clock)
    }

    static let key = CacheKey("thread_meta", "k")

    /// A cache as one process has it, without jitter unless the test wants it.
    func make(
        _ name: String = "one",
        driver: (any CacheDriver)? = nil,
        hasBus: Bool = false,
        carrier: (any PubSubDriver)? = nil,
        configure: (inout Cache.Options) -> Void = { _ in }
    ) -> Cache {
        var options = Cache.Options()
        options.namespaces["thread_meta"] = CacheNamespace(freshFor: .seconds(100), jitterPercentage: 0)
        options.fallback = CacheNamespace(freshFor: .seconds(100), jitterPercentage: 0)
        configure(&options)
        return Cache(
            driver: driver ?? self.driver,
            bus: (carrier ?? (hasBus ? pubSub : nil)).map { PubSub(driver: $0) },
            instance: InstanceID(name),
            options: options,
            storeClock: time.clock,
            clock: clock
        )
    }

    /// Counts itself and answers with the number of the load.
    func count() -> [UInt8]? {
        loads.withLock { loads in
            loads += 1
            return [UInt8(loads)]
        }
    }

    var loadCount: Int { loads.withLock { $0 } }
}

/// A store whose answers a test chooses.
final class FaultyCacheDriver: CacheDriver {
    enum Fault: Sendable {
        case none
        case error(ServicesError)
        /// Does not answer until the gate opens.
        case hang(Gate)
    }

    private let driver: any CacheDriver
    private let fault = Lock(Fault.none)
    private let requests = Lock(0)

    init(_ driver: any CacheDriver) {
        self.driver = driver
    }

    func set(_ new: Fault) { fault.withLock { $0 = new } }
    var requestCount: Int { requests.withLock { $0 } }

    private func suffer() async throws(ServicesError) {
        requests.withLock { $0 += 1 }
        switch fault.withLock({ $0 }) {
        case .none: return
        case .error(let error): throw error
        case .hang(let gate): await gate.pass()
        }
    }

    func entry(_ key: CacheKey) async throws(ServicesError) -> CacheEntry? {
        try await suffer()
        return try await driver.entry(key)
    }

    func store(_ write: CacheWrite, ifVersion version: Int64?) async throws(ServicesError) -> Int64? {
        try await suffer()
        return try await driver.store(write, ifVersion: version)
    }

    func invalidate(_ selector: CacheSelector) async throws(ServicesError) -> Int {
        try await suffer()
        return try await driver.invalidate(selector)
    }

    func beginLoad(_ key: CacheKey, holder: String, lease: Duration) async throws(ServicesError) -> Int64? {
        try await suffer()
        return try await driver.beginLoad(key, holder: holder, lease: lease)
    }

    func endLoad(_ key: CacheKey, holder: String) async throws(ServicesError) {
        try await suffer()
        try await driver.endLoad(key, holder: holder)
    }

    func usage() async throws(ServicesError) -> [CacheUsage] { try await driver.usage() }
    func prune(limit: Int) async throws(ServicesError) -> Int { try await driver.prune(limit: limit) }
}

/// A carrier that takes no message any more, and says nothing, once a test has closed its gate.
final class StallingPubSubDriver: PubSubDriver {
    private let driver = MemoryPubSubDriver()
    private let gate = Lock<Gate?>(nil)

    func stall(behind gate: Gate) { self.gate.withLock { $0 = gate } }

    func publish(_ messages: [PubSubMessage]) async throws(ServicesError) {
        if let gate = gate.withLock(\.self) { await gate.pass() }
        try await driver.publish(messages)
    }

    func subscribe(to pattern: TopicPattern, bufferLimit: Int) async throws(ServicesError) -> Subscription {
        try await driver.subscribe(to: pattern, bufferLimit: bufferLimit)
    }
}
