import Locking
import Services
import TestSupport
import Testing

@Suite("Cache", .timeLimit(.minutes(10)))
struct CacheTests {
    private let fixture = CacheFixture()
    private let key = CacheFixture.key

    struct Broken: Error {}

    @Test("A fresh value is computed once")
    func fresh() async throws {
        let cache = fixture.make()
        for _ in 0..<5 { #expect(try await cache.value(key) { fixture.count() } == [1]) }
        #expect(fixture.loadCount == 1)
        let statistics = try #require(cache.statistics["thread_meta"])
        #expect(statistics.misses == 1 && statistics.memoryHits == 4 && statistics.loads == 1)
    }

    @Test("Another process is served from the shared store")
    func shared() async throws {
        let (one, two) = (fixture.make("one"), fixture.make("two"))
        #expect(try await one.value(key) { fixture.count() } == [1])
        #expect(try await two.value(key) { fixture.count() } == [1])
        #expect(two.statistics["thread_meta"]?.storeHits == 1)
    }

    @Test("Many callers at once share one load")
    func singleFlight() async throws {
        let cache = fixture.make()
        let gate = Gate()
        let values = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await cache.value(key) {
                        await gate.pass()
                        return fixture.count()
                    }
                }
            }
            await gate.arrivals()
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: [1], count: 200))
        #expect(fixture.loadCount == 1 && gate.arrived == 1)
    }

    @Test("Among processes one computes and the others wait for its value")
    func fleetGate() async throws {
        let gate = Gate()
        let caches = (0..<4).map { index in
            fixture.make("p\(index)") { $0.gatePollInterval = .milliseconds(10) }
        }
        let values = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            for cache in caches {
                for _ in 0..<50 {
                    group.addTask {
                        try await cache.value(key) {
                            await gate.pass()
                            return fixture.count()
                        }
                    }
                }
            }
            await gate.arrivals()
            gate.open()
            // The others look again as time passes.
            let ticker = Task {
                while !Task.isCancelled {
                    fixture.clock.advance(by: .milliseconds(10))
                    await Task.yield()
                }
            }
            defer { ticker.cancel() }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: [1], count: 200))
        #expect(fixture.loadCount == 1)
    }

    @Test("A caller that is cancelled does not take the load from the others")
    func waiterCancelled() async throws {
        let cache = fixture.make()
        let gate = Gate()
        let load: @Sendable () async throws -> [UInt8]? = {
            await gate.pass()
            try Task.checkCancellation()
            return fixture.count()
        }
        let first = Task { try await cache.value(key, compute: load) }
        await gate.arrivals()
        // Has joined the load when it first waits, which is when it gives the thread back.
        let second = Task.immediate { try await cache.value(key, compute: load) }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        let third = Task.immediate { try await cache.value(key, compute: load) }
        gate.open()
        #expect(try await second.value == [1])
        #expect(try await third.value == [1])
        #expect(fixture.loadCount == 1)
    }

    @Test("A load is cancelled when nobody waits for it any more")
    func abandonedLoad() async throws {
        let cache = fixture.make()
        let gate = Gate()
        let wasCancelled = Gate()
        let caller = Task {
            try await cache.value(key) {
                await withTaskCancellationHandler {
                    await gate.pass()
                } onCancel: {
                    wasCancelled.open()
                    gate.open()
                }
                return fixture.count()
            }
        }
        await gate.arrivals()
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        await wasCancelled.pass()
        // The next caller begins anew, and is not held up by the gate among processes.
        let isServed = try await eventually {
            fixture.clock.advance(by: .seconds(1))
            return try await cache.value(key) { [9] } == [9]
        }
        #expect(isServed)
    }

    @Test("A stale value is served at once and renewed once in the background")
    func staleWhileRevalidate() async throws {
        let cache = fixture.make()
        #expect(try await cache.value(key) { fixture.count() } == [1])
        fixture.time.advance(by: .seconds(101))
        let gate = Gate()
        for _ in 0..<20 {
            let value = try await cache.value(key) {
                await gate.pass()
                return fixture.count()
            }
            #expect(value == [1])
        }
        await gate.arrivals()
        #expect(gate.arrived == 1)
        gate.open()
        #expect(try await eventually { try await cache.value(key) { [99] } == [2] })
        #expect(fixture.loadCount == 2)
        #expect(cache.statistics["thread_meta"].map { $0.staleServed >= 20 } == true)
    }

    @Test("A value that is stale in the shared store is served to who asks first, and renewed")
    func staleInStore() async throws {
        #expect(try await fixture.make("one").value(key) { fixture.count() } == [1])
        fixture.time.advance(by: .seconds(101))
        let other = fixture.make("two")
        #expect(try await other.value(key) { fixture.count() } == [1])
        #expect(try await eventually { try await other.value(key) { [99] } == [2] })
    }

    @Test("A value past its grace is computed again")
    func gone() async throws {
        let cache = fixture.make()
        #expect(try await cache.value(key) { fixture.count() } == [1])
        fixture.time.advance(by: .seconds(201))
        #expect(try await cache.value(key) { fixture.count() } == [2])
    }

    @Test("While a value cannot be renewed the stale one is served, and tries grow rarer")
    func grace() async throws {
        let cache = fixture.make()
        #expect(try await cache.value(key) { fixture.count() } == [1])
        fixture.time.advance(by: .seconds(101))
        let tries = Lock(0)
        let fail: @Sendable () async throws -> [UInt8]? = {
            tries.withLock { $0 += 1 }
            throw Broken()
        }
        for expected in 1...3 {
            #expect(try await cache.value(key, compute: fail) == [1])
            #expect(await eventually { cache.statistics["thread_meta"]?.failedLoads == expected })
            for _ in 0..<10 { #expect(try await cache.value(key, compute: fail) == [1]) }
            #expect(tries.withLock { $0 } == expected, "no second try before its time")
            fixture.time.advance(by: .seconds(1 << (expected - 1)))
        }
        #expect(try await eventually { try await cache.value(key) { fixture.count() } == [2] })
    }

    @Test("What computing throws reaches everybody who waits, and the next caller tries again")
    func failure() async throws {
        let cache = fixture.make()
        let gate = Gate()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    await #expect(throws: Broken.self) {
                        try await cache.value(key) {
                            await gate.pass()
                            throw Broken()
                        }
                    }
                }
            }
            await gate.arrivals()
            gate.open()
        }
        #expect(try await eventually { try await cache.value(key) { [7] } == [7] })
    }

    @Test("That there is no value is remembered for a short time")
    func absent() async throws {
        let cache = fixture.make()
        let absent: @Sendable () async throws -> [UInt8]? = {
            _ = fixture.count()
            return nil
        }
        for _ in 0..<5 { #expect(try await cache.value(key, compute: absent) == nil) }
        #expect(fixture.loadCount == 1)
        fixture.time.advance(by: .seconds(31))
        #expect(try await cache.value(key, compute: absent) == nil)
        #expect(fixture.loadCount == 2)
    }

    @Test("Where absence is not cached every caller computes")
    func absentUncached() async throws {
        let cache = fixture.make { options in
            options.namespaces["thread_meta"] = CacheNamespace(freshFor: .seconds(100), absentFor: .zero)
        }
        for _ in 0..<3 {
            let value = try await cache.value(key) {
                _ = fixture.count()
                return nil
            }
            #expect(value == nil)
        }
        #expect(fixture.loadCount == 3)
    }

    @Test("A load that takes too long fails, and its caller goes on")
    func loadTimeLimit() async throws {
        let cache = fixture.make()
        let gate = Gate()
        defer { gate.open() }
        let caller = Task {
            try await cache.value(key) {
                await gate.pass()
                return [1]
            }
        }
        await gate.arrivals()
        fixture.clock.advance(by: .seconds(61))
        let error = await #expect(throws: ServicesError.self) { try await caller.value }
        #expect(error?.code == .storeTimedOut)
    }

    @Test("Names and values beyond the limits are refused")
    func limits() async throws {
        let cache = fixture.make { $0.limits.payloadInBytes = 3 }
        for bad in [CacheKey("thread_meta", ""), CacheKey("", "k"), CacheKey("n", String(repeating: "x", count: 513))] {
            let error = await #expect(throws: ServicesError.self) { try await cache.value(bad) { [1] } }
            #expect(error?.code == .invalidRequest)
        }
        let error = await #expect(throws: ServicesError.self) { try await cache.value(key) { [1, 2, 3, 4] } }
        #expect(error?.code == .invalidRequest)
    }
}
