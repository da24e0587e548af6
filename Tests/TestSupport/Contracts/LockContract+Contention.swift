import Locking
import Services
import Testing

extension LockContract {
    static let contention: [Check] = [
        Check("Among many who ask at once, one at a time holds the name, with rising tokens") { store in
            let floor = Lock((holders: 0, most: 0, tokens: [FencingToken]()))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    let driver = try await store.open()
                    group.addTask {
                        var grants = 0
                        while grants < 5 {
                            try Task.checkCancellation()
                            guard let lease = try await driver.take("a", by: "h\(worker)") else {
                                await Task.yield()
                                continue
                            }
                            floor.withLock { state in
                                state.holders += 1
                                state.most = max(state.most, state.holders)
                                state.tokens.append(lease.token)
                            }
                            await Task.yield()
                            floor.withLock { $0.holders -= 1 }
                            #expect(try await driver.release([lease]) == 1)
                            grants += 1
                        }
                    }
                }
                try await group.waitForAll()
            }
            let (most, tokens) = floor.withLock { ($0.most, $0.tokens) }
            #expect(most == 1)
            #expect(tokens.count == 40)
            #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0 < $1 }, "\(tokens)")
        },
        Check("Only one of many takes over an expired lease") { store in
            let driver = try await store.open()
            for round in 0..<5 {
                _ = try #require(try await driver.take("a\(round)", by: "dead", for: store.moment))
            }
            try await store.pass()
            for round in 0..<5 {
                let winners = try await withThrowingTaskGroup(of: Lease?.self) { group in
                    for worker in 0..<8 {
                        let driver = try await store.open()
                        group.addTask { try await driver.take("a\(round)", by: "h\(worker)") }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
                }
                #expect(winners == 1, "round \(round)")
            }
        },
        Check("Requests for overlapping names never wait for each other and never share one") { store in
            let floor = Lock((held: [String: Int](), isShared: false))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<6 {
                    let driver = try await store.open()
                    group.addTask {
                        var random = SeededRandom(seed: UInt64(worker))
                        var grants = 0
                        while grants < 8 {
                            try Task.checkCancellation()
                            let names = (0..<3).map { _ in random.pick(["a", "b", "c", "d", "e"]) }
                            let request = LeaseRequest(
                                names: names,
                                holder: "h\(worker)",
                                timeToLive: .hour,
                                requestID: "\(worker).\(random.next())"
                            )
                            guard let leases = try await driver.acquire(request).leases else {
                                await Task.yield()
                                continue
                            }
                            grants += 1
                            floor.withLock { state in
                                for lease in leases {
                                    state.held[lease.name, default: 0] += 1
                                    if state.held[lease.name] != 1 { state.isShared = true }
                                }
                            }
                            await Task.yield()
                            floor.withLock { state in
                                for lease in leases { state.held[lease.name, default: 0] -= 1 }
                            }
                            #expect(try await driver.release(leases) == leases.count)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(!floor.withLock { $0.isShared })
        },
    ]
}
