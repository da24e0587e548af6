import Locking
import Services
import TestSupport
import Testing

@Suite("Cache when things fail", .timeLimit(.minutes(10)))
struct CacheFaultTests {
    private let fixture = CacheFixture()
    private let key = CacheFixture.key
    private let away = ServicesError.unavailable("redis", why: "test")

    @Test("A store that is away fails no read: values are computed, and kept in this process")
    func storeAway() async throws {
        let driver = FaultyCacheDriver(fixture.driver)
        driver.set(.error(away))
        let cache = fixture.make(driver: driver)
        #expect(try await cache.value(key) { fixture.count() } == [1])
        #expect(try await cache.value(key) { fixture.count() } == [1])
        for index in 0..<20 {
            #expect(try await cache.value(CacheKey("thread_meta", "k\(index)")) { [5] } == [5])
        }
        #expect(cache.statistics["thread_meta"].map { $0.storeFailures >= 20 } == true)
        #expect(driver.requestCount <= 3, "after a few failures the store is left alone")
        #expect(cache.health.status == .degraded)
    }

    @Test("When the store is back it is used again")
    func storeBack() async throws {
        let driver = FaultyCacheDriver(fixture.driver)
        driver.set(.error(away))
        let cache = fixture.make(driver: driver)
        for index in 0..<5 { _ = try await cache.value(CacheKey("thread_meta", "k\(index)")) { [5] } }
        driver.set(.none)
        fixture.time.advance(by: .seconds(2))
        #expect(try await cache.value(key) { fixture.count() } == [1])
        #expect(cache.health == .ready)
        #expect(try await fixture.make("two").value(key) { [99] } == [1])
    }

    @Test("A store that hangs holds a reader up for the time limit, and the next ones not at all")
    func storeHangs() async throws {
        let driver = FaultyCacheDriver(fixture.driver)
        let gate = Gate()
        defer { gate.open() }
        driver.set(.hang(gate))
        let cache = fixture.make(driver: driver) { $0.breaker.failureCount = 1 }
        let caller = Task { try await cache.value(key) { fixture.count() } }
        await gate.arrivals()
        await fixture.clock.waitForSleepers(1)
        fixture.clock.advance(by: .milliseconds(251))
        #expect(try await caller.value == [1])
        for index in 0..<20 { _ = try await cache.value(CacheKey("thread_meta", "k\(index)")) { [5] } }
        #expect(driver.requestCount == 1)
    }

    @Test("A stale value in memory is served while the store is away")
    func staleWhileAway() async throws {
        let driver = FaultyCacheDriver(fixture.driver)
        let cache = fixture.make(driver: driver)
        #expect(try await cache.value(key) { fixture.count() } == [1])
        driver.set(.error(away))
        fixture.time.advance(by: .seconds(101))
        #expect(try await cache.value(key) { fixture.count() } == [1])
        #expect(try await eventually { try await cache.value(key) { [99] } == [2] })
    }

    @Test("A process that computes and never returns is not waited for longer than the wait allows")
    func deadLoader() async throws {
        _ = fixture.driver.beginLoad(key, holder: "dead", lease: .seconds(100_000))
        let cache = fixture.make()
        let caller = Task { try await cache.value(key) { fixture.count() } }
        let isServed = Lock(false)
        let watcher = Task {
            _ = try await caller.value
            isServed.withLock { $0 = true }
        }
        #expect(
            await eventually {
                fixture.clock.advance(by: .milliseconds(100))
                return isServed.withLock { $0 }
            }
        )
        try await watcher.value
        #expect(fixture.loadCount == 1)
    }

    @Test("A dead loader is replaced when its lease ends")
    func leaseEnds() async throws {
        _ = fixture.driver.beginLoad(key, holder: "dead", lease: .seconds(1))
        let cache = fixture.make { $0.gateWait = .seconds(1_000_000) }
        let caller = Task { try await cache.value(key) { fixture.count() } }
        let isServed = Lock(false)
        let watcher = Task {
            _ = try await caller.value
            isServed.withLock { $0 = true }
        }
        fixture.time.advance(by: .seconds(2))
        #expect(
            await eventually {
                fixture.clock.advance(by: .milliseconds(100))
                return isServed.withLock { $0 }
            }
        )
        try await watcher.value
        #expect(fixture.driver.entry(key)?.value == [1])
    }
}
