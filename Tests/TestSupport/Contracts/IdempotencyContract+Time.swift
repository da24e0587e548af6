import Services
import Testing

extension IdempotencyContract {
    static let takeOver: [Check] = [
        Check("A claim whose lease ended is taken over, and the old one can no longer do anything") { store in
            let driver = try await store.open()
            let old = try #require(try await driver.begin("k", by: "one", lease: store.moment).claim)
            try await store.pass()
            let new = try #require(try await driver.begin("k", by: "two").claim)
            #expect(new.generation > old.generation)
            #expect(!(try await driver.renew(old, lease: .hour)))
            #expect(!(try await driver.finish(old, with: .succeeded([1]), keepFor: .hour)))
            try await driver.forget(old)
            #expect(try await driver.begin("k", by: "three").remaining != nil)
            #expect(try await driver.finish(new, with: .succeeded([2]), keepFor: .hour))
            #expect(try await driver.begin("k", by: "three") == .stored(.succeeded([2])))
        },
        Check("The same owner takes over its own ended claim under a new generation") { store in
            let driver = try await store.open()
            let old = try #require(try await driver.begin("k", by: "one", lease: store.moment).claim)
            try await store.pass()
            let new = try #require(try await driver.begin("k", by: "one").claim)
            #expect(new.generation > old.generation)
            #expect(!(try await driver.finish(old, with: .succeeded([1]), keepFor: .hour)))
        },
        Check("A claim whose lease ended is its owner's until somebody takes it over") { store in
            let driver = try await store.open()
            let first = try #require(try await driver.begin("a", by: "one", lease: store.moment).claim)
            let second = try #require(try await driver.begin("b", by: "one", lease: store.moment).claim)
            try await store.pass()
            #expect(try await driver.finish(first, with: .succeeded([1]), keepFor: .hour))
            #expect(try await driver.renew(second, lease: .hour))
            #expect(try await driver.begin("b", by: "two").remaining != nil)
        },
        Check("Renewing gives the new lease from now") { store in
            let driver = try await store.open()
            let claim = try #require(try await driver.begin("k", by: "one").claim)
            #expect(try await driver.renew(claim, lease: .hour * 3))
            #expect(try #require(try await driver.begin("k", by: "two").remaining) > .hour * 2)
            #expect(try await driver.renew(claim, lease: store.moment))
            try await store.pass()
            #expect(try await driver.begin("k", by: "two").claim != nil)
        },
    ]

    static let expiry: [Check] = [
        Check("An answer is kept for its time, then the key is new") { store in
            let driver = try await store.open()
            let claim = try #require(try await driver.begin("k", by: "one", digest: [1]).claim)
            #expect(try await driver.finish(claim, with: .succeeded([1]), keepFor: store.moment))
            try await store.pass()
            let next = try #require(try await driver.begin("k", by: "two", digest: [2]).claim)
            #expect(!(try await driver.finish(claim, with: .succeeded([3]), keepFor: .hour)))
            #expect(try await driver.finish(next, with: .succeeded([2]), keepFor: .hour))
        },
        Check("Pruning deletes expired answers only, bounded, and counts them") { store in
            let driver = try await store.open()
            for index in 0..<5 {
                let claim = try #require(try await driver.begin("old\(index)", by: "one").claim)
                #expect(try await driver.finish(claim, with: .succeeded([1]), keepFor: store.moment))
            }
            let kept = try #require(try await driver.begin("kept", by: "one").claim)
            #expect(try await driver.finish(kept, with: .succeeded([2]), keepFor: .hour))
            _ = try #require(try await driver.begin("held", by: "one").claim)
            try await store.pass()
            #expect(try await driver.prune(limit: 3) == 3)
            #expect(try await driver.prune(limit: 3) == 2)
            #expect(try await driver.prune(limit: 3) == 0)
            #expect(try await driver.begin("kept", by: "two") == .stored(.succeeded([2])))
            #expect(try await driver.begin("held", by: "two").remaining != nil)
            #expect(try await driver.begin("old0", by: "two").claim != nil)
        },
    ]

    static let many: [Check] = [
        Check("Of many callers at once one executes") { store in
            for round in 0..<5 {
                let answers = try await withThrowingTaskGroup(of: IdempotencyAnswer.self) { group in
                    for index in 0..<8 {
                        let driver = try await store.open()
                        group.addTask { try await driver.begin("k\(round)", by: "owner \(index)") }
                    }
                    return try await group.reduce(into: [IdempotencyAnswer]()) { $0.append($1) }
                }
                #expect(answers.count { $0.claim != nil } == 1, "round \(round)")
                #expect(answers.count { $0.remaining != nil } == 7, "round \(round)")
            }
        },
        Check("Of many callers at once one takes an ended claim over") { store in
            let driver = try await store.open()
            _ = try #require(try await driver.begin("k", by: "dead", lease: store.moment).claim)
            try await store.pass()
            let claims = try await withThrowingTaskGroup(of: IdempotencyClaim?.self) { group in
                for index in 0..<8 {
                    let driver = try await store.open()
                    group.addTask { try await driver.begin("k", by: "owner \(index)").claim }
                }
                return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
            }
            #expect(claims == 1)
        },
        Check("Scopes and keys may be called anything, and are told apart by their bytes") { store in
            let driver = try await store.open()
            var keys = HostileNames.all.map { IdempotencyKey(scope: "s", key: $0) }
            keys += HostileNames.all.map { IdempotencyKey(scope: $0, key: "s") }
            keys += [IdempotencyKey(scope: "ab", key: "c"), IdempotencyKey(scope: "a", key: "bc")]
            for (index, key) in keys.enumerated() {
                let claim = try #require(try await driver.begin(key, by: "o\(index)").claim, "\(key)")
                let answer = StoredAnswer.succeeded(Array("\(index)".utf8))
                #expect(try await driver.finish(claim, with: answer, keepFor: .hour))
            }
            for (index, key) in keys.enumerated() {
                let answer = try await driver.begin(key, by: "other")
                #expect(answer == .stored(.succeeded(Array("\(index)".utf8))), "\(key)")
            }
        },
        Check("A large answer and any digest come back as they were stored") { store in
            let driver = try await store.open()
            let digest = Array(UInt8(0)...255)
            let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
            let claim = try #require(try await driver.begin("k", by: "one", digest: digest).claim)
            #expect(try await driver.finish(claim, with: .succeeded(bytes), keepFor: .hour))
            let answer = try await driver.begin("k", by: "two", digest: digest)
            #expect(answer == .stored(.succeeded(bytes)))
        },
    ]
}
