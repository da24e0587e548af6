package import Services
import Testing

/// What every store of rate limits promises.
///
/// The checks use periods of 300 days where time must not matter, so that no window ends and nothing drains during one.
package enum RateLimiterContract {
    package typealias Check = ContractCheck<any RateLimiterDriver>

    package static var checks: [Check] { deciding + several + keys + contention }

    static func limit(_ policy: RateLimit.Policy, _ limit: Int, burst: Int? = nil) -> RateLimit {
        RateLimit(policy: policy, limit: limit, per: .seconds(300 * 86_400), burst: burst)
    }

    static let policies = RateLimit.Policy.allCases

    static let deciding: [Check] = [
        Check("A key is allowed its limit and then refused") { store in
            let driver = try await store.open()
            for policy in policies {
                let request = RateLimitRequest(key: "a", limit: limit(policy, 5))
                var decisions: [RateLimitDecision] = []
                for _ in 0..<7 { decisions.append(try await driver.hit(request)) }
                #expect(decisions.map(\.isAllowed) == [true, true, true, true, true, false, false], "\(policy)")
                #expect(decisions.map(\.remaining) == [4, 3, 2, 1, 0, 0, 0], "\(policy)")
                #expect(decisions.allSatisfy { $0.limit == 5 && !$0.isLocal }, "\(policy)")
                for decision in decisions {
                    #expect(decision.resetAfter > .zero && decision.resetAfter <= request.limit.period * 2, "\(policy)")
                    #expect((decision.retryAfter == nil) == decision.isAllowed, "\(policy)")
                    if let wait = decision.retryAfter {
                        #expect(wait > .zero && wait <= request.limit.period * 2, "\(policy)")
                    }
                }
            }
        },
        Check("GCRA allows its burst, not its limit, at once") { store in
            let driver = try await store.open()
            let request = RateLimitRequest(key: "a", limit: limit(.gcra, 100, burst: 3))
            var allowed = 0
            for _ in 0..<10 where try await driver.hit(request).isAllowed { allowed += 1 }
            #expect(allowed == 3)
            let wait = try #require(try await driver.hit(request).retryAfter)
            #expect(wait > .seconds(2 * 86_400) && wait <= .seconds(3 * 86_400))
        },
        Check("A cost counts as that many hits") { store in
            let driver = try await store.open()
            for policy in policies {
                let limit = limit(policy, 10)
                #expect(try await driver.hit(RateLimitRequest(key: "a", limit: limit, cost: 7)).remaining == 3)
                #expect(!(try await driver.hit(RateLimitRequest(key: "a", limit: limit, cost: 4)).isAllowed))
                #expect(try await driver.hit(RateLimitRequest(key: "a", limit: limit, cost: 3)).remaining == 0)
            }
        },
        Check("A cost above the burst is never allowed and charges nothing") { store in
            let driver = try await store.open()
            for policy in policies {
                for cost in [11, 1 << 31, 1 << 40, Int.max] {
                    let decision = try await driver.hit(
                        RateLimitRequest(key: "a", limit: limit(policy, 10), cost: cost)
                    )
                    let isRefused = !decision.isAllowed && decision.retryAfter == nil
                    #expect(isRefused && decision.remaining == 10 && decision.resetAfter == .zero, "\(policy) \(cost)")
                }
            }
        },
        Check("Peeking charges nothing and shows what is left") { store in
            let driver = try await store.open()
            for policy in policies {
                let one = RateLimitRequest(key: "a", limit: limit(policy, 5))
                let fresh = try await driver.peek(one)
                #expect(fresh.isAllowed && fresh.remaining == 5 && fresh.resetAfter == .zero, "\(policy)")
                _ = try await driver.hit(RateLimitRequest(key: "a", limit: one.limit, cost: 3))
                for _ in 0..<5 {
                    let look = try await driver.peek(RateLimitRequest(key: "a", limit: one.limit, cost: 2))
                    #expect(look.isAllowed && look.remaining == 2 && look.retryAfter == nil, "\(policy)")
                }
                let refused = try await driver.peek(RateLimitRequest(key: "a", limit: one.limit, cost: 3))
                #expect(!refused.isAllowed && refused.remaining == 2 && refused.retryAfter != nil, "\(policy)")
                #expect(try await driver.hit(RateLimitRequest(key: "a", limit: one.limit, cost: 2)).remaining == 0)
            }
        },
        Check("What was used comes back with time") { store in
            let driver = try await store.open()
            for policy in policies {
                let request = RateLimitRequest(
                    key: "a",
                    limit: RateLimit(policy: policy, limit: 1, per: store.moment)
                )
                _ = try await driver.hit(request)
                // A sliding window has forgotten everything after two.
                try await store.pass(moments: 2)
                #expect(try await driver.hit(request).isAllowed, "\(policy)")
            }
        },
        Check("After retry-after the same request is allowed") { store in
            let driver = try await store.open()
            let request = RateLimitRequest(key: "a", limit: RateLimit(policy: .gcra, limit: 1, per: store.moment * 4))
            _ = try await driver.hit(request)
            // On a slow machine the time may have passed already; else the answer must not say more than is true.
            let wait = try await driver.peek(request).retryAfter ?? .zero
            #expect(wait <= store.moment * 4)
            try await store.pass(moments: 4)
            #expect(try await driver.hit(request).isAllowed)
        },
        Check("Extreme limits are answered, not refused with an error") { store in
            let driver = try await store.open()
            let limits = [1, 999_983, 1 << 40, Int.max]
            let periods: [Duration] = [.microseconds(1), .milliseconds(7), .seconds(86_399), .seconds(Int64.max)]
            for policy in policies {
                for (index, number) in limits.enumerated() {
                    for period in periods {
                        let limit = RateLimit(policy: policy, limit: number, per: period, burst: limits[3 - index])
                        let request = RateLimitRequest(key: "a", limit: limit)
                        #expect(try await driver.hit(request).isAllowed, "\(limit)")
                    }
                }
            }
        },
    ]

    static let several: [Check] = [
        Check("Several limits are charged together, answered in order") { store in
            let driver = try await store.open()
            let requests = [
                RateLimitRequest(key: "a", limit: limit(.gcra, 5)),
                RateLimitRequest(key: "a", limit: limit(.fixedWindow, 8), cost: 2),
                RateLimitRequest(key: "b", limit: limit(.slidingWindow, 9), cost: 3),
            ]
            let decisions = try await driver.hit(requests)
            #expect(decisions.map(\.isAllowed) == [true, true, true])
            #expect(decisions.map(\.remaining) == [4, 6, 6])
            #expect(decisions.map(\.limit) == [5, 8, 9])
        },
        Check("When one limit refuses, none is charged") { store in
            let driver = try await store.open()
            let requests = [
                RateLimitRequest(key: "a", limit: limit(.gcra, 5), cost: 2),
                RateLimitRequest(key: "b", limit: limit(.fixedWindow, 3), cost: 4),
                RateLimitRequest(key: "c", limit: limit(.slidingWindow, 9)),
            ]
            let decisions = try await driver.hit(requests)
            #expect(decisions.map(\.isAllowed) == [true, false, true])
            #expect(decisions.map(\.remaining) == [5, 3, 9])
            #expect(decisions.map(\.resetAfter) == [.zero, .zero, .zero])
            for request in requests {
                let look = try await driver.peek(request)
                #expect(look.remaining == request.limit.limit && look.resetAfter == .zero)
            }
        },
        Check("The same limit twice in one call counts both costs") { store in
            let driver = try await store.open()
            for policy in policies {
                let large = RateLimitRequest(key: "a", limit: limit(policy, 5), cost: 3)
                let refused = try await driver.hit([large, large])
                #expect(refused.map(\.isAllowed) == [true, false], "\(policy)")
                #expect(refused.map(\.remaining) == [5, 5], "\(policy)")
                let small = RateLimitRequest(key: "a", limit: limit(policy, 5), cost: 2)
                let allowed = try await driver.hit([small, small])
                #expect(allowed.map(\.isAllowed) == [true, true], "\(policy)")
                #expect(allowed.map(\.remaining) == [3, 1], "\(policy)")
            }
        },
        Check("No request is answered with no decision") { store in
            let driver = try await store.open()
            #expect(try await driver.hit([]) == [])
        },
        Check("A hundred limits go in one call") { store in
            let driver = try await store.open()
            let requests = (0..<100).map { index in
                RateLimitRequest(key: "k\(index)", limit: limit(policies[index % policies.count], index + 1))
            }
            #expect(try await driver.hit(requests).map(\.remaining) == Array(0..<100))
            #expect(try await driver.hit(requests).map(\.isAllowed) == [false] + Array(repeating: true, count: 99))
            #expect(try await driver.peek(requests[50]).remaining == 50)
        },
    ]
}

extension RateLimiterDriver {
    /// One request; the driver answers with one decision.
    package func hit(_ request: RateLimitRequest) async throws -> RateLimitDecision {
        try #require(try await hit([request]).first)
    }
}
