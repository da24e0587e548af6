import Services
import Testing

extension CacheContract {
    static let invalidation: [Check] = [
        Check("Invalidating a key removes it and nothing else") { store in
            let driver = try await store.open()
            for key in ["a", "ab", "b"] { _ = try await driver.store(.make(key, [1]), ifVersion: nil) }
            _ = try await driver.store(.make("a", [1], in: "other"), ifVersion: nil)
            #expect(try await driver.invalidate(.key(CacheKey("n", "a"))) == 1)
            #expect(try await driver.invalidate(.key(CacheKey("n", "a"))) == 0)
            #expect(try await driver.entry(CacheKey("n", "a")) == nil)
            for key in [CacheKey("n", "ab"), CacheKey("n", "b"), CacheKey("other", "a")] {
                #expect(try await driver.entry(key) != nil, "\(key)")
            }
        },
        Check("Invalidating a prefix removes all keys of the namespace that begin with it") { store in
            let driver = try await store.open()
            for key in ["user:1", "user:2", "users", "use"] {
                _ = try await driver.store(.make(key, [1]), ifVersion: nil)
                _ = try await driver.store(.make(key, [1], in: "other"), ifVersion: nil)
            }
            #expect(try await driver.invalidate(.prefix(CacheKey("n", "user:"))) == 2)
            #expect(try await driver.entry(CacheKey("n", "user:1")) == nil)
            #expect(try await driver.entry(CacheKey("n", "users")) != nil)
            #expect(try await driver.entry(CacheKey("other", "user:1")) != nil)
            #expect(try await driver.invalidate(.prefix(CacheKey("n", ""))) == 2)
            #expect(try await driver.entry(CacheKey("n", "use")) == nil)
            #expect(try await driver.entry(CacheKey("other", "use")) != nil)
        },
        Check("A prefix is text, not a pattern") { store in
            let driver = try await store.open()
            let prefixes = ["%", "_", "*", "a*", "?", "[ab]", "\\", "a\0", "'", "\"", "e\u{301}", "A"]
            for prefix in prefixes {
                for key in ["ab", "abc", "a", "e\u{e9}", "zz"] {
                    _ = try await driver.store(.make(key, [1]), ifVersion: nil)
                }
                _ = try await driver.store(.make(prefix + "x", [1]), ifVersion: nil)
                #expect(try await driver.invalidate(.prefix(CacheKey("n", prefix))) == 1, "\(prefix.debugDescription)")
                #expect(try await driver.entry(CacheKey("n", prefix + "x")) == nil, "\(prefix.debugDescription)")
                #expect(try await driver.entry(CacheKey("n", "ab")) != nil, "\(prefix.debugDescription)")
            }
        },
        Check("Invalidating a tag removes what carries it in the namespace") { store in
            let driver = try await store.open()
            _ = try await driver.store(.make("a", [1], tags: ["red", "round"]), ifVersion: nil)
            _ = try await driver.store(.make("b", [1], tags: ["red"]), ifVersion: nil)
            _ = try await driver.store(.make("c", [1], tags: ["redder", "round"]), ifVersion: nil)
            _ = try await driver.store(.make("d", [1]), ifVersion: nil)
            _ = try await driver.store(.make("a", [1], in: "other", tags: ["red"]), ifVersion: nil)
            #expect(try await driver.invalidate(.tag(namespace: "n", tag: "red")) == 2)
            #expect(try await driver.entry(CacheKey("n", "a")) == nil)
            #expect(try await driver.entry(CacheKey("n", "b")) == nil)
            #expect(try await driver.entry(CacheKey("other", "a")) != nil)
            #expect(try await driver.invalidate(.tag(namespace: "n", tag: "round")) == 1)
            #expect(try await driver.entry(CacheKey("n", "d")) != nil)
        },
        Check("A later store replaces the tags") { store in
            let driver = try await store.open()
            _ = try await driver.store(.make("a", [1], tags: ["old"]), ifVersion: nil)
            _ = try await driver.store(.make("a", [1], tags: ["new"]), ifVersion: nil)
            #expect(try await driver.invalidate(.tag(namespace: "n", tag: "old")) == 0)
            #expect(try await driver.entry(CacheKey("n", "a")) != nil)
            #expect(try await driver.invalidate(.tag(namespace: "n", tag: "new")) == 1)
            _ = try await driver.store(.make("a", [1]), ifVersion: nil)
            #expect(try await driver.invalidate(.tag(namespace: "n", tag: "new")) == 0)
        },
        Check("Tags are told apart by their bytes") { store in
            let driver = try await store.open()
            for (index, tag) in HostileNames.all.enumerated() {
                _ = try await driver.store(.make("k\(index)", [1], tags: [tag]), ifVersion: nil)
            }
            for (index, tag) in HostileNames.all.enumerated() {
                let removed = try await driver.invalidate(.tag(namespace: "n", tag: tag))
                #expect(removed == 1, "\(tag.debugDescription)")
                #expect(try await driver.entry(CacheKey("n", "k\(index)")) == nil, "\(tag.debugDescription)")
            }
        },
        Check("Invalidating a namespace removes all of it and nothing else") { store in
            let driver = try await store.open()
            for index in 0..<50 {
                _ = try await driver.store(.make("k\(index)", [1], tags: ["t"]), ifVersion: nil)
            }
            for name in ["n2", "N", "other", "n:"] {
                _ = try await driver.store(.make("k", [1], in: name, tags: ["t"]), ifVersion: nil)
            }
            #expect(try await driver.invalidate(.namespace("n")) == 50)
            #expect(try await driver.invalidate(.namespace("n")) == 0)
            for name in ["n2", "N", "other", "n:"] {
                #expect(try await driver.entry(CacheKey(name, "k")) != nil, "\(name)")
            }
        },
    ]

