import Foundation
import Redis
import Services
import ServicesRedis
import TestSupport
import Testing

@Suite("Redis drivers without their server", .timeLimit(.minutes(10)))
struct RedisDriverFaultTests {
    private let request = RateLimitRequest(
        key: "a",
        limit: RateLimit(policy: .gcra, limit: 5, per: .seconds(3600))
    )

    private func failure(_ body: () async throws -> Void) async -> ServicesError? {
        do { try await body() } catch { return error as? ServicesError }
        return nil
    }

    @Test("While the server is away every driver says so at once, and all work again when it is back")
    func restart() async throws {
        try await withRedisServer { server in
            let store = try RedisStores.open(server.url, prefix: "p:")
            let limiter = RedisRateLimiterDriver(store: store)
            let cache = RedisCacheDriver(store: store)
            let lock = RedisLockDriver(store: store)
            let pubSub = RedisPubSubDriver(store: store)
            let subscription = try await pubSub.subscribe(to: .prefix("t"), bufferLimit: 100)
            let first = try await limiter.hit([request])
            #expect(first.first?.remaining == 4)
            let lease = try #require(try await lock.take("name"))

            try await server.stop()
            let isAway = await eventually {
                await failure { _ = try await limiter.peek(request) }?.message.contains("is away") == true
            }
            #expect(isAway)
            let start = ContinuousClock.now
            for _ in 0..<25 {
                let errors = [
                    await failure { _ = try await limiter.hit([request]) },
                    await failure { _ = try await cache.entry(CacheKey("n", "a")) },
                    await failure { _ = try await lock.take("name") },
                    await failure { try await pubSub.publish([PubSubMessage(topic: Topic("t"), payload: [])]) },
                ]
                for error in errors { #expect(error?.code == .storeUnavailable) }
            }
            // One wait for a time-out would take longer than this.
            #expect(start.duration(to: .now) < .seconds(50))

            try await server.start()
            let isBack = await eventually {
                await failure { _ = try await limiter.peek(request) } == nil
            }
            #expect(isBack)
            // The server kept nothing, neither data nor scripts: everything begins anew, and tokens still rise.
            let again = try await limiter.hit([request])
            #expect(again.first?.remaining == 4)
            #expect(try await cache.store(.make("a", [1]), ifVersion: nil) != nil)
            let next = try #require(try await lock.take("name"))
            #expect(next.token > lease.token)
            var events = subscription.makeAsyncIterator()
            #expect(await events.next() == .gap(lost: nil))
            try await pubSub.publish([PubSubMessage(topic: Topic("t"), payload: [1])])
            #expect(await events.next() == .message(PubSubMessage(topic: Topic("t"), payload: [1])))
            await store.close()
        }
    }

    @Test("A full server is told as such, and what it has is still read")
    func full() async throws {
        var options = RedisServer.Options()
        options.arguments = ["--maxmemory", "8mb", "--maxmemory-policy", "noeviction"]
        try await withRedisServer(options: options) { server in
            let store = try RedisStores.open(server.url, prefix: "p:")
            let cache = RedisCacheDriver(store: store)
            var error: ServicesError?
            for number in 0..<30 where error == nil {
                error = await failure {
                    _ = try await cache.store(
                        .make("k\(number)", [UInt8](repeating: 1, count: 1 << 20)),
                        ifVersion: nil
                    )
                }
            }
            #expect(error?.code == .storeFull)
            #expect(error?.cause == "OOM")
            #expect(try await cache.entry(CacheKey("n", "k0")) != nil)
            await store.close()
        }
    }

    @Test("A key that something else wrote is told as damaged")
    func foreignKey() async throws {
        let url = try await RedisServer.shared().url
        let prefix = "test:\(UUID().uuidString):"
        let store = try RedisStores.open(url, prefix: prefix)
        _ = try await store.client.send("SET", .text(prefix + "limit:a"), "text")
        let limiter = RedisRateLimiterDriver(store: store)
        let error = await failure { _ = try await limiter.hit([request]) }
        #expect(error?.cause == "WRONGTYPE" || error?.code == .storeRefused)
        _ = try await store.client.send("DEL", .text(prefix + "limit:a"))
        let slot = RateLimitTerms(request.limit).slot
        _ = try await store.client.send("HSET", .text(prefix + "limit:a"), .text(slot), "nonsense")
        #expect(try await limiter.hit([request]).first?.remaining == 4)
        await store.close()
    }

    @Test("A cancelled caller is told so")
    func cancelled() async throws {
        let store = try RedisStores.open(try await RedisServer.shared().url, prefix: "x:")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { _ = try await RedisRateLimiterDriver(store: store).hit([request]) }
        }
        #expect(await task.value?.code == .cancelled)
        await store.close()
    }
}

extension RedisLockDriver {
    fileprivate func take(_ name: String) async throws -> Lease? {
        let request = LeaseRequest(
            names: [name],
            holder: "h",
            timeToLive: .seconds(3600),
            requestID: UUID().uuidString
        )
        guard case .granted(let leases) = try await acquire(request) else { return nil }
        return leases.first
    }
}
