import Services
import Testing

extension CacheContract {
    static let loading: [Check] = [
        Check("One caller computes a value; the next may when it has ended") { store in
            let driver = try await store.open()
            let key = CacheKey("n", "a")
            let version = try #require(try await driver.beginLoad(key, holder: "one", lease: .hour))
            #expect(try await driver.beginLoad(key, holder: "two", lease: .hour) == nil)
            #expect(try await driver.entry(key) == nil)
            #expect(try await driver.store(.make("a", [1]), ifVersion: version) != nil)
            try await driver.endLoad(key, holder: "one")
            #expect(try await driver.entry(key)?.value == [1])
            #expect(try await driver.beginLoad(key, holder: "two", lease: .hour) != nil)
        },
        Check("A load that stored nothing leaves nothing behind") { store in
            let driver = try await store.open()
            let key = CacheKey("n", "a")
            for _ in 0..<3 {
                _ = try #require(try await driver.beginLoad(key, holder: "one", lease: .hour))
                try await driver.endLoad(key, holder: "one")
            }
            #expect(try await driver.entry(key) == nil)
            #expect(try await driver.usage() == [])
            #expect(try await driver.invalidate(.key(key)) == 0)
        },
        Check("Loads of different keys do not wait for each other") { store in
            let driver = try await store.open()
            for (index, name) in HostileNames.all.enumerated() {
                let key = try await driver.beginLoad(CacheKey("n", name), holder: "h\(index)", lease: .hour)
                #expect(key != nil, "\(name.debugDescription)")
                let namespace = try await driver.beginLoad(CacheKey(name, "k"), holder: "h\(index)", lease: .hour)
                #expect(namespace != nil, "\(name.debugDescription)")
            }
            for name in HostileNames.all {
                let again = try await driver.beginLoad(CacheKey("n", name), holder: "other", lease: .hour)
                #expect(again == nil, "\(name.debugDescription)")
            }
        },
        Check("Only its holder ends a load") { store in
            let driver = try await store.open()
            let key = CacheKey("n", "a")
            _ = try #require(try await driver.beginLoad(key, holder: "one", lease: .hour))
            try await driver.endLoad(key, holder: "two")
            try await driver.endLoad(CacheKey("n", "never loaded"), holder: "one")
            #expect(try await driver.beginLoad(key, holder: "two", lease: .hour) == nil)
        },
        Check("Renewing an entry keeps it usable meanwhile") { store in
            let driver = try await store.open()
            let stored = try #require(try await driver.store(.make("a", [1], freshFor: .zero), ifVersion: nil))
            let version = try #require(
                try await driver.beginLoad(CacheKey("n", "a"), holder: "one", lease: .hour)
            )
            #expect(try await driver.entry(CacheKey("n", "a"))?.value == [1])
            let renewed = try #require(try await driver.store(.make("a", [2]), ifVersion: version))
            #expect(renewed > stored)
            #expect(try await driver.entry(CacheKey("n", "a"))?.value == [2])
        },
        Check("A loader is replaced when its lease has ended, and the first value that comes is the one") { store in
            for isSlowFirst in [false, true] {
                let driver = try await store.open()
                let key = CacheKey("n", "\(isSlowFirst)")
                let slow = try #require(try await driver.beginLoad(key, holder: "slow", lease: store.moment))
                try await store.pass()
                let next = try #require(try await driver.beginLoad(key, holder: "next", lease: .hour))
                try await driver.endLoad(key, holder: "slow")
                #expect(try await driver.beginLoad(key, holder: "third", lease: .hour) == nil)
                let (first, second) = isSlowFirst ? (slow, next) : (next, slow)
                #expect(try await driver.store(.make(key.key, [1]), ifVersion: first) != nil)
                #expect(try await driver.store(.make(key.key, [2]), ifVersion: second) == nil)
                #expect(try await driver.entry(key)?.value == [1])
            }
        },
        Check("A loader slower than its lease stores its value, unless it was invalidated") { store in
            for isInvalidated in [false, true] {
                let driver = try await store.open()
                let key = CacheKey("n", "\(isInvalidated)")
                let version = try #require(try await driver.beginLoad(key, holder: "slow", lease: store.moment))
                try await store.pass()
                _ = try await driver.prune(limit: 100)
                if isInvalidated {
                    _ = try await driver.invalidate(.key(key))
                    let next = try #require(try await driver.beginLoad(key, holder: "next", lease: .hour))
                    #expect(next != version)
                }
                #expect((try await driver.store(.make(key.key, [1]), ifVersion: version) == nil) == isInvalidated)
            }
        },
        Check("A load that began before an invalidation stores nothing, though there was no entry yet") { store in
            let driver = try await store.open()
            let key = CacheKey("n", "a")
            // The tags of a value that is still computed are not known: any tag of the namespace may be its.
            for selector in selectors("a", tag: "t") {
                let version = try #require(try await driver.beginLoad(key, holder: "one", lease: .hour))
                #expect(try await driver.invalidate(selector) == 0, "\(selector)")
                #expect(try await driver.store(.make("a", [1], tags: ["t"]), ifVersion: version) == nil, "\(selector)")
                #expect(try await driver.entry(key) == nil, "\(selector)")
                try await driver.endLoad(key, holder: "one")
            }
        },
        Check("After an invalidation a new load may begin at once") { store in
            let driver = try await store.open()
            let key = CacheKey("n", "a")
            for selector in selectors("a", tag: "t") {
                _ = try #require(try await driver.beginLoad(key, holder: "one", lease: .hour))
                _ = try await driver.invalidate(selector)
                let version = try #require(try await driver.beginLoad(key, holder: "two", lease: .hour), "\(selector)")
                #expect(try await driver.store(.make("a", [2], tags: ["t"]), ifVersion: version) != nil)
                try await driver.endLoad(key, holder: "two")
                _ = try await driver.invalidate(.key(key))
            }
        },
        Check("An invalidation of other keys disturbs no load") { store in
            let driver = try await store.open()
            let version = try #require(
                try await driver.beginLoad(CacheKey("n", "a"), holder: "one", lease: .hour)
            )
            _ = try await driver.invalidate(.key(CacheKey("n", "b")))
            _ = try await driver.invalidate(.prefix(CacheKey("n", "b")))
            _ = try await driver.invalidate(.namespace("other"))
            _ = try await driver.invalidate(.tag(namespace: "other", tag: "t"))
            #expect(try await driver.store(.make("a", [1]), ifVersion: version) != nil)
        },
        Check("Of many callers one computes") { store in
            for round in 0..<5 {
                let key = CacheKey("n", "k\(round)")
                let versions = try await withThrowingTaskGroup(of: Int64?.self) { group in
                    for worker in 0..<8 {
                        let driver = try await store.open()
                        group.addTask {
                            try await driver.beginLoad(key, holder: "h\(worker)", lease: .hour)
                        }
                    }
                    return try await group.reduce(into: [Int64]()) { $0 += $1.map { [$0] } ?? [] }
                }
                #expect(versions.count == 1, "round \(round)")
            }
        },
    ]
}
