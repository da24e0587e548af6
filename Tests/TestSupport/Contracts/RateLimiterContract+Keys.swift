import Locking
import Services
import Testing

extension RateLimiterContract {
    static let keys: [Check] = [
        Check("Keys, policies and limits do not touch each other") { store in
            let driver = try await store.open()
            var requests: [RateLimitRequest] = []
            for key in ["a", "b", "a:b"] {
                for policy in policies {
                    requests.append(RateLimitRequest(key: key, limit: limit(policy, 1)))
                    requests.append(RateLimitRequest(key: key, limit: limit(policy, 2)))
                    let brief = RateLimit(policy: policy, limit: 1, per: .seconds(299 * 86_400))
                    requests.append(RateLimitRequest(key: key, limit: brief))
                }
            }
            for request in requests { #expect(try await driver.hit(request).isAllowed, "\(request)") }
            for request in requests where request.limit.limit == 1 {
                #expect(!(try await driver.hit(request).isAllowed), "\(request)")
            }
        },
        Check("Drivers on one store share the count") { store in
            let (one, two) = (try await store.open(), try await store.open())
            for policy in policies {
                let request = RateLimitRequest(key: "a", limit: limit(policy, 2))
                #expect(try await one.hit(request).remaining == 1, "\(policy)")
                #expect(try await two.hit(request).remaining == 0, "\(policy)")
                #expect(!(try await one.hit(request).isAllowed), "\(policy)")
            }
        },
        Check("Resetting a key forgets all its limits, and no other key's") { store in
            let driver = try await store.open()
            for name in ["a", "a:", "a:b", "b"] {
                for policy in policies {
                    _ = try await driver.hit(RateLimitRequest(key: name, limit: limit(policy, 3), cost: 3))
                    _ = try await driver.hit(RateLimitRequest(key: name, limit: limit(policy, 4), cost: 3))
                }
            }
            try await driver.reset("a")
            try await driver.reset("never used")
            for policy in policies {
                #expect(try await driver.peek(RateLimitRequest(key: "a", limit: limit(policy, 3))).remaining == 3)
                #expect(try await driver.peek(RateLimitRequest(key: "a", limit: limit(policy, 4))).remaining == 4)
                for name in ["a:", "a:b", "b"] {
                    let look = try await driver.peek(RateLimitRequest(key: name, limit: limit(policy, 3)))
                    #expect(!look.isAllowed, "\(name) \(policy)")
                }
            }
        },
        Check("Keys are told apart by their bytes") { store in
            let driver = try await store.open()
            for (index, key) in HostileNames.all.enumerated() {
                let request = RateLimitRequest(key: key, limit: limit(.gcra, 1_000), cost: index + 1)
                #expect(try await driver.hit(request).remaining == 999 - index, "\(key.debugDescription)")
            }
            for (index, key) in HostileNames.all.enumerated() {
                let request = RateLimitRequest(key: key, limit: limit(.gcra, 1_000))
                #expect(try await driver.peek(request).remaining == 999 - index, "\(key.debugDescription)")
            }
            try await driver.reset(HostileNames.all[0])
            let kept = RateLimitRequest(key: HostileNames.all[1], limit: limit(.gcra, 1_000))
            #expect(try await driver.peek(kept).remaining == 998)
        },
    ]

    static let contention: [Check] = [
        Check("Hits at the same time never pass the limit, and use it up") { store in
            for policy in policies {
                let limit = limit(policy, 50)
                let allowed = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<8 {
                        let driver = try await store.open()
                        group.addTask {
                            var allowed = 0
                            for _ in 0..<20 {
                                let decision = try await driver.hit(RateLimitRequest(key: "a", limit: limit))
                                if decision.isAllowed { allowed += 1 }
                            }
                            return allowed
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(allowed == 50, "\(policy)")
            }
        },
        Check("Calls over the same limits in any order neither hang nor charge by halves") { store in
            let keys = ["a", "b", "c", "d"]
            let used = Lock<[String: Int]>([:])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<6 {
                    let driver = try await store.open()
                    group.addTask {
                        var random = SeededRandom(seed: UInt64(worker))
                        for _ in 0..<20 {
                            let chosen = Array(keys.shuffled(using: &random).prefix(random.int(in: 1...3)))
                            let requests = chosen.map { RateLimitRequest(key: $0, limit: limit(.gcra, 30)) }
                            let decisions = try await driver.hit(requests)
                            guard decisions.allSatisfy(\.isAllowed) else { continue }
                            used.withLock { used in
                                for key in chosen { used[key, default: 0] += 1 }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let driver = try await store.open()
            for key in keys {
                let left = try await driver.peek(RateLimitRequest(key: key, limit: limit(.gcra, 30))).remaining
                #expect(left == 30 - used.withLock { $0[key, default: 0] }, "\(key)")
            }
        },
    ]
}
