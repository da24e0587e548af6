import Foundation
import Services
import ServicesRedis

/// R1, R2: one request charged against a limit that is far away, on Redis and in memory.
struct LimiterContest {
    let redis: RedisPlace
    let scale: Double

    /// GCRA in as few words as it can be written, for the limit of what the server can do.
    private static let script = """
        local t = redis.call("TIME")
        local now = t[1] * 1000000 + t[2]
        local cost, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
        local at = math.max(tonumber(redis.call("GET", KEYS[1]) or 0), now) + cost
        if at - now > burst then return {0, 0, at - now - burst} end
        redis.call("SET", KEYS[1], string.format("%.0f", at), "PX", math.ceil((at - now) / 1000))
        return {1, math.floor((burst - at + now) / cost), 0}
        """

    func contests() async throws -> [RateContest] {
        let file = redis.workplace.appending("gcra.lua")
        try Self.script.write(toFile: file, atomically: true, encoding: .utf8)
        let digest = try await redis.command("SCRIPT LOAD \"$(cat '\(file)')\"")
        let command = "EVALSHA \(digest) 1 limit:__rand_int__ 60 60000000"
        let few = scaled(200_000)
        let many = scaled(400_000)
        let server = "the script, redis-benchmark -c 50"
        return [
            RateContest(
                number: "R1",
                title: "Redis, GCRA, 50 callers",
                contenders: [
                    .init(name: "rate limiter") { try await onRedis(few, callers: 50) },
                    .init(name: server + " -P 1") {
                        try await redis.redisBenchmark(command, count: few, clients: 50, depth: 1)
                    },
                    .init(name: "limits, fixed window") { try await limits("fixed") },
                    .init(name: "limits, moving window") { try await limits("moving") },
                    .init(name: "limits, sliding window") { try await limits("sliding") },
                ],
                targets: [server + " -P 1": 0.7]
            ),
            RateContest(
                number: "R1",
                title: "Redis, GCRA, 800 callers",
                contenders: [
                    .init(name: "rate limiter") { try await onRedis(many, callers: 800) },
                    .init(name: server + " -P 16") {
                        try await redis.redisBenchmark(command, count: many, clients: 50, depth: 16)
                    },
                ],
                targets: [server + " -P 16": 0.6]
            ),
        ]
    }

    func memoryRows(rounds: Int) async throws -> [ServiceRow] {
        var (rates, others): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            rates.append(inMemory(scaled(4_000_000)).rate)
            let words = ["memory", "fixed", "\(scaled(200_000))"]
            let other = try await redis.peers.measure("limits_hits", words, meter: ProcessorMeter(server: nil))
            others.append(1e6 / (other.clientCost ?? 0))
        }
        return [
            Gauge(
                number: "R2",
                title: "in memory, per second of processor time",
                how: "memory driver, GCRA",
                bound: .atLeast(5e6),
                format: ServiceRow.rate
            ).row(rates),
            Gauge(number: "", title: "", how: "limits, fixed window", format: ServiceRow.rate).row(others),
        ]
    }

    private static func request(_ number: Int) -> RateLimitRequest {
        RateLimitRequest(key: "key\(number)", limit: RateLimit(policy: .gcra, limit: 1_000_000, per: .seconds(60)))
    }

    private func onRedis(_ hits: Int, callers: Int) async throws -> Effort {
        try await redis.withStore { store in
            var options = RateLimiter.Options()
            // On a busy machine a round trip may take longer than the default, and the local limiter would be measured.
            options.storeTimeLimit = .milliseconds(250)
            let limiter = RateLimiter(driver: RedisRateLimiterDriver(store: store), options: options)
            let requests = (0..<10_000).map(Self.request)
            return try await redis.meter.measure(hits / callers * callers) {
                try await inParallel(callers) { caller in
                    for number in 0..<(hits / callers) {
                        let decision = try await limiter.hit(requests[(caller * 7_919 + number) % 10_000])
                        guard decision.isAllowed, !decision.isLocal else {
                            throw BenchmarkFailure("The limiter denied, or decided without the server: \(decision)")
                        }
                    }
                }
            }
        }
    }

    private func inMemory(_ hits: Int) -> Effort {
        let driver = MemoryRateLimiterDriver()
        let requests = (0..<10_000).map(Self.request)
        let start = ProcessorMeter.ownSeconds
        var allowed = 0
        for number in 0..<hits where driver.hit(requests[number % 10_000]).isAllowed { allowed += 1 }
        return Effort(count: allowed, duration: .seconds(ProcessorMeter.ownSeconds - start))
    }

    private func limits(_ strategy: String) async throws -> Effort {
        let words = [redis.socket, strategy, "\(scaled(20_000))"]
        return try await redis.peers.measure("limits_hits", words, meter: redis.meter)
    }

    /// A quarter of it, and a tenth and a hundredth of that, are whole numbers.
    private func scaled(_ number: Int) -> Int { max(400, Int(Double(number) * scale) / 400 * 400) }
}
