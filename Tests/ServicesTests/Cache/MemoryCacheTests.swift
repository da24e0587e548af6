import Foundation
import Services
import TestSupport
import Testing

@Suite("Values in memory")
struct MemoryCacheTests {
    private func item(_ value: [UInt8] = [1], tags: [String] = []) -> MemoryCacheItem {
        let far = StoreTime(microseconds: .max)
        return MemoryCacheItem(value: value, freshUntil: far, usableUntil: far, tags: tags)
    }

    private func cache(_ entries: Int, bytes: Int = 1 << 30) -> MemoryCache {
        var options = MemoryCache.Options()
        options.entryLimit = entries
        options.sizeLimitInBytes = bytes
        return MemoryCache(options: options)
    }

    @Test(
        "Whatever happens, a value is the last one stored or none, and the bounds hold",
        arguments: SeededRandom.seeds(20)
    )
    func oracle(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let cache = cache(random.pick([1, 2, 7, 50, 2_000]), bytes: random.pick([4_000, 1 << 30]))
        var stored: [CacheKey: MemoryCacheItem] = [:]
        for step in 0..<4_000 {
            let key = CacheKey(random.pick(["n", "m"]), "k\(random.int(in: 0...200))")
            switch random.int(in: 0...9) {
            case 0...3:
                let new = item(Array(repeating: 1, count: random.int(in: 0...300)), tags: ["t\(random.int(in: 0...3))"])
                stored[key] = new
                cache.insert(new, for: key)
            case 4...7:
                if let found = cache.item(key) { #expect(found === stored[key], "seed \(seed) step \(step)") }
            case 8:
                stored[key] = nil
                cache.remove(.key(key))
                #expect(cache.item(key) == nil, "seed \(seed) step \(step)")
            default:
                guard random.oneIn(20) else { continue }
                let selector = random.pick([
                    CacheSelector.tag(namespace: "n", tag: "t1"), .prefix(CacheKey("m", "k1")), .namespace("n"),
                ])
                stored = stored.filter { !selector.matches($0.key, tags: $0.value.tags) }
                cache.remove(selector)
            }
        }
        #expect(cache.count <= 2_000 && cache.usage().reduce(0) { $0 + $1.entries } == cache.count)
        #expect(cache.usage().reduce(0) { $0 + $1.sizeInBytes } == cache.sizeInBytes)
    }

    @Test("Entries and bytes stay within their bounds", arguments: [(10, 1 << 20), (1_000, 20_000), (1, 1_000)])
    func bounds(entries: Int, bytes: Int) {
        let cache = cache(entries, bytes: bytes)
        for index in 0..<5_000 {
            cache.insert(item(Array(repeating: 0, count: index % 700)), for: CacheKey("n", "k\(index % 1_500)"))
            #expect(cache.count <= entries && cache.sizeInBytes <= bytes)
        }
        #expect(cache.count > 0 && cache.evictions > 0)
    }

    @Test("A value larger than the room is not kept, and the old one is not either")
    func tooLarge() {
        let cache = cache(10, bytes: 1_000)
        cache.insert(item([1]), for: CacheKey("n", "k"))
        cache.insert(item(Array(repeating: 0, count: 2_000)), for: CacheKey("n", "k"))
        #expect(cache.item(CacheKey("n", "k")) == nil && cache.count == 0 && cache.sizeInBytes == 0)
    }

    @Test("A scan of keys that are never asked for again does not push out what is")
    func scan() {
        let cache = cache(1_000)
        let hot = (0..<800).map { CacheKey("n", "hot\($0)") }
        for _ in 0..<3 {
            for key in hot where cache.item(key) == nil { cache.insert(item(), for: key) }
        }
        for index in 0..<100_000 {
            let key = CacheKey("n", "scan\(index)")
            if cache.item(key) == nil { cache.insert(item(), for: key) }
        }
        #expect(hot.count { cache.item($0) != nil } >= 720)
    }

    @Test("On a trace like that of real caches most of what an ideal policy keeps is kept")
    func hitRatio() {
        var cumulative: [Double] = []
        for rank in 1...100_000 { cumulative.append((cumulative.last ?? 0) + pow(Double(rank), -0.9)) }
        let total = cumulative[cumulative.count - 1]
        var random = SeededRandom(seed: 1)
        let cache = cache(10_000)
        let one = item()
        var hits = 0
        for _ in 0..<300_000 {
            let point = Double.random(in: 0..<total, using: &random)
            var (low, high) = (0, cumulative.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if cumulative[middle] < point { low = middle + 1 } else { high = middle }
            }
            let key = CacheKey("n", "k\(low)")
            if cache.item(key) != nil { hits += 1 } else { cache.insert(one, for: key) }
        }
        // Over 2 million requests it is 0.67, where least-recently-used has 0.60; the beginning is cold.
        #expect(Double(hits) / 300_000 > 0.64)
    }

    @Test("What is no longer usable is not served, and goes when pruned")
    func expiry() {
        let clock = ManualStoreClock()
        let cache = MemoryCache(clock: clock.clock)
        for index in 0..<10 {
            let until = clock.now + .seconds(index + 1)
            cache.insert(
                MemoryCacheItem(value: [1], freshUntil: until, usableUntil: until),
                for: CacheKey("n", "k\(index)")
            )
        }
        clock.advance(by: .seconds(5))
        #expect((0..<10).count { cache.item(CacheKey("n", "k\($0)")) != nil } == 5)
        #expect(cache.prune(limit: 3) == 3)
        #expect(cache.prune(limit: 100) == 2)
        #expect(cache.count == 5)
    }
}
