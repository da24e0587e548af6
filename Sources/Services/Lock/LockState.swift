/// All leases of one store as a value: decides every request from the state and the time alone.
package struct LockState: Hashable, Sendable {
    private struct Entry: Hashable {
        var token: UInt64 = 0
        var holder = ExactName("")
        var requestID = ExactName("")
        var acquiredAt: StoreTime?
        /// `nil`: free.
        var expiresAt: StoreTime?

        func isHeld(at now: StoreTime) -> Bool {
            guard let expiresAt else { return false }
            return expiresAt > now
        }

        func isHeld(by lease: Lease, at now: StoreTime) -> Bool {
            isHeld(at: now) && token == lease.token.rawValue && holder == ExactName(lease.holder)
        }
    }

    private var entries: [ExactName: Entry] = [:]

    package init() {}

    package mutating func acquire(_ request: LeaseRequest, at now: StoreTime) -> LeaseAnswer {
        let (holder, requestID) = (ExactName(request.holder), ExactName(request.requestID))
        for name in request.names {
            guard let entry = entries[ExactName(name)], entry.isHeld(at: now) else { continue }
            guard entry.holder == holder, entry.requestID == requestID else {
                return .held(
                    LeaseHolder(name: name, holder: entry.holder.name, remaining: entry.expiresAt.map { $0 - now })
                )
            }
        }
        return .granted(
            request.names.map { name in
                var entry = entries[ExactName(name)] ?? Entry()
                if !entry.isHeld(at: now) {
                    entry.token += 1
                    entry.acquiredAt = now
                    entry.holder = holder
                    entry.requestID = requestID
                }
                entry.expiresAt = now + request.timeToLive
                entries[ExactName(name)] = entry
                return Lease(
                    name: name,
                    holder: request.holder,
                    token: FencingToken(entry.token),
                    timeToLive: request.timeToLive
                )
            }
        )
    }

    package mutating func renew(_ leases: [Lease], timeToLive: Duration, at now: StoreTime) -> Bool {
        guard leases.allSatisfy({ isCurrent($0, at: now) }) else { return false }
        for lease in leases { entries[ExactName(lease.name)]?.expiresAt = now + timeToLive }
        return true
    }

    /// Gives the leases back.
    ///
    /// - Returns: the names that became free.
    package mutating func release(_ leases: [Lease], at now: StoreTime) -> [String] {
        leases.filter { lease in
            guard isCurrent(lease, at: now) else { return false }
            entries[ExactName(lease.name)]?.expiresAt = nil
            return true
        }.map(\.name)
    }

    package func isCurrent(_ lease: Lease, at now: StoreTime) -> Bool {
        entries[ExactName(lease.name)]?.isHeld(by: lease, at: now) ?? false
    }

    package func records(prefix: String, after name: String?, limit: Int, at now: StoreTime) -> [LockRecord] {
        let after = name.map(ExactName.init)
        let names = entries.keys.filter { key in
            guard key.hasPrefix(prefix) else { return false }
            guard let after else { return true }
            return after < key
        }
        return names.sorted().prefix(max(0, limit)).compactMap { key in
            guard let entry = entries[key] else { return nil }
            let isHeld = entry.isHeld(at: now)
            return LockRecord(
                name: key.name,
                holder: isHeld ? entry.holder.name : nil,
                token: FencingToken(entry.token),
                acquiredAt: isHeld ? entry.acquiredAt : nil,
                remaining: isHeld ? entry.expiresAt.map { $0 - now } : nil
            )
        }
    }
}
