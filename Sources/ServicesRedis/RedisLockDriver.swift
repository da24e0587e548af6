import Redis
package import Services

/// Leases on Redis, **for efficiency only**.
///
/// Within one server that keeps its memory they exclude each other. A failover to a replica, a restart or an eviction may
/// forget a lease that is still held: where two holders would do harm, use Postgres or SQLite, or let the resource check
/// the fencing token. Names are kept for ever, because tokens must not go back.
package struct RedisLockDriver: LockReleaseSignals {
    private static let prefix = "lock:"
    private static let index = "locks"
    private static let channel = "lock-released:"
    /// Longest time to live, more than a century: sums with it stay exact in Lua.
    private static let longestInMicroseconds: Int64 = 1 << 52

    private let store: RedisStore

    package init(store: RedisStore) {
        self.store = store
    }

    package func acquire(_ request: LeaseRequest) async throws(ServicesError) -> LeaseAnswer {
        guard !request.names.isEmpty else { return .granted([]) }
        let reply = try await store.run(
            LockScript.acquire,
            keys: [store.key(Self.index)] + request.names.map { store.key(Self.prefix, $0) },
            [.text(request.holder), .text(request.requestID), Self.microseconds(request.timeToLive)]
                + request.names.map { .text($0) },
            // A grant whose answer was lost is asked for again under its id, which the lock must be told.
            isRepeatable: false
        )
        return try store.read { () throws(RedisError) in try Self.answer(reply, to: request) }
    }

    package func renew(_ leases: [Lease], timeToLive: Duration) async throws(ServicesError) -> Bool {
        guard !leases.isEmpty else { return true }
        let reply = try await store.run(
            LockScript.renew,
            keys: leases.map { store.key(Self.prefix, $0.name) },
            [Self.microseconds(timeToLive)] + leases.flatMap { [.text($0.holder), Self.token($0)] }
        )
        return try store.read { () throws(RedisError) in try reply.integer() == 1 }
    }

    package func release(_ leases: [Lease]) async throws(ServicesError) -> Int {
        guard !leases.isEmpty else { return 0 }
        let reply = try await store.run(
            LockScript.release,
            keys: leases.map { store.key(Self.prefix, $0.name) },
            leases.flatMap { [.text($0.holder), Self.token($0), store.key(Self.channel, $0.name)] },
            isRepeatable: false
        )
        return try store.read { () throws(RedisError) in try reply.integer() }
    }

    package func isCurrent(_ lease: Lease) async throws(ServicesError) -> Bool {
        let reply = try await store.run(
            LockScript.isCurrent,
            keys: [store.key(Self.prefix, lease.name)],
            [.text(lease.holder), Self.token(lease)]
        )
        return try store.read { () throws(RedisError) in try reply.integer() == 1 }
    }

    package func records(
        prefix: String,
        after name: String?,
        limit: Int
    ) async throws(ServicesError) -> [LockRecord] {
        guard limit > 0 else { return [] }
        let prefix = Array(prefix.utf8)
        // "(" leaves the bound out; no name of UTF-8 text holds the byte 255, so it ends every prefix.
        var lower: [UInt8] = [UInt8(ascii: "[")] + prefix
        if let name, prefix.lexicographicallyPrecedes(Array(name.utf8)) || prefix == Array(name.utf8) {
            lower = [UInt8(ascii: "(")] + name.utf8
        }
        let reply = try await store.run(
            LockScript.records,
            keys: [store.key(Self.index)],
            [
                store.key(Self.prefix), .bytes(lower), .bytes([UInt8(ascii: "(")] + prefix + [255]), .integer(limit),
            ]
        )
        return try store.read { () throws(RedisError) in try Self.records(reply) }
    }

    package func releases(of names: [String]) async throws(ServicesError) -> AsyncStream<Void> {
        // One signal says it all: further ones while nobody looks are the same hint.
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        var stops: [@Sendable () -> Void] = []
        for name in names {
            do {
                let channel = Array((store.options.keyPrefix + Self.channel + name).utf8)
                stops.append(
                    try await store.subscriber.listen(
                        to: .channel(channel),
                        ended: { continuation.finish() },
                        { _ in continuation.yield() }
                    )
                )
            } catch {
                for stop in stops { stop() }
                throw .redis(error, store: store.name)
            }
        }
        let all = stops
        continuation.onTermination = { _ in for stop in all { stop() } }
        return stream
    }

    private static func microseconds(_ duration: Duration) -> RedisArgument {
        .integer(Int(min(max(0, duration.wholeMicroseconds), longestInMicroseconds)))
    }

    private static func token(_ lease: Lease) -> RedisArgument { .text(String(lease.token.rawValue)) }

    private static func answer(_ reply: RedisValue, to request: LeaseRequest) throws(RedisError) -> LeaseAnswer {
        let parts = try reply.array()
        guard let isGranted = parts.first else { throw .missingReply("an answer") }
        guard try isGranted.integer() == 1 else {
            guard parts.count == 4, request.names.indices.contains(try parts[1].integer()) else {
                throw .missingReply("a holder")
            }
            return .held(
                LeaseHolder(
                    name: request.names[try parts[1].integer()],
                    holder: try parts[2].text(),
                    remaining: .microseconds(try parts[3].integer())
                )
            )
        }
        guard parts.count == request.names.count + 1 else { throw .missingReply("a token per name") }
        var leases: [Lease] = []
        for (name, token) in zip(request.names, parts.dropFirst()) {
            leases.append(
                Lease(
                    name: name,
                    holder: request.holder,
                    token: FencingToken(UInt64(try token.integer())),
                    timeToLive: request.timeToLive
                )
            )
        }
        return .granted(leases)
    }

    private static func records(_ reply: RedisValue) throws(RedisError) -> [LockRecord] {
        var records: [LockRecord] = []
        for row in try reply.array() {
            let parts = try row.array()
            guard parts.count == 2 || parts.count == 5 else { throw .missingReply("a lock's record") }
            let isHeld = parts.count == 5
            records.append(
                LockRecord(
                    name: try parts[0].text(),
                    holder: isHeld ? try parts[2].text() : nil,
                    token: FencingToken(UInt64(try parts[1].integer())),
                    acquiredAt: isHeld ? StoreTime(microseconds: Int64(try parts[3].integer())) : nil,
                    remaining: isHeld ? .microseconds(try parts[4].integer()) : nil
                )
            )
        }
        return records
    }
}
