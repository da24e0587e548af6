import Redis
package import Services

/// Cached values on Redis, shared by all processes.
///
/// Redis forgets entries by itself when they end, and earlier when it is told to evict; both are fine for a cache.
/// Invalidating many entries takes several steps, each of a bounded size: it is complete when it returns.
package struct RedisCacheDriver: CacheDriver {
    package struct Options: Sendable {
        /// Entries removed in one step, during which the server does nothing else.
        ///
        /// Default 500.
        package var batch = 500
        /// Most steps of one invalidation; beyond it the call fails, because others store as fast as it removes.
        ///
        /// Default 100,000.
        package var stepLimit = 100_000

        package init() {}
    }

    private static let prefix = "cache:"
    /// Longest time, more than a century: sums with it stay exact in Lua.
    private static let longestInMicroseconds: Int64 = 1 << 51

    private let store: RedisStore
    private let options: Options

    package init(store: RedisStore, options: Options = Options()) {
        self.store = store
        self.options = options
    }

    package func entry(_ key: CacheKey) async throws(ServicesError) -> CacheEntry? {
        let room = "\(key.namespace.utf8.count):" + key.namespace
        let replies = try await store.pipeline([
            RedisCommand("TIME"),
            RedisCommand(
                "HMGET",
                store.key(Self.prefix + "entry:", room + ":" + key.key),
                "value",
                "fresh",
                "usable",
                "load",
                "version"
            ),
        ])
        return try store.read { () throws(RedisError) in
            guard replies.count == 2 else { throw .missingReply("a time and an entry") }
            let time = try replies[0].array()
            let fields = try replies[1].array()
            guard time.count == 2, fields.count == 5 else { throw .missingReply("a time and an entry") }
            guard !fields[4].isNull else { return nil }
            let now = try time[0].integer() * 1_000_000 + time[1].integer()
            let usableFor = try fields[2].integer() - now
            guard usableFor > 0 else { return nil }
            return CacheEntry(
                value: try fields[0].optionalBytes(),
                freshFor: .microseconds(try fields[1].integer() - now),
                usableFor: .microseconds(usableFor),
                loadTime: .microseconds(try fields[3].integer()),
                version: Int64(try fields[4].integer())
            )
        }
    }

    package func store(_ write: CacheWrite, ifVersion version: Int64?) async throws(ServicesError) -> Int64? {
        try store.options.limits.check(payload: write.value ?? [], what: "cached value")
        return try await runForVersion(
            CacheScript.store,
            write.key.namespace,
            [
                .text(write.key.key), write.value == nil ? 0 : 1, .bytes(write.value ?? []),
                Self.microseconds(write.freshFor), Self.microseconds(max(write.freshFor, write.usableFor)),
                Self.microseconds(write.loadTime), version.map { .integer(Int($0)) } ?? "",
            ] + write.tags.map { .text($0) }
        )
    }

    package func invalidate(_ selector: CacheSelector) async throws(ServicesError) -> Int {
        // No key of UTF-8 text holds the byte 255, so it ends every prefix.
        let (kind, name): (RedisArgument, String) =
            switch selector {
            case .key(let key): ("key", key.key)
            case .prefix(let key): ("prefix", key.key)
            case .tag(_, let tag): ("tag", tag)
            case .namespace: ("prefix", "")
            }
        var removed = 0
        for _ in 0..<options.stepLimit {
            let reply = try await run(
                CacheScript.invalidate,
                selector.namespace,
                [kind, .text(name), .bytes(Array(name.utf8) + [255]), .integer(options.batch)]
            )
            let counts = try store.read { () throws(RedisError) in try reply.array() }
            guard counts.count == 2 else { throw .redis(.missingReply("two counts"), store: store.name) }
            removed += try store.read { () throws(RedisError) in try counts[0].integer() }
            let seen = try store.read { () throws(RedisError) in try counts[1].integer() }
            if case .key = selector { return removed }
            if seen < options.batch { return removed }
        }
        throw ServicesError(
            code: .overloaded,
            message: "The invalidation removed \(removed) entries and did not come to an end.",
            hint: "others store entries as fast as they are removed; try again"
        )
    }

    package func beginLoad(
        _ key: CacheKey,
        holder: String,
        lease: Duration
    ) async throws(ServicesError) -> Int64? {
        try await runForVersion(
            CacheScript.beginLoad,
            key.namespace,
            [.text(key.key), .text(holder), Self.microseconds(lease)]
        )
    }

    package func endLoad(_ key: CacheKey, holder: String) async throws(ServicesError) {
        _ = try await run(CacheScript.endLoad, key.namespace, [.text(key.key), .text(holder)])
    }

    package func usage() async throws(ServicesError) -> [CacheUsage] {
        var usage: [CacheUsage] = []
        for namespace in try await namespaces() {
            let (entries, bytes, _) = try await look(at: namespace, sweeping: options.batch)
            if entries > 0 {
                usage.append(CacheUsage(namespace: namespace, entries: entries, sizeInBytes: bytes))
            }
        }
        return usage.sorted { ExactName($0.namespace) < ExactName($1.namespace) }
    }

    package func prune(limit: Int) async throws(ServicesError) -> Int {
        var left = limit
        for namespace in try await namespaces() where left > 0 {
            left -= try await look(at: namespace, sweeping: min(left, options.batch)).swept
        }
        // Redis forgot the entries itself: only what was noted beside them is swept here.
        return 0
    }

    private func namespaces() async throws(ServicesError) -> [String] {
        let replies = try await store.pipeline([RedisCommand("SMEMBERS", store.key(Self.prefix, "namespaces"))])
        return try store.read { () throws(RedisError) in
            var names: [String] = []
            for name in try replies.first?.array() ?? [] { names.append(try name.text()) }
            return names
        }
    }

    private func look(
        at namespace: String,
        sweeping limit: Int
    ) async throws(ServicesError) -> (entries: Int, bytes: Int, swept: Int) {
        let reply = try await run(CacheScript.usage, namespace, [.integer(limit)])
        return try store.read { () throws(RedisError) in
            let counts = try reply.array()
            guard counts.count == 3 else { throw .missingReply("three counts") }
            return (try counts[0].integer(), try counts[1].integer(), try counts[2].integer())
        }
    }

    private func runForVersion(
        _ script: RedisScript,
        _ namespace: String,
        _ arguments: [RedisArgument]
    ) async throws(ServicesError) -> Int64? {
        let reply = try await run(script, namespace, arguments)
        return try store.read { () throws(RedisError) in reply.isNull ? nil : Int64(try reply.integer()) }
    }

    private func run(
        _ script: RedisScript,
        _ namespace: String,
        _ arguments: [RedisArgument]
    ) async throws(ServicesError) -> RedisValue {
        try await store.run(script, keys: [], [store.key(Self.prefix), .text(namespace)] + arguments)
    }

    private static func microseconds(_ duration: Duration) -> RedisArgument {
        .integer(Int(min(max(0, duration.wholeMicroseconds), longestInMicroseconds)))
    }
}
