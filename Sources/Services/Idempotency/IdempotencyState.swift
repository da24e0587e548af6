/// All idempotency keys of one store as a value: decides every request from the state and the time alone.
package struct IdempotencyState: Hashable, Sendable {
    /// How long after its lease an unfinished claim is pruned.
    static let abandonedAfter = Duration.seconds(86_400)

    private struct Name: Hashable {
        let scope: ExactName
        let key: ExactName

        init(_ key: IdempotencyKey) {
            scope = ExactName(key.scope)
            self.key = ExactName(key.key)
        }
    }

    private struct Entry: Hashable {
        var digest: [UInt8]
        var owner: String
        var generation: Int64
        /// `nil`: somebody executes, or did.
        var answer: StoredAnswer?
        /// End of the lease, or of the answer's time.
        var until: StoreTime
    }

    private var entries: [Name: Entry] = [:]
    private var lastGeneration: Int64 = 0

    package init() {}

    package mutating func begin(
        _ key: IdempotencyKey,
        digest: [UInt8],
        owner: String,
        lease: Duration,
        at now: StoreTime
    ) -> IdempotencyAnswer {
        if let entry = entries[Name(key)], entry.until > now {
            guard digest.isEmpty || entry.digest.isEmpty || digest == entry.digest else { return .conflict }
            return entry.answer.map { .stored($0) } ?? .inProgress(remaining: entry.until - now)
        }
        // One count for all keys: a claim from before its key was forgotten or pruned is never mistaken for a later one.
        lastGeneration += 1
        entries[Name(key)] = Entry(digest: digest, owner: owner, generation: lastGeneration, until: now + lease)
        return .started(IdempotencyClaim(key: key, owner: owner, generation: lastGeneration))
    }

    package mutating func renew(_ claim: IdempotencyClaim, lease: Duration, at now: StoreTime) -> Bool {
        guard isHeld(claim) else { return false }
        entries[Name(claim.key)]?.until = now + lease
        return true
    }

    package mutating func finish(
        _ claim: IdempotencyClaim,
        with answer: StoredAnswer,
        keepFor: Duration,
        at now: StoreTime
    ) -> Bool {
        guard isHeld(claim) else { return false }
        entries[Name(claim.key)]?.answer = answer
        entries[Name(claim.key)]?.until = now + keepFor
        return true
    }

    package mutating func forget(_ claim: IdempotencyClaim) {
        if isHeld(claim) { entries[Name(claim.key)] = nil }
    }

    package mutating func prune(limit: Int, at now: StoreTime) -> Int {
        let old = entries.filter { _, entry in
            (entry.answer == nil ? entry.until + Self.abandonedAfter : entry.until) <= now
        }.sorted { $0.value.until < $1.value.until }.prefix(max(0, limit))
        for (name, _) in old { entries[name] = nil }
        return old.count
    }

    /// Whether the claim is unfinished and still its owner's.
    private func isHeld(_ claim: IdempotencyClaim) -> Bool {
        guard let entry = entries[Name(claim.key)] else { return false }
        return entry.answer == nil && entry.generation == claim.generation
            && ExactName(entry.owner) == ExactName(claim.owner)
    }
}
