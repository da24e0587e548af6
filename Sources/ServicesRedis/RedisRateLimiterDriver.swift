import Redis
package import Services

/// Rate limits on Redis, decided by one script with the server's clock.
///
/// Each key is a hash with a field per policy and limit, so that resetting a key is one deletion. Concurrent calls share
/// one write to the server. A hit whose answer was lost may have been charged; asking again charges at most once more.
package struct RedisRateLimiterDriver: RateLimiterDriver {
    package struct Options: Sendable {
        /// How long a key stays after it is as if never used.
        ///
        /// Default 1 second.
        package var keepsAfterReset: Duration = .seconds(1)
        /// Limits remembered per key; beyond it those that owe least are forgotten.
        ///
        /// Default 64.
        package var limitsPerKey = 64

        package init() {}
    }

    private let store: RedisStore
    private let options: Options

    package init(store: RedisStore, options: Options = Options()) {
        self.store = store
        self.options = options
    }

    package func hit(_ requests: [RateLimitRequest]) async throws(ServicesError) -> [RateLimitDecision] {
        try await decide(requests, at: nil, isCharging: true)
    }

    package func peek(_ request: RateLimitRequest) async throws(ServicesError) -> RateLimitDecision {
        let decisions = try await decide([request], at: nil, isCharging: false)
        guard let decision = decisions.first else {
            throw .redis(.missingReply("a decision"), store: store.name)
        }
        return decision
    }

    package func reset(_ key: String) async throws(ServicesError) {
        _ = try await store.pipeline([RedisCommand("UNLINK", store.key("limit:", key))])
    }

    /// Decides at the given time, or at the server's.
    package func decide(
        _ requests: [RateLimitRequest],
        at now: StoreTime?,
        isCharging: Bool
    ) async throws(ServicesError) -> [RateLimitDecision] {
        guard !requests.isEmpty else { return [] }
        var arguments: [RedisArgument] = [
            now.map { .integer(Int($0.microseconds)) } ?? "", isCharging ? 1 : 0,
            .integer(Int(options.keepsAfterReset.wholeMicroseconds / 1000)), .integer(options.limitsPerKey),
        ]
        for request in requests {
            let terms = RateLimitTerms(request.limit)
            arguments += [
                .text(terms.slot), .text(terms.policy.rawValue), .integer(Int(terms.limit)), .integer(Int(terms.burst)),
                .integer(Int(terms.period)), .integer(Int(terms.costUnits)), .integer(Int(terms.drainUnits)),
                // Any cost above the greatest burst is refused alike, and this one leaves the arithmetic exact.
                .integer(min(max(0, request.cost), 1 << 41)),
            ]
        }
        let keys = requests.map { store.key("limit:", $0.key) }
        let reply = try await store.run(RateLimitScript.decide, keys: keys, arguments)
        return try store.read { () throws(RedisError) in try Self.decisions(reply, requests) }
    }

    private static func decisions(
        _ reply: RedisValue,
        _ requests: [RateLimitRequest]
    ) throws(RedisError) -> [RateLimitDecision] {
        let numbers = try reply.array()
        guard numbers.count == requests.count * 4 else { throw .missingReply("four numbers per request") }
        var decisions: [RateLimitDecision] = []
        for (index, request) in requests.enumerated() {
            let retryAfter = try numbers[index * 4 + 3].integer()
            decisions.append(
                RateLimitDecision(
                    isAllowed: try numbers[index * 4].integer() == 1,
                    limit: Int(RateLimitTerms(request.limit).limit),
                    remaining: try numbers[index * 4 + 1].integer(),
                    resetAfter: .microseconds(try numbers[index * 4 + 2].integer()),
                    retryAfter: retryAfter < 0 ? nil : .microseconds(retryAfter)
                )
            )
        }
        return decisions
    }
}
