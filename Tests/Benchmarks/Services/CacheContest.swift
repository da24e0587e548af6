import Foundation
import Glibc
import Locking
import Services
import ServicesRedis

/// C1, C2: hits in memory, hit ratios on two traces, and what several instances load and hear.
struct CacheContest {
    let redis: RedisPlace
    let scale: Double

    // MARK: C1

    func hitRows(rounds: Int) async throws -> [ServiceRow] {
        let count = max(100_000, Int(10_000_000 * scale))
        var (memory, whole): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            memory.append(memoryHits(count))
            whole.append(try await cacheHits(count / 5))
        }
        return [
            Gauge(
                number: "C1",
                title: "hits with times to live, per second of processor time",
                how: "memory",
                bound: .atLeast(10e6),
                format: ServiceRow.rate
            ).row(memory),
            Gauge(number: "", title: "", how: "Cache.value", format: ServiceRow.rate).row(whole),
        ] + (try await ratioRows())
    }

    private static let keys = (0..<8_192).map { CacheKey("bench", "key-\($0)") }

    private func filled() -> MemoryCache {
        let memory = MemoryCache()
        let never = StoreClock.coarse.now + .seconds(3_600)
        for key in Self.keys {
            memory.insert(MemoryCacheItem(value: [1, 2, 3], freshUntil: never, usableUntil: never), for: key)
        }
        return memory
    }

    private func memoryHits(_ count: Int) -> Double {
        let memory = filled()
        let keys = Self.keys
        var hits = 0
        let start = ProcessorMeter.ownSeconds
        for number in 0..<count where memory.item(keys[number & 8_191]) != nil { hits += 1 }
        return Double(hits) / (ProcessorMeter.ownSeconds - start)
    }

    private func cacheHits(_ count: Int) async throws -> Double {
        let cache = Cache(driver: MemoryCacheDriver(), instance: InstanceID("bench"))
        let keys = Self.keys
        for key in keys { _ = try await cache.value(key) { [1, 2, 3] } }
        let start = ProcessorMeter.ownSeconds
        for number in 0..<count { _ = try await cache.value(keys[number & 8_191]) { [] } }
        return Double(count) / (ProcessorMeter.ownSeconds - start)
    }

    /// Two million keys by Zipf's law with exponent 0.9 over 100,000; the second trace has scans in between.
    private func ratioRows() async throws -> [ServiceRow] {
        let count = max(100_000, Int(2_000_000 * scale))
        var rows: [ServiceRow] = []
        for hasScans in [false, true] {
            let trace = Self.trace(count, hasScans: hasScans)
            let path = redis.workplace.appending("trace")
            try trace.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
            let report = try await redis.peers.run("cache_ratio", [path, "10000"])
            guard let lru = report.lru, let tinyLFU = report.tinylfu else { throw BenchmarkFailure("no hit ratios") }
            let percent: (Double) -> String = { String(format: "%.1f %%", $0 * 100) }
            rows += [
                Gauge(
                    number: "C1",
                    title: hasScans ? "hit ratio, the same with scans" : "hit ratio, 10k of 100k keys, Zipf 0.9",
                    how: "memory (limit: W-TinyLFU - 1.5, LRU + 6 points)",
                    bound: .atLeast(max(tinyLFU - 0.015, lru + 0.06)),
                    format: percent
                ).row([Self.ratio(trace)]),
                Gauge(number: "", title: "", how: "theine (W-TinyLFU)", format: percent).row([tinyLFU]),
                Gauge(number: "", title: "", how: "cachetools (LRU)", format: percent).row([lru]),
            ]
        }
        return rows
    }

    private static func trace(_ count: Int, hasScans: Bool) -> [UInt32] {
        var sums: [Double] = []
        var sum = 0.0
        for rank in 1...100_000 {
            sum += 1 / pow(Double(rank), 0.9)
            sums.append(sum)
        }
        var numbers = SeededNumbers(seed: 42)
        var keys: [UInt32] = []
        keys.reserveCapacity(count)
        var scanned: UInt32 = 1_000_000
        while keys.count < count {
            let wanted = numbers.fraction() * sum
            var (low, high) = (0, sums.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] < wanted { low = middle + 1 } else { high = middle }
            }
            keys.append(UInt32(low))
            guard hasScans, keys.count.isMultiple(of: 50_000) else { continue }
            // Three thousand keys that come only once.
            for _ in 0..<3_000 where keys.count < count {
                keys.append(scanned)
                scanned += 1
            }
        }
        return keys
    }

    private static func ratio(_ trace: [UInt32]) -> Double {
        let memory = MemoryCache()
        let never = StoreClock.coarse.now + .seconds(3_600)
        let item = MemoryCacheItem(value: [1], freshUntil: never, usableUntil: never)
        var hits = 0
        for number in trace {
            let key = CacheKey("bench", "\(number)")
            if memory.item(key) == nil { memory.insert(item, for: key) } else { hits += 1 }
        }
        return Double(hits) / Double(trace.count)
    }

    // MARK: C2

    func fleetRows(rounds: Int) async throws -> [ServiceRow] {
        let misses = max(100, Int(10_000 * scale))
        let changes = max(5, Int(100 * scale))
        var (loads, most, delays): ([Double], [Double], [Double]) = ([], [], [])
        for round in 0..<rounds {
            try await withInstances(4) { caches in
                let counts = try await load(misses, caches, CacheKey("bench", "herd \(round)"))
                loads.append(Double(counts.reduce(0, +)))
                most.append(Double(counts.max() ?? 0))
                var seen: [Double] = []
                for number in 0..<changes { seen += try await change(caches, CacheKey("bench", "\(round).\(number)")) }
                delays.append(WakeUpContest.quantile(0.99, seen))
            }
        }
        let whole: (Double) -> String = { "\(Int($0))" }
        let title = "loads for \(misses) misses at once, 4 instances"
        return [
            Gauge(number: "C2", title: title, how: "in the fleet", bound: .atMost(1), format: whole).row(loads),
            Gauge(number: "", title: "", how: "most in one instance", bound: .atMost(1), format: whole).row(most),
            Gauge(
                number: "C2",
                title: "invalidation seen by the other instances",
                how: "99 of 100",
                bound: .atMost(10),
                format: ServiceRow.milliseconds
            ).row(delays),
        ]
    }

    private func withInstances(_ count: Int, _ body: ([Cache]) async throws -> Void) async throws {
        func add(_ caches: [Cache], _ tasks: [Task<Void, Never>]) async throws {
            guard caches.count < count else {
                // Until every one hears the others.
                try await Task.sleep(for: .milliseconds(500))
                try await body(caches)
                return
            }
            try await redis.withStore { store in
                let cache = Cache(
                    driver: RedisCacheDriver(store: store),
                    bus: PubSub(driver: RedisPubSubDriver(store: store)),
                    instance: InstanceID("bench\(caches.count)")
                )
                // Cancelled below.
                let task = Task { await cache.run() }
                defer { task.cancel() }
                try await add(caches + [cache], tasks + [task])
            }
        }
        try await add([], [])
    }

    /// How often each instance computed the value that all of them wanted at once.
    private func load(_ misses: Int, _ caches: [Cache], _ key: CacheKey) async throws -> [Int] {
        let counts = Lock([Int](repeating: 0, count: caches.count))
        try await inParallel(misses) { number in
            let index = number % caches.count
            let value = try await caches[index].value(key) {
                counts.withLock { $0[index] += 1 }
                try await Task.sleep(for: .milliseconds(50))
                return [1]
            }
            guard value == [1] else { throw BenchmarkFailure("A wrong value was cached.") }
        }
        return counts.withLock { $0 }
    }

    /// Milliseconds until each of the others no longer serves what the first one invalidated.
    private func change(_ caches: [Cache], _ key: CacheKey) async throws -> [Double] {
        for cache in caches { _ = try await cache.value(key) { [1] } }
        let start = ContinuousClock.now
        _ = try await caches[0].invalidate(.key(key))
        var delays: [Double] = []
        for cache in caches.dropFirst() {
            // One that is not heard at all shows as ten seconds.
            while try await cache.value(key, compute: { [2] }) == [1], .now - start < .seconds(10) {
                try await Task.sleep(for: .microseconds(200))
            }
            delays.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        return delays
    }
}
