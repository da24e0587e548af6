/// Rate-limit states of many keys in bounded memory.
///
/// States are forgotten a while after they are as if the key had never been used; when there is no room, the one that would
/// be forgotten soonest among a few is dropped, which forgives that key what little it still owed.
package struct RateLimitTable: Sendable {
    struct Slot {
        let limit: RateLimit
        let terms: RateLimitTerms
        var state: RateLimitState
        var expiresAt: Int64
    }

    struct Entry {
        let key: String
        let hash: UInt64
        var slots: [Slot]

        var expiresAt: Int64 { slots.reduce(.min) { max($0, $1.expiresAt) } }
    }

    private var index = HashIndex()
    private(set) var entries: [Entry] = []
    private var hand = 0
    private let keyLimit: Int
    /// Different limits remembered per key.
    private static let slotLimit = 32
    /// How long a state that says nothing any more is kept, in microseconds: a key in use often comes back, and finding it is
    /// cheaper than making it anew.
    private static let grace: Int64 = 10_000_000
    /// Keys looked at to find one to drop.
    private static let sample = 16

    /// - Parameter keyLimit: keys remembered, at least 1.
    package init(keyLimit: Int) {
        self.keyLimit = max(1, keyLimit)
    }

    package var count: Int { entries.count }

    /// Decides one request and keeps its state.
    package mutating func hit(_ request: RateLimitRequest, at now: StoreTime) -> RateLimitDecision {
        hit(request, NameHash.hash(request.key), at: now)
    }

    mutating func hit(_ request: RateLimitRequest, _ hash: UInt64, at now: StoreTime) -> RateLimitDecision {
        guard let position = position(of: request.key, hash) else {
            let terms = RateLimitTerms(request.limit)
            let outcome = RateLimitState.decide(nil, terms, cost: request.cost, now: now)
            if outcome.decision.isAllowed {
                insert(request.key, hash, Self.slot(request.limit, terms, outcome), at: now)
            }
            return outcome.decision
        }
        for index in entries[position].slots.indices where entries[position].slots[index].limit == request.limit {
            return entries[position].slots[index].hit(request.cost, at: now)
        }
        let terms = RateLimitTerms(request.limit)
        let outcome = RateLimitState.decide(nil, terms, cost: request.cost, now: now)
        if outcome.decision.isAllowed { add(Self.slot(request.limit, terms, outcome), at: position, now) }
        return outcome.decision
    }

    /// What is kept of the request's key under its limit.
    package func state(of request: RateLimitRequest) -> RateLimitState? {
        guard let position = position(of: request.key, NameHash.hash(request.key)) else { return nil }
        return entries[position].slots.first { $0.limit == request.limit }?.state
    }

    /// Keeps what was decided elsewhere.
    package mutating func store(_ outcome: RateLimitOutcome, for request: RateLimitRequest, at now: StoreTime) {
        let hash = NameHash.hash(request.key)
        let slot = Self.slot(request.limit, RateLimitTerms(request.limit), outcome)
        guard let position = position(of: request.key, hash) else { return insert(request.key, hash, slot, at: now) }
        if let index = entries[position].slots.firstIndex(where: { $0.limit == request.limit }) {
            entries[position].slots[index] = slot
        } else {
            add(slot, at: position, now)
        }
    }

    /// Forgets all states of the key.
    package mutating func reset(_ key: String) {
        if let position = position(of: key, NameHash.hash(key)) { remove(at: position) }
    }

    private static func slot(_ limit: RateLimit, _ terms: RateLimitTerms, _ outcome: RateLimitOutcome) -> Slot {
        Slot(limit: limit, terms: terms, state: outcome.state, expiresAt: outcome.expiresAt.microseconds)
    }

    private mutating func add(_ slot: Slot, at position: Int, _ now: StoreTime) {
        entries[position].slots.removeAll { $0.expiresAt <= now.microseconds }
        if entries[position].slots.count >= Self.slotLimit {
            let soonest = entries[position].slots.indices.min {
                entries[position].slots[$0].expiresAt < entries[position].slots[$1].expiresAt
            }
            if let soonest { entries[position].slots.remove(at: soonest) }
        }
        entries[position].slots.append(slot)
    }

    @inline(__always)
    private func position(of key: String, _ hash: UInt64) -> Int? {
        var cursor = index.start(hash)
        while let position = index.candidate(hash, &cursor) {
            if entries[position].key.hasSameBytes(as: key) { return position }
        }
        return nil
    }

    private mutating func insert(_ key: String, _ hash: UInt64, _ slot: Slot, at now: StoreTime) {
        makeRoom(at: now)
        entries.append(Entry(key: key, hash: hash, slots: [slot]))
        index.insert(hash, entries.count - 1) { entries[$0].hash }
    }

    /// Looks at two keys per new one, so that forgotten keys leave as fast as new ones come.
    private mutating func makeRoom(at now: StoreTime) {
        for _ in 0..<2 where !entries.isEmpty {
            hand = hand + 1 < entries.count ? hand + 1 : 0
            if entries[hand].expiresAt <= now.microseconds - Self.grace { remove(at: hand) }
        }
        while entries.count >= keyLimit {
            var victim = hand % entries.count
            for offset in 0..<min(Self.sample, entries.count) {
                let candidate = (hand + offset) % entries.count
                if entries[candidate].expiresAt < entries[victim].expiresAt { victim = candidate }
            }
            hand = (hand + Self.sample) % entries.count
            remove(at: victim)
        }
    }

    /// Fills the gap with the last entry.
    private mutating func remove(at position: Int) {
        let last = entries.count - 1
        index.remove(entries[position].hash, position) { entries[$0].hash }
        if position < last {
            index.remove(entries[last].hash, last) { entries[$0].hash }
            index.insert(entries[last].hash, position) { entries[$0 == position ? last : $0].hash }
            entries.swapAt(position, last)
        }
        entries.removeLast()
    }
}

extension RateLimitTable.Slot {
    mutating func hit(_ cost: Int, at now: StoreTime) -> RateLimitDecision {
        let outcome = RateLimitState.decide(state, terms, cost: cost, now: now)
        if outcome.decision.isAllowed {
            state = outcome.state
            expiresAt = outcome.expiresAt.microseconds
        }
        return outcome.decision
    }
}
