package import Services

/// Leases in the table `distributed_locks`.
package final class SQLiteLockDriver: LockReleaseSignals {
    private static let find = SQL(
        "SELECT holder, token, request_id, expires_at FROM distributed_locks WHERE name = ? AND expires_at > ?"
    )
    private static let take = SQL(
        """
        INSERT INTO distributed_locks (name, holder, token, request_id, acquired_at, expires_at)
        VALUES (?1, ?2, 1, ?3, ?4, ?5)
        ON CONFLICT (name) DO UPDATE SET
            holder = excluded.holder, token = token + 1, request_id = excluded.request_id,
            acquired_at = excluded.acquired_at, expires_at = excluded.expires_at
        RETURNING token
        """
    )
    private static let extend = SQL(
        "UPDATE distributed_locks SET expires_at = ?5 WHERE name = ?1 AND holder = ?2 AND token = ?3 AND expires_at > ?4"
    )
    private static let isHeld = SQL(
        "SELECT 1 FROM distributed_locks WHERE name = ?1 AND holder = ?2 AND token = ?3 AND expires_at > ?4"
    )
    private static let free = SQL(
        """
        UPDATE distributed_locks SET holder = NULL, request_id = NULL, acquired_at = NULL, expires_at = NULL
        WHERE name = ?1 AND holder = ?2 AND token = ?3 AND expires_at > ?4
        """
    )
    private static let list = SQL(
        """
        SELECT name, holder, token, acquired_at, expires_at FROM distributed_locks
        WHERE name >= ?1 AND name < CAST(?2 AS TEXT) AND name > ?3 ORDER BY name LIMIT ?4
        """
    )
    private static let listFromStart = SQL(
        """
        SELECT name, holder, token, acquired_at, expires_at FROM distributed_locks
        WHERE name >= ?1 AND name < CAST(?2 AS TEXT) ORDER BY name LIMIT ?3
        """
    )

    private let store: SQLiteStore
    private let signals: WatchedSignals

    package init(store: SQLiteStore) {
        self.store = store
        signals = WatchedSignals(watch: store.changes) { tx, names throws(ServicesError) in
            var free: [ExactName] = []
            for name in names {
                let isHeld = try tx.first(Self.find, .text(name.name), .integer(tx.now.microseconds)) { _ in true }
                if isHeld == nil { free.append(name) }
            }
            return free
        }
    }

    package func acquire(_ request: LeaseRequest) async throws(ServicesError) -> LeaseAnswer {
        try await store.write { tx throws(ServicesError) in
            var repeated: [Int: FencingToken] = [:]
            for (index, name) in request.names.enumerated() {
                let other = try tx.first(Self.find, .text(name), .integer(tx.now.microseconds)) { row -> LeaseHolder? in
                    let holder = row.text(0)
                    guard holder.isSame(as: request.holder), row.text(2).isSame(as: request.requestID) else {
                        let remaining = Duration.microseconds(row.integer(3) - tx.now.microseconds)
                        return LeaseHolder(name: name, holder: holder, remaining: remaining)
                    }
                    repeated[index] = FencingToken(UInt64(bitPattern: row.integer(1)))
                    return nil
                }
                if let other, let other { return .held(other) }
            }
            var leases: [Lease] = []
            for (index, name) in request.names.enumerated() {
                let token = try Self.grant(name, request, repeated[index], tx)
                leases.append(
                    Lease(name: name, holder: request.holder, token: token, timeToLive: request.timeToLive)
                )
            }
            return .granted(leases)
        }
    }

    private static func grant(
        _ name: String,
        _ request: LeaseRequest,
        _ repeated: FencingToken?,
        _ tx: SQLiteTransaction
    ) throws(ServicesError) -> FencingToken {
        let now = tx.now.microseconds
        let end = (tx.now + request.timeToLive).microseconds
        if let repeated {
            try tx.run(
                extend,
                .text(name),
                .text(request.holder),
                .integer(Int64(bitPattern: repeated.rawValue)),
                .integer(now),
                .integer(end)
            )
            return repeated
        }
        let token = try tx.first(
            take,
            .text(name),
            .text(request.holder),
            .text(request.requestID),
            .integer(now),
            .integer(end)
        ) { $0.integer(0) }
        return FencingToken(UInt64(bitPattern: token ?? 0))
    }

    package func renew(_ leases: [Lease], timeToLive: Duration) async throws(ServicesError) -> Bool {
        try await store.write { tx throws(ServicesError) in
            for lease in leases where try !Self.isHeld(lease, tx) { return false }
            let end = (tx.now + timeToLive).microseconds
            for lease in leases {
                try tx.run(
                    Self.extend,
                    .text(lease.name),
                    .text(lease.holder),
                    .integer(lease.storedToken),
                    .integer(tx.now.microseconds),
                    .integer(end)
                )
            }
            return true
        }
    }

    package func release(_ leases: [Lease]) async throws(ServicesError) -> Int {
        try await store.write { [signals] tx throws(ServicesError) in
            var names: [String] = []
            for lease in leases {
                let count = try tx.run(
                    Self.free,
                    .text(lease.name),
                    .text(lease.holder),
                    .integer(lease.storedToken),
                    .integer(tx.now.microseconds)
                )
                if count > 0 { names.append(lease.name) }
            }
            let freed = names
            if !freed.isEmpty { tx.afterCommit { signals.signal(freed) } }
            return freed.count
        }
    }

    package func isCurrent(_ lease: Lease) async throws(ServicesError) -> Bool {
        try await store.read { tx throws(ServicesError) in try Self.isHeld(lease, tx) }
    }

    private static func isHeld(_ lease: Lease, _ tx: SQLiteTransaction) throws(ServicesError) -> Bool {
        try tx.first(
            isHeld,
            .text(lease.name),
            .text(lease.holder),
            .integer(lease.storedToken),
            .integer(tx.now.microseconds)
        ) { _ in true } ?? false
    }

    package func records(
        prefix: String,
        after name: String?,
        limit: Int
    ) async throws(ServicesError) -> [LockRecord] {
        guard limit > 0 else { return [] }
        return try await store.read { tx throws(ServicesError) in
            let end = SQLiteValue.bytes(prefix.endOfPrefix)
            guard let name else {
                return try tx.rows(Self.listFromStart, .text(prefix), end, .integer(limit)) { row in
                    Self.record(row, tx.now)
                }
            }
            return try tx.rows(Self.list, .text(prefix), end, .text(name), .integer(limit)) { row in
                Self.record(row, tx.now)
            }
        }
    }

    private static func record(_ row: SQLiteRow, _ now: StoreTime) -> LockRecord {
        let end = row.optionalInteger(4).flatMap { $0 > now.microseconds ? StoreTime(microseconds: $0) : nil }
        return LockRecord(
            name: row.text(0),
            holder: end == nil ? nil : row.optionalText(1),
            token: FencingToken(UInt64(bitPattern: row.integer(2))),
            acquiredAt: end == nil ? nil : row.optionalInteger(3).map { StoreTime(microseconds: $0) },
            remaining: end.map { $0 - now }
        )
    }

    package func releases(of names: [String]) -> AsyncStream<Void> {
        signals.listen(to: names)
    }
}

extension Lease {
    fileprivate var storedToken: Int64 { Int64(bitPattern: token.rawValue) }
}

extension String {
    /// Equal byte for byte; `==` also equates different spellings of a character.
    func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// The first bytes, in order, that no text with this prefix reaches; bind as bytes and cast to text.
    ///
    /// No byte of UTF-8 is 255, so the last one can always be raised.
    var endOfPrefix: [UInt8] {
        var bytes = Array(utf8)
        guard let last = bytes.popLast() else { return [0xff] }
        return bytes + [last + 1]
    }
}
