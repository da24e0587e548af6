import Locking

/// Values in this process's memory, bounded by entries and bytes.
///
/// Keys are spread over shards, each with a lock of its own; see ``MemoryCacheShard`` for what leaves first.
package final class MemoryCache: Sendable {
    package struct Options: Sendable {
        /// Entries over all shards.
        ///
        /// Default 10,000.
        package var entryLimit = 10_000
        /// Bytes over all shards: values, names and about 160 bytes for each entry; a value that is larger than a
        /// shard's part is not kept.
        ///
        /// Default 64 MiB.
        package var sizeLimitInBytes = 64 << 20
        /// Parts that are locked on their own; rounded up to a power of two, and fewer for a small cache.
        ///
        /// Default 4.
        package var shards = 4

        package init() {}
    }

    private let shards: [Lock<MemoryCacheShard>]
    private let mask: Int
    private let clock: StoreClock

    package init(options: Options = Options(), clock: StoreClock = .coarse) {
        var count = 1
        // Below some hundred entries a shard would evict long before the whole is full.
        while count < options.shards, options.entryLimit / (count * 2) >= 256 { count *= 2 }
        shards = (0..<count).map { _ in
            Lock(
                MemoryCacheShard(
                    entryLimit: options.entryLimit / count,
                    weightLimit: options.sizeLimitInBytes / count
                )
            )
        }
        mask = count - 1
        self.clock = clock
    }

    /// The usable item, counted as used.
    package func item(_ key: CacheKey) -> MemoryCacheItem? {
        let hash = hash(of: key)
        let now = clock.now.microseconds
        return shards[shard(of: hash)].withLock { $0.item(key, hash, now: now) }
    }

    /// The item if it was usable at that time, not counted as used.
    package func peek(_ key: CacheKey, at now: StoreTime) -> MemoryCacheItem? {
        let hash = hash(of: key)
        let item = shards[shard(of: hash)].withLock { $0.peek(key, hash) }
        return item.flatMap { $0.usableUntil > now ? $0 : nil }
    }

    package func insert(_ item: MemoryCacheItem, for key: CacheKey) {
        let hash = hash(of: key)
        shards[shard(of: hash)].withLock { $0.insert(item, key, hash) }
    }

    /// Replaces, adds or removes the key's item in one step.
    ///
    /// - Parameters:
    ///   - key: what is meant.
    ///   - body: given what is there, usable or not; returns what shall be there.
    package func update(_ key: CacheKey, _ body: (MemoryCacheItem?) -> MemoryCacheItem?) {
        let hash = hash(of: key)
        shards[shard(of: hash)].withLock { shard in
            let old = shard.peek(key, hash)
            let new = body(old)
            guard new !== old else { return }
            if let new { shard.insert(new, key, hash) } else { shard.remove(key, hash) }
        }
    }

    /// Removes what the selector names.
    ///
    /// All but a single key takes a look at every entry.
    ///
    /// - Returns: how many entries were removed.
    @discardableResult
    package func remove(_ selector: CacheSelector) -> Int {
        if case .key(let key) = selector {
            let hash = hash(of: key)
            return shards[shard(of: hash)].withLock { $0.remove(key, hash) ? 1 : 0 }
        }
        return shards.reduce(0) { sum, shard in
            sum + shard.withLock { $0.removeAll { selector.matches($0, tags: $1.tags) } }
        }
    }

    package func removeAll() {
        for shard in shards { _ = shard.withLock { $0.removeAll { _, _ in true } } }
    }

    /// Removes what is no longer usable, at most `limit` entries.
    package func prune(limit: Int) -> Int {
        let now = clock.now
        var removed = 0
        for shard in shards where removed < limit {
            removed += shard.withLock { $0.removeAll(limit: limit - removed) { $1.usableUntil <= now } }
        }
        return removed
    }

    /// Counts usable entries per namespace, by name.
    package func usage() -> [CacheUsage] {
        let now = clock.now
        var usage: [ExactName: CacheUsage] = [:]
        for shard in shards {
            shard.withLock { shard in
                shard.forEach { key, item, weight in
                    guard item.usableUntil > now else { return }
                    let name = ExactName(key.namespace)
                    var one = usage[name] ?? CacheUsage(namespace: key.namespace, entries: 0, sizeInBytes: 0)
                    one.entries += 1
                    one.sizeInBytes += weight
                    usage[name] = one
                }
            }
        }
        return usage.sorted { $0.key < $1.key }.map(\.value)
    }

    package var count: Int { shards.reduce(0) { $0 + $1.withLock { $0.count } } }
    package var sizeInBytes: Int { shards.reduce(0) { $0 + $1.withLock { $0.weight } } }
    /// Entries that left for want of room since the cache was made.
    package var evictions: Int { shards.reduce(0) { $0 + $1.withLock { $0.evictions } } }

    /// Of the key alone: one key in several namespaces is rare, and only costs a comparison.
    @inline(__always)
    private func hash(of key: CacheKey) -> UInt64 {
        NameHash.hash(key.key, seed: UInt64(truncatingIfNeeded: key.namespace.utf8.count))
    }

    /// The index uses a hash's lower bits, so shards are chosen by upper ones.
    @inline(__always)
    private func shard(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 56) & mask }
}
