package import Services
import Testing

/// What every store of idempotency keys promises.
package enum IdempotencyContract {
    package typealias Check = ContractCheck<any IdempotencyDriver>

    package static var checks: [Check] { answers + takeOver + expiry + many }

    static let answers: [Check] = [
        Check("The first caller executes; another one meanwhile is told that somebody does, and until when") { store in
            let driver = try await store.open()
            let claim = try #require(try await driver.begin("k", by: "one").claim)
            #expect(claim.owner == "one")
            #expect(claim.key == IdempotencyKey(scope: "s", key: "k"))
            for owner in ["two", "one"] {
                let remaining = try #require(try await driver.begin("k", by: owner).remaining)
                #expect(remaining > .zero)
                #expect(remaining <= .hour)
            }
        },
        Check("What the first execution left is replayed, success and failure alike") { store in
            let driver = try await store.open()
            for (index, answer) in [StoredAnswer.succeeded([1, 0, 2]), .failed([0]), .succeeded([])].enumerated() {
                let claim = try #require(try await driver.begin("k\(index)", by: "one").claim)
                #expect(try await driver.finish(claim, with: answer, keepFor: .hour))
                #expect(try await driver.begin("k\(index)", by: "two") == .stored(answer))
                #expect(try await driver.begin("k\(index)", by: "one") == .stored(answer))
            }
        },
        Check("A finished claim cannot be finished, renewed or forgotten again") { store in
            let driver = try await store.open()
            let claim = try #require(try await driver.begin("k", by: "one").claim)
            #expect(try await driver.finish(claim, with: .succeeded([1]), keepFor: .hour))
            #expect(!(try await driver.finish(claim, with: .failed([2]), keepFor: .hour)))
            #expect(!(try await driver.renew(claim, lease: .hour)))
            try await driver.forget(claim)
            #expect(try await driver.begin("k", by: "two") == .stored(.succeeded([1])))
        },
        Check("A key that is used for another request is a conflict, before and after its answer") { store in
            let driver = try await store.open()
            let claim = try #require(try await driver.begin("k", by: "one", digest: [1]).claim)
            #expect(try await driver.begin("k", by: "two", digest: [2]) == .conflict)
            #expect(try await driver.begin("k", by: "two", digest: [1]).remaining != nil)
            #expect(try await driver.begin("k", by: "two", digest: []).remaining != nil)
            #expect(try await driver.finish(claim, with: .succeeded([9]), keepFor: .hour))
            #expect(try await driver.begin("k", by: "two", digest: [2]) == .conflict)
            #expect(try await driver.begin("k", by: "two", digest: [1, 0]) == .conflict)
            #expect(try await driver.begin("k", by: "two", digest: [1]) == .stored(.succeeded([9])))
            #expect(try await driver.begin("k", by: "two", digest: []) == .stored(.succeeded([9])))
        },
        Check("A key that was begun without a digest matches every request") { store in
            let driver = try await store.open()
            _ = try #require(try await driver.begin("k", by: "one", digest: []).claim)
            #expect(try await driver.begin("k", by: "two", digest: [2]).remaining != nil)
        },
        Check("A forgotten key is executed by the next caller") { store in
            let driver = try await store.open()
            let claim = try #require(try await driver.begin("k", by: "one", digest: [1]).claim)
            try await driver.forget(claim)
            let next = try #require(try await driver.begin("k", by: "two", digest: [2]).claim)
            try await driver.forget(claim)
            #expect(!(try await driver.finish(claim, with: .succeeded([1]), keepFor: .hour)))
            #expect(try await driver.finish(next, with: .succeeded([2]), keepFor: .hour))
        },
        Check("Several keys are answered in order, also when one comes twice") { store in
            let driver = try await store.open()
            let stored = try #require(try await driver.begin("stored", by: "one").claim)
            #expect(try await driver.finish(stored, with: .succeeded([7]), keepFor: .hour))
            _ = try #require(try await driver.begin("held", by: "one", digest: [1]).claim)
            let keys = ["new", "stored", "held", "new", "other"]
            let answers = try await driver.begin(
                keys.map { (IdempotencyKey(scope: "s", key: $0), $0 == "held" ? [2] : []) },
                owner: "two",
                lease: .hour
            )
            try #require(answers.count == 5)
            #expect(answers[0].claim?.key.key == "new")
            #expect(answers[1] == .stored(.succeeded([7])))
            #expect(answers[2] == .conflict)
            #expect(answers[3].remaining != nil)
            #expect(answers[4].claim?.key.key == "other")
            #expect(try await driver.begin([], owner: "two", lease: .hour).isEmpty)
        },
    ]
}

extension IdempotencyAnswer {
    package var claim: IdempotencyClaim? {
        guard case .started(let claim) = self else { return nil }
        return claim
    }

    package var remaining: Duration? {
        guard case .inProgress(let remaining) = self else { return nil }
        return remaining
    }
}

extension IdempotencyDriver {
    /// Begins one key of the scope `s`.
    package func begin(
        _ key: String,
        by owner: String,
        digest: [UInt8] = [],
        lease: Duration = .hour
    ) async throws -> IdempotencyAnswer {
        try await begin(IdempotencyKey(scope: "s", key: key), by: owner, digest: digest, lease: lease)
    }

    package func begin(
        _ key: IdempotencyKey,
        by owner: String,
        digest: [UInt8] = [],
        lease: Duration = .hour
    ) async throws -> IdempotencyAnswer {
        try #require(try await begin([(key, digest)], owner: owner, lease: lease).first)
    }
}
