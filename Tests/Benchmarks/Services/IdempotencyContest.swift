import Foundation
import Services
import ServicesPostgres

/// I1: new keys claimed on Postgres, one at a time and by the hundred.
struct IdempotencyContest {
    let place: PostgresPlace
    let scale: Double

    func contests() -> [RateContest] {
        [contest(keys: 1, callers: 8, target: 0.8), contest(keys: 100, callers: 4, target: 0.5)]
    }

    private func contest(keys: Int, callers: Int, target: Double) -> RateContest {
        let count = max(keys == 1 ? 100 : 10, Int(Double(keys == 1 ? 3_000 : 200) * scale))
        let limit = keys == 1 ? "pgbench, insert a key" : "pgbench, insert of 100 made keys"
        return RateContest(
            number: "I1",
            title: keys == 1 ? "idempotency, a key claimed" : "idempotency, 100 keys claimed at once",
            contenders: [
                .init(name: "idempotency driver, \(callers) callers") {
                    try await place.sql("TRUNCATE processed_events; CHECKPOINT", in: .durable)
                    return try await place.withStore(.durable) { store in
                        let driver = PostgresIdempotencyDriver(store: store)
                        return try await place.meter.measure(count * callers * keys) {
                            try await inParallel(callers) { caller in
                                for round in 0..<count {
                                    let requests = (0..<keys).map { number in
                                        let key = IdempotencyKey(scope: "bench", key: "\(caller).\(round).\(number)")
                                        return (key: key, digest: [UInt8](repeating: 7, count: 32))
                                    }
                                    let answers = try await driver.begin(requests, owner: "me", lease: .seconds(60))
                                    guard case .started = answers[0] else {
                                        throw BenchmarkFailure("A new key was taken: \(answers[0])")
                                    }
                                }
                            }
                        }
                    }
                },
                .init(name: limit) {
                    try await place.sql("TRUNCATE raw_key; CHECKPOINT", in: .durable)
                    return try await place.pgbench(
                        "key\(keys)",
                        clients: callers,
                        transactions: count,
                        each: keys,
                        in: .durable
                    )
                },
            ],
            targets: [limit: target]
        )
    }
}
