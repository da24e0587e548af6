package import Services
import Testing

/// What every store of cached values promises.
package enum CacheContract {
    package typealias Check = ContractCheck<any CacheDriver>

    package static var checks: [Check] { entries + versions + invalidation + loading + upkeep }

    static let entries: [Check] = [
        Check("What was not stored is not there") { store in
            let driver = try await store.open()
            #expect(try await driver.entry(CacheKey("n", "a")) == nil)
        },
        Check("A stored value is there, with its times") { store in
            let driver = try await store.open()
            var write = CacheWrite.make("a", [1, 2, 3])
            write.loadTime = .milliseconds(250)
            let version = try #require(try await driver.store(write, ifVersion: nil))
            let entry = try #require(try await driver.entry(write.key))
            #expect(entry.value == [1, 2, 3])
            #expect(entry.version == version)
            #expect(entry.loadTime == .milliseconds(250))
            #expect(entry.freshFor > .zero && entry.freshFor <= .hour)
            #expect(entry.usableFor > .hour && entry.usableFor <= .hour * 2)
        },
        Check("Drivers on one store share its values") { store in
            let (one, two) = (try await store.open(), try await store.open())
            _ = try await one.store(.make("a", [1]), ifVersion: nil)
            #expect(try await two.entry(CacheKey("n", "a"))?.value == [1])
            _ = try await two.store(.make("a", [2]), ifVersion: nil)
            #expect(try await one.entry(CacheKey("n", "a"))?.value == [2])
            #expect(try await one.invalidate(.key(CacheKey("n", "a"))) == 1)
            #expect(try await two.entry(CacheKey("n", "a")) == nil)
        },
        Check("A value that is known not to exist is an entry, unlike an empty value and unlike none") { store in
            let driver = try await store.open()
            _ = try await driver.store(.make("absent", nil), ifVersion: nil)
            _ = try await driver.store(.make("empty", []), ifVersion: nil)
            let absent = try #require(try await driver.entry(CacheKey("n", "absent")))
            #expect(absent.value == nil)
            let empty = try #require(try await driver.entry(CacheKey("n", "empty")))
            #expect(empty.value == [])
            _ = try await driver.store(.make("absent", [1]), ifVersion: nil)
            #expect(try await driver.entry(CacheKey("n", "absent"))?.value == [1])
            _ = try await driver.store(.make("absent", nil), ifVersion: nil)
            let again = try #require(try await driver.entry(CacheKey("n", "absent")))
            #expect(again.value == nil)
        },
        Check("A value that is stored stale is stale at once, and served") { store in
            let driver = try await store.open()
            _ = try await driver.store(.make("a", [1], freshFor: .zero), ifVersion: nil)
            let entry = try #require(try await driver.entry(CacheKey("n", "a")))
            #expect(entry.freshFor <= .zero && entry.usableFor > .zero && entry.value == [1])
        },
        Check("A fresh value grows stale with time, and is still served") { store in
            let driver = try await store.open()
            _ = try await driver.store(.make("a", [1], freshFor: store.moment), ifVersion: nil)
            try await store.pass()
            let entry = try #require(try await driver.entry(CacheKey("n", "a")))
            #expect(entry.freshFor <= .zero && entry.usableFor > .zero && entry.value == [1])
        },
        Check("A value is gone after its usable time, at the latest") { store in
            let driver = try await store.open()
            _ = try await driver.store(
                .make("a", [1], freshFor: store.moment, usableFor: store.moment),
                ifVersion: nil
            )
            _ = try await driver.store(.make("b", nil, freshFor: .zero, usableFor: store.moment), ifVersion: nil)
            try await store.pass()
            #expect(try await driver.entry(CacheKey("n", "a")) == nil)
            #expect(try await driver.entry(CacheKey("n", "b")) == nil)
        },
        Check("A later store begins the times anew") { store in
            let driver = try await store.open()
            _ = try await driver.store(
                .make("a", [1], freshFor: store.moment, usableFor: store.moment),
                ifVersion: nil
            )
            _ = try await driver.store(.make("a", [2]), ifVersion: nil)
            try await store.pass()
            let entry = try #require(try await driver.entry(CacheKey("n", "a")))
            #expect(entry.value == [2] && entry.freshFor > .zero)
        },
        Check("Keys and namespaces are told apart by their bytes") { store in
            let driver = try await store.open()
            for (index, name) in HostileNames.all.enumerated() {
                _ = try await driver.store(.make(name, [UInt8(index)]), ifVersion: nil)
                _ = try await driver.store(.make("k", [UInt8(index)], in: name), ifVersion: nil)
            }
            for (index, name) in HostileNames.all.enumerated() {
                let key = try await driver.entry(CacheKey("n", name))
                #expect(key?.value == [UInt8(index)], "\(name.debugDescription)")
                let namespace = try await driver.entry(CacheKey(name, "k"))
                #expect(namespace?.value == [UInt8(index)], "\(name.debugDescription)")
            }
            _ = try await driver.store(.make("b:c", [1], in: "a"), ifVersion: nil)
            _ = try await driver.store(.make("c", [2], in: "a:b"), ifVersion: nil)
            #expect(try await driver.entry(CacheKey("a", "b:c"))?.value == [1])
        },
        Check("Values are any bytes, up to ten megabytes and more") { store in
            let driver = try await store.open()
            let every = (0...255).map { UInt8($0) }
            _ = try await driver.store(.make("every", every), ifVersion: nil)
            #expect(try await driver.entry(CacheKey("n", "every"))?.value == every)
            var random = SeededRandom(seed: 1)
            var large = [UInt8](repeating: 0, count: 10 << 20)
            for index in stride(from: 0, to: large.count, by: 97) {
                large[index] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try await driver.store(.make("large", large), ifVersion: nil)
            // Compared outside the expectation, which would describe ten million numbers.
            let isSame = try await driver.entry(CacheKey("n", "large"))?.value == large
            #expect(isSame)
        },
    ]

    static let versions: [Check] = [
        Check("Versions rise with every store, also over an invalidation") { store in
            let driver = try await store.open()
            var versions: [Int64] = []
            for round in 0..<6 {
                versions.append(try #require(try await driver.store(.make("a", [UInt8(round)]), ifVersion: nil)))
                if round % 2 == 1 { _ = try await driver.invalidate(.key(CacheKey("n", "a"))) }
                if round == 4 { _ = try await driver.invalidate(.namespace("n")) }
            }
            #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 }, "\(versions)")
            #expect(versions[0] > 0)
        },
        Check("A store under the current version succeeds once") { store in
            let driver = try await store.open()
            let first = try #require(try await driver.store(.make("a", [1]), ifVersion: nil))
            let second = try #require(try await driver.store(.make("a", [2]), ifVersion: first))
            #expect(try await driver.store(.make("a", [3]), ifVersion: first) == nil)
            let entry = try #require(try await driver.entry(CacheKey("n", "a")))
            #expect(entry.value == [2] && entry.version == second)
        },
        Check("Version 0 stores only where there is nothing") { store in
            let driver = try await store.open()
            #expect(try await driver.store(.make("a", [1]), ifVersion: 0) != nil)
            #expect(try await driver.store(.make("a", [2]), ifVersion: 0) == nil)
            #expect(try await driver.entry(CacheKey("n", "a"))?.value == [1])
            _ = try await driver.invalidate(.key(CacheKey("n", "a")))
            #expect(try await driver.store(.make("a", [3]), ifVersion: 0) != nil)
            _ = try await driver.store(.make("b", [1], freshFor: .zero, usableFor: store.moment), ifVersion: nil)
            try await store.pass()
            #expect(try await driver.store(.make("b", [2]), ifVersion: 0) != nil)
        },
        Check("A value computed before an invalidation does not come back") { store in
            let driver = try await store.open()
            for (index, selector) in selectors("a", tag: "t").enumerated() {
                let version = try #require(
                    try await driver.store(.make("a", [1], tags: ["t"]), ifVersion: nil)
                )
                #expect(try await driver.invalidate(selector) == 1, "\(index)")
                #expect(try await driver.store(.make("a", [2]), ifVersion: version) == nil, "\(selector)")
                #expect(try await driver.entry(CacheKey("n", "a")) == nil, "\(selector)")
            }
        },
        Check("Of many stores under one version one succeeds") { store in
            let driver = try await store.open()
            var version: Int64 = 0
            for round in 0..<5 {
                let before = version
                let won = try await withThrowingTaskGroup(of: Int64?.self) { group in
                    for worker in 0..<8 {
                        let driver = try await store.open()
                        group.addTask { try await driver.store(.make("a", [UInt8(worker)]), ifVersion: before) }
                    }
                    return try await group.reduce(into: [Int64]()) { $0 += $1.map { [$0] } ?? [] }
                }
                version = try #require(won.first, "round \(round)")
                #expect(won.count == 1, "round \(round)")
                #expect(try await driver.entry(CacheKey("n", "a"))?.version == version)
            }
        },
    ]

    /// Every way to invalidate the key.
    static func selectors(_ key: String, tag: String) -> [CacheSelector] {
        [
            .key(CacheKey("n", key)), .prefix(CacheKey("n", key)), .prefix(CacheKey("n", "")),
            .tag(namespace: "n", tag: tag), .namespace("n"),
        ]
    }
}

extension CacheWrite {
    package static func make(
        _ key: String,
        _ value: [UInt8]?,
        in namespace: String = "n",
        freshFor: Duration = .hour,
        usableFor: Duration = .hour * 2,
        tags: [String] = []
    ) -> CacheWrite {
        var write = CacheWrite(
            key: CacheKey(namespace, key),
            value: value,
            freshFor: freshFor,
            usableFor: usableFor
        )
        write.tags = tags
        return write
    }
}
