import Locking
import Services
import TestSupport
import Testing

@Suite("Cache invalidation", .timeLimit(.minutes(10)))
struct CacheInvalidationTests {
    private let fixture = CacheFixture()
    private let key = CacheFixture.key

    /// Runs the caches' buses while the body runs.
    private func withBuses(_ caches: [Cache], _ body: () async throws -> Void) async throws {
        let runs = caches.map { cache in Task { await cache.run() } }
        for cache in caches { #expect(await eventually { cache.health == .ready }) }
        do {
            try await body()
        } catch {
            runs.forEach { $0.cancel() }
            throw error
        }
        for run in runs {
            run.cancel()
            await run.value
        }
    }

    @Test("After an invalidation returns no caller of this process gets the old value")
    func local() async throws {
        let cache = fixture.make()
        let selectors: [CacheSelector] = [
            .key(key), .prefix(CacheKey("thread_meta", "")), .tag(namespace: "thread_meta", tag: "t"),
            .namespace("thread_meta"),
        ]
        for (index, selector) in selectors.enumerated() {
            #expect(try await cache.value(key, tags: ["t"]) { fixture.count() } == [UInt8(index + 1)])
            #expect(try await cache.invalidate(selector) == 1)
        }
        #expect(try await cache.value(key) { fixture.count() } == [5])
    }

    @Test("An invalidation reaches every process")
    func remote() async throws {
        let caches = (0..<3).map { fixture.make("p\($0)", hasBus: true) }
        try await withBuses(caches) {
            for cache in caches { #expect(try await cache.value(key) { fixture.count() } == [1]) }
            try await caches[0].invalidate(.key(key))
            #expect(try await caches[0].value(key) { fixture.count() } == [2])
            for cache in caches { #expect(try await eventually { try await cache.value(key) { [99] } == [2] }) }
        }
    }

    @Test("Many invalidations at once reach the others without a gap")
    func many() async throws {
        let (one, two) = (fixture.make("one", hasBus: true), fixture.make("two", hasBus: true))
        let kept = CacheKey("participants", "kept")
        try await withBuses([one, two]) {
            #expect(try await two.value(kept) { [1] } == [1])
            for index in 0..<100 { _ = try await two.value(CacheKey("thread_meta", "k\(index)")) { [1] } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask { try await one.invalidate(.key(CacheKey("thread_meta", "k\(index)"))) }
                }
                try await group.waitForAll()
            }
            for index in 0..<100 {
                let key = CacheKey("thread_meta", "k\(index)")
                #expect(try await eventually { try await two.value(key) { [2] } == [2] }, "\(index)")
            }
            // A gap would have flushed it.
            #expect(try await two.value(kept) { [9] } == [1])
            #expect(two.statistics["participants"]?.memoryHits == 1)
        }
    }

    @Test("A value whose load began before an invalidation is not kept, and nobody joins that load")
    func duringLoad() async throws {
        let cache = fixture.make()
        let gate = Gate()
        let old = Task {
            try await cache.value(key) {
                await gate.pass()
                return [1]
            }
        }
        await gate.arrivals()
        try await cache.invalidate(.tag(namespace: "thread_meta", tag: "any"))
        let new = Task { try await cache.value(key) { [2] } }
        #expect(try await new.value == [2])
        gate.open()
        #expect(try await old.value == [1], "who asked before the invalidation may get the old value")
        #expect(try await cache.value(key) { [3] } == [2])
        #expect(fixture.driver.entry(key)?.value == [2])
    }

    @Test("A process that does not hear invalidations keeps values for seconds only")
    func deaf() async throws {
        let (deaf, other) = (fixture.make("deaf", hasBus: true), fixture.make("other"))
        #expect(deaf.health.status == .degraded)
        #expect(try await deaf.value(key) { fixture.count() } == [1])
        try await other.invalidate(.key(key))
        #expect(try await deaf.value(key) { fixture.count() } == [1])
        fixture.time.advance(by: .seconds(6))
        #expect(try await deaf.value(key) { fixture.count() } == [2])
    }

    @Test("A process whose own signs hang forgets what it has as soon as it has not heard itself")
    func stalled() async throws {
        let (carrier, gate) = (StallingPubSubDriver(), Gate())
        let (cache, other) = (fixture.make("one", carrier: carrier), fixture.make("other"))
        try await withBuses([cache]) {
            #expect(try await cache.value(key) { fixture.count() } == [1])
            carrier.stall(behind: gate)
            defer { gate.open() }
            try await other.invalidate(.key(key))
            // More than three intervals; the sign under way blocks the next ones.
            for _ in 0..<10 where cache.health == .ready {
                await fixture.clock.waitForSleepers()
                fixture.time.advance(by: .seconds(2))
                fixture.clock.advance(by: .seconds(2))
            }
            #expect(await eventually { cache.health.status == .degraded })
            #expect(gate.arrived == 1)
            #expect(try await cache.value(key) { fixture.count() } == [2])
        }
    }

    @Test("An invalidation whose store is away is forgotten here and reported to its caller")
    func storeAway() async throws {
        let driver = FaultyCacheDriver(fixture.driver)
        let cache = fixture.make(driver: driver)
        #expect(try await cache.value(key) { fixture.count() } == [1])
        driver.set(.error(.unavailable("redis", why: "test")))
        let error = await #expect(throws: ServicesError.self) { try await cache.invalidate(.key(key)) }
        #expect(error?.code == .storeUnavailable)
        #expect(try await cache.value(key) { fixture.count() } == [2])
    }
}
