/// Rate-limit states of many keys in bounded memory.
///
/// States are forgotten once they are as if the key had never been used; when there is no room, the one that would be
/// forgotten soonest among a few is dropped, which forgives that key what little it still owed.
package struct RateLimitTable: Sendable {
    struct Slot {
        let limit: RateLimit
        let terms: RateLimitTerms
        var state: RateLimitState
        var expiresAt: Int64
    }

    struct Entry {
        let key: ExactName
        var slots: [Slot]

        var expiresAt: Int64 { slots.reduce(.min) { max($0, $1.expiresAt) } }
    }

    private var positions: [ExactName: Int] = [:]
    private(set) var entries: [Entry] = []
    private var hand = 0
    private let keyLimit: Int
    /// Different limits remembered per key.
    private static let slotLimit = 32
    /// Keys looked at to find one to drop.
    private static let sample = 16

    /// - Parameter keyLimit: keys remembered, at least 1.
    package init(keyLimit: Int) {
        self.keyLimit = max(1, keyLimit)
    }

    package var count: Int { entries.count }

    /// Decides one request and keeps its state.
    package mutating func hit(_ request: RateLimitRequest, at now: StoreTime) -> RateLimitDecision {
        let key = ExactName(request.key)
        guard let position = positions[key] else {
            let terms = RateLimitTerms(request.limit)
            let outcome = RateLimitState.decide(nil, terms, cost: request.cost, now: now)
            if outcome.decision.isAllowed { insert(key, Self.slot(request.limit, terms, outcome), at: now) }
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
        guard let position = positions[ExactName(request.key)] else { return nil }
        return entries[position].slots.first { $0.limit == request.limit }?.state
    }

    /// Keeps what was decided elsewhere.
    package mutating func store(_ outcome: RateLimitOutcome, for request: RateLimitRequest, at now: StoreTime) {
        let key = ExactName(request.key)
        let slot = Self.slot(request.limit, RateLimitTerms(request.limit), outcome)
        guard let position = positions[key] else { return insert(key, slot, at: now) }
        if let index = entries[position].slots.firstIndex(where: { $0.limit == request.limit }) {
            entries[position].slots[index] = slot
        } else {
            add(slot, at: position, now)
        }
    }

    /// Forgets all states of the key.
    package mutating func reset(_ key: String) {
        if let position = positions[ExactName(key)] { remove(at: position) }
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

    private mutating func insert(_ key: ExactName, _ slot: Slot, at now: StoreTime) {
        makeRoom(at: now)
        positions[key] = entries.count
        entries.append(Entry(key: key, slots: [slot]))
    }

    /// Looks at two keys per new one, so that forgotten keys leave as fast as new ones come.
    private mutating func makeRoom(at now: StoreTime) {
        for _ in 0..<2 where !entries.isEmpty {
            hand = hand + 1 < entries.count ? hand + 1 : 0
            if entries[hand].expiresAt <= now.microseconds { remove(at: hand) }
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
        positions[entries[position].key] = nil
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        positions[last.key] = position
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