    static let upkeep: [Check] = [
        Check("Usage counts entries and bytes per namespace, by name") { store in
            let driver = try await store.open()
            #expect(try await driver.usage() == [])
            for index in 0..<5 {
                _ = try await driver.store(.make("k\(index)", Array(repeating: 7, count: 100), in: "b"), ifVersion: nil)
            }
            _ = try await driver.store(.make("k", [1, 2], in: "a"), ifVersion: nil)
            _ = try await driver.store(.make("k0", [1], in: "b"), ifVersion: nil)
            let usage = try await driver.usage()
            #expect(usage.map(\.namespace) == ["a", "b"])
            #expect(usage.map(\.entries) == [1, 5])
            // A store may count what it spends on keys and times as well.
            try #require(usage.count == 2)
            #expect((2...2_000).contains(usage[0].sizeInBytes), "\(usage)")
            #expect((401...8_000).contains(usage[1].sizeInBytes), "\(usage)")
            _ = try await driver.invalidate(.namespace("b"))
            #expect(try await driver.usage().map(\.namespace) == ["a"])
        },
        Check("Pruning removes what is no longer usable, in bounded steps, and nothing else") { store in
            let driver = try await store.open()
            for index in 0..<7 {
                _ = try await driver.store(
                    .make("old\(index)", [1], freshFor: .zero, usableFor: store.moment),
                    ifVersion: nil
                )
            }
            _ = try await driver.store(.make("stale", [1], freshFor: .zero), ifVersion: nil)
            _ = try await driver.store(.make("fresh", [1]), ifVersion: nil)
            try await store.pass()
            var removed = 0
            for _ in 0..<10 {
                let step = try await driver.prune(limit: 3)
                #expect((0...3).contains(step))
                removed += step
                if step == 0 { break }
            }
            // Stores that forget by themselves have nothing left to prune.
            #expect(removed == 7 || removed == 0)
            #expect(try await driver.usage().map(\.entries) == [2])
            #expect(try await driver.entry(CacheKey("n", "stale")) != nil)
            #expect(try await driver.entry(CacheKey("n", "fresh")) != nil)
        },
    ]
}
