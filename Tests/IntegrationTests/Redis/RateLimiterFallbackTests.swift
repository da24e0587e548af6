import Foundation
import Redis
import Services
import ServicesRedis
import TestSupport
import Testing

@Suite("The rate limiter when Redis goes away", .timeLimit(.minutes(10)))
struct RateLimiterFallbackTests {
    private func request(_ key: String, limit: Int = 1_000_000) -> RateLimitRequest {
        RateLimitRequest(key: key, limit: RateLimit(policy: .gcra, limit: limit, per: .seconds(86_400)))
    }

    @Test("A stopped server is replaced by this process, and used again when it is back")
    func stopped() async throws {
        try await withRedisServer { server in
            let store = try RedisStores.open(server.url, prefix: "p:")
            var options = RateLimiter.Options()
            options.storeTimeLimit = .seconds(5)
            let limiter = RateLimiter(driver: RedisRateLimiterDriver(store: store), options: options)
            #expect(try await limiter.hit(request("a")).isLocal == false)
            try await server.stop()
            for _ in 0..<200 { #expect(try await limiter.hit(request("a")).isAllowed) }
            #expect(try await limiter.hit(request("a")).isLocal)
            try await server.start()
            #expect(try await eventually { try await !limiter.hit(request("a")).isLocal })
            await store.close()
        }
    }

    @Test("A local limit holds while the server is away")
    func limitHolds() async throws {
        try await withRedisServer { server in
            let store = try RedisStores.open(server.url, prefix: "p:")
            let limiter = RateLimiter(driver: RedisRateLimiterDriver(store: store))
            try await server.stop()
            var allowed = 0
            for _ in 0..<50 where try await limiter.hit(request("a", limit: 10)).isAllowed { allowed += 1 }
            #expect(allowed == 10)
            await store.close()
        }
    }

    @Test("A server that hangs costs one wait, not one per request, and is used again when it goes on")
    func hanging() async throws {
        try await withRedisServer { server in
            let store = try RedisStores.open(server.url, prefix: "p:")
            var options = RateLimiter.Options()
            options.storeTimeLimit = .milliseconds(500)
            let limiter = RateLimiter(driver: RedisRateLimiterDriver(store: store), options: options)
            #expect(try await eventually { try await !limiter.hit(request("a")).isLocal })
            server.signal(SIGSTOP)
            let start = ContinuousClock.now
            for _ in 0..<1000 { #expect(try await limiter.hit(request("a")).isAllowed) }
            // One wait each would take 500 seconds; the limiter tries again once a second.
            #expect(start.duration(to: .now) < .seconds(100))
            #expect(try await limiter.hit(request("a")).isLocal)
            server.signal(SIGCONT)
            #expect(try await eventually { try await !limiter.hit(request("a")).isLocal })
            await store.close()
        }
    }
}
