/// One part of ``MemoryCache``: a hash table whose entries leave by S3-FIFO (Yang, Zhang, Qiu, Yue, Vigfusson 2023).
///
/// New entries enter a small queue of a tenth of the room. What was asked for again while there moves to the main queue;
/// the rest leaves, remembered by its hash: if it comes back soon it enters the main queue at once. The main queue
/// gives what was asked for since its last turn another one. A scan thus passes through the small queue only, and a hit
/// does no more than count.
struct MemoryCacheShard: Sendable {
    /// The part of an entry that its queue and the index need.
    struct Link: Sendable {
        var hash: UInt64 = 0
        var weight = 0
        /// The next older entry of the queue, by its place; -1: none.
        var older: Int32 = -1
        /// The next newer one.
        var newer: Int32 = -1
        var uses: UInt8 = 0
        var isMain = false
    }

    struct Queue: Sendable {
        var oldest: Int32 = -1
        var newest: Int32 = -1
        var count = 0
        var weight = 0
    }

    // One place is the same entry in all three; an item of nil marks a free place.
    private(set) var links: [Link] = []
    private(set) var keys: [CacheKey] = []
    private(set) var items: [MemoryCacheItem?] = []
    private var free: [Int32] = []
    private var index = HashIndex()
    private var small = Queue()
    private var main = Queue()
    private var ghosts: GhostList
    private let entryLimit: Int
    private let weightLimit: Int
    /// Entries that left for want of room.
    private(set) var evictions = 0

    /// A use is counted up to here: more turns for one entry would only make it harder to be rid of.
    private static let greatestUses: UInt8 = 3
    /// The small queue's share of the room: a tenth.
    private static let smallShare = 10

    init(entryLimit: Int, weightLimit: Int) {
        self.entryLimit = max(1, entryLimit)
        self.weightLimit = max(1, weightLimit)
        ghosts = GhostList(capacity: self.entryLimit)
    }

    var count: Int { small.count + main.count }
    var weight: Int { small.weight + main.weight }

    /// The item, counted as used; `nil` when there is none that is usable.
    mutating func item(_ key: CacheKey, _ hash: UInt64, now: Int64) -> MemoryCacheItem? {
        guard let place = place(of: key, hash), let item = items[place], item.usableUntil.microseconds > now else {
            return nil
        }
        if links[place].uses < Self.greatestUses { links[place].uses += 1 }
        return item
    }

    /// The item as it is, uncounted and whether usable or not.
    func peek(_ key: CacheKey, _ hash: UInt64) -> MemoryCacheItem? {
        place(of: key, hash).flatMap { items[$0] }
    }

    /// Puts an item in the place of what was there, and makes room for it.
    mutating func insert(_ item: MemoryCacheItem, _ key: CacheKey, _ hash: UInt64) {
        let weight = item.weight(of: key)
        guard weight <= weightLimit else {
            remove(key, hash)
            return
        }
        if let place = place(of: key, hash) {
            let growth = weight - links[place].weight
            items[place] = item
            links[place].weight = weight
            if links[place].isMain { main.weight += growth } else { small.weight += growth }
            if self.weight > weightLimit { evict(for: 0, 0) }
            return
        }
        let wasHere = ghosts.remove(hash)
        evict(for: 1, weight)
        let place = makePlace()
        keys[place] = key
        items[place] = item
        links[place] = Link(hash: hash, weight: weight)
        index.insert(hash, place) { links[$0].hash }
        append(place, toMain: wasHere)
    }

    @discardableResult
    mutating func remove(_ key: CacheKey, _ hash: UInt64) -> Bool {
        guard let place = place(of: key, hash) else { return false }
        remove(place)
        return true
    }

    /// Removes what fulfils the condition, at most `limit` entries.
    mutating func removeAll(limit: Int = .max, where isMeant: (CacheKey, MemoryCacheItem) -> Bool) -> Int {
        var removed = 0
        for place in items.indices where removed < limit {
            guard let item = items[place], isMeant(keys[place], item) else { continue }
            remove(place)
            removed += 1
        }
        return removed
    }

    func forEach(_ body: (CacheKey, MemoryCacheItem, _ weight: Int) -> Void) {
        for place in items.indices {
            if let item = items[place] { body(keys[place], item, links[place].weight) }
        }
    }

    // MARK: - Places

    @inline(__always)
    private func place(of key: CacheKey, _ hash: UInt64) -> Int? {
        var cursor = index.start(hash)
        while let place = index.candidate(hash, &cursor) {
            if keys[place] == key { return place }
        }
        return nil
    }

    private mutating func makePlace() -> Int {
        if let place = free.popLast() { return Int(place) }
        links.append(Link())
        keys.append(CacheKey("", ""))
        items.append(nil)
        return links.count - 1
    }

    private mutating func remove(_ place: Int) {
        index.remove(links[place].hash, place) { links[$0].hash }
        unlink(place)
        keys[place] = CacheKey("", "")
        items[place] = nil
        free.append(Int32(place))
    }

    // MARK: - Queues

    private mutating func evict(for entries: Int, _ room: Int) {
        while count > 0, count + entries > entryLimit || weight + room > weightLimit {
            let isSmallOver = small.count * Self.smallShare > entryLimit || small.weight * Self.smallShare > weightLimit
            if small.count > 0, isSmallOver || main.count == 0 { evictFromSmall() } else { evictFromMain() }
        }
    }

    private mutating func evictFromSmall() {
        let place = Int(small.oldest)
        guard links[place].uses == 0 else {
            unlink(place)
            links[place].uses = 0
            append(place, toMain: true)
            return
        }
        ghosts.insert(links[place].hash)
        remove(place)
        evictions += 1
    }

    private mutating func evictFromMain() {
        let place = Int(main.oldest)
        guard links[place].uses == 0 else {
            unlink(place)
            links[place].uses -= 1
            append(place, toMain: true)
            return
        }
        remove(place)
        evictions += 1
    }

    private mutating func append(_ place: Int, toMain isMain: Bool) {
        links[place].isMain = isMain
        links[place].newer = -1
        var queue = isMain ? main : small
        links[place].older = queue.newest
        if queue.newest >= 0 { links[Int(queue.newest)].newer = Int32(place) } else { queue.oldest = Int32(place) }
        queue.newest = Int32(place)
        queue.count += 1
        queue.weight += links[place].weight
        if isMain { main = queue } else { small = queue }
    }

    private mutating func unlink(_ place: Int) {
        let link = links[place]
        var queue = link.isMain ? main : small
        if link.older >= 0 { links[Int(link.older)].newer = link.newer } else { queue.oldest = link.newer }
        if link.newer >= 0 { links[Int(link.newer)].older = link.older } else { queue.newest = link.older }
        queue.count -= 1
        queue.weight -= link.weight
        if link.isMain { main = queue } else { small = queue }
    }
}
