import Services
import Testing

extension LockContract {
    static let repetition: [Check] = [
        Check("The same request again is granted the same tokens") { store in
            let driver = try await store.open()
            let request = LeaseRequest.make("a", "b", by: "one")
            let first = try #require(try await driver.acquire(request).leases)
            let second = try #require(try await driver.acquire(request).leases)
            #expect(first.map(\.token) == second.map(\.token))
            #expect(first.map(\.name) == second.map(\.name))
            #expect(try await driver.take("a", by: "two") == nil)
        },
        Check("The same request again gets a fresh time to live") { store in
            let driver = try await store.open()
            _ = try #require(try await driver.acquire(.make("a", by: "one", for: .hour, id: "r")).leases)
            _ = try #require(try await driver.acquire(.make("a", by: "one", for: .hour * 3, id: "r")).leases)
            let record = try #require(try await driver.records(prefix: "a", after: nil, limit: 1).first)
            #expect(try #require(record.remaining) > .hour * 2)
        },
        Check("The same request after its lease ran out is a new grant") { store in
            let driver = try await store.open()
            let request = LeaseRequest.make("a", by: "one", for: store.moment)
            let first = try #require(try await driver.acquire(request).leases?.first)
            try await store.pass()
            let second = try #require(try await driver.acquire(request).leases?.first)
            #expect(second.token > first.token)
        },
        Check("The same request after its release is a new grant") { store in
            let driver = try await store.open()
            let request = LeaseRequest.make("a", by: "one")
            let first = try #require(try await driver.acquire(request).leases?.first)
            #expect(try await driver.release([first]) == 1)
            let second = try #require(try await driver.acquire(request).leases?.first)
            #expect(second.token > first.token)
        },
        Check("Another holder with the same request id is refused") { store in
            let driver = try await store.open()
            _ = try #require(try await driver.acquire(.make("a", by: "one", id: "r")).leases)
            #expect(try await driver.acquire(.make("a", by: "two", id: "r")).leases == nil)
        },
    ]

    static let severalNames: [Check] = [
        Check("Several names are granted together, in order of their bytes and once each") { store in
            let driver = try await store.open()
            let leases = try #require(try await driver.acquire(.make("b", "a", "c", "a", by: "one")).leases)
            #expect(leases.map(\.name) == ["a", "b", "c"])
            for name in ["a", "b", "c"] { #expect(try await driver.take(name, by: "two") == nil) }
            #expect(try await driver.release(leases) == 3)
        },
        Check("One held name refuses all, and the others stay free") { store in
            let driver = try await store.open()
            _ = try #require(try await driver.take("b", by: "one"))
            let holder = try #require(try await driver.acquire(.make("a", "b", "c", by: "two")).holder)
            #expect(holder.name == "b")
            #expect(holder.holder == "one")
            #expect(try await driver.take("a", by: "three") != nil)
            #expect(try await driver.take("c", by: "three") != nil)
        },
        Check("One lost lease stops the renewal of all, and the others keep their time") { store in
            let driver = try await store.open()
            let a = try #require(try await driver.take("a", by: "one"))
            let b = try #require(try await driver.take("b", by: "one", for: store.moment))
            try await store.pass()
            #expect(!(try await driver.renew([a, b], timeToLive: .hour * 3)))
            let remaining = try #require(try await driver.records(prefix: "a", after: nil, limit: 1).first?.remaining)
            #expect(remaining <= .hour)
            #expect(try await driver.isCurrent(a))
        },
        Check("Releasing several counts those that were still held") { store in
            let driver = try await store.open()
            let leases = try #require(try await driver.acquire(.make("a", "b", by: "one")).leases)
            #expect(try await driver.release([leases[0]]) == 1)
            #expect(try await driver.release(leases) == 1)
        },
        Check("Names that differ only in the spelling of a character are both locked") { store in
            let driver = try await store.open()
            let leases = try #require(try await driver.acquire(.make("\u{e9}", "e\u{301}", by: "one")).leases)
            #expect(leases.count == 2)
            #expect(try await driver.take("\u{e9}", by: "two") == nil)
            #expect(try await driver.take("e\u{301}", by: "two") == nil)
        },
    ]

    static let listing: [Check] = [
        Check("Records tell holder, token and times; a released name stays listed as free") { store in
            let driver = try await store.open()
            let held = try #require(try await driver.take("a", by: "one"))
            let released = try #require(try await driver.take("b", by: "two"))
            #expect(try await driver.release([released]) == 1)
            let records = try await driver.records(prefix: "", after: nil, limit: 10)
            #expect(records.map(\.name) == ["a", "b"])
            let first = try #require(records.first)
            #expect(first.holder == "one")
            #expect(first.token == held.token)
            #expect(first.acquiredAt != nil)
            #expect(try #require(first.remaining) <= .hour)
            let last = try #require(records.last)
            #expect(last.holder == nil)
            #expect(last.remaining == nil)
            #expect(last.token >= released.token)
        },
        Check("An expired lease is listed as free") { store in
            let driver = try await store.open()
            _ = try #require(try await driver.take("a", by: "one", for: store.moment))
            try await store.pass()
            let record = try #require(try await driver.records(prefix: "a", after: nil, limit: 10).first)
            #expect(record.holder == nil)
            #expect(record.remaining == nil)
        },
        Check("Records come in order of their bytes, and pages miss and repeat none") { store in
            let driver = try await store.open()
            for name in HostileNames.all { _ = try #require(try await driver.take(name, by: "one")) }
            var names: [String] = []
            while true {
                let page = try await driver.records(prefix: "", after: names.last, limit: 3)
                #expect(page.count <= 3)
                names += page.map(\.name)
                if page.count < 3 { break }
            }
            #expect(names.map { Array($0.utf8) } == HostileNames.sorted(HostileNames.all).map { Array($0.utf8) })
        },
        Check("A prefix is compared by its bytes, and nothing in it is a pattern") { store in
            let driver = try await store.open()
            for name in HostileNames.all { _ = try #require(try await driver.take(name, by: "one")) }
            for prefix in ["a", "a%", "a_", "*", "e", "\0", "'", "back\\", "\u{e9}", "zz"] {
                let found = try await driver.records(prefix: prefix, after: nil, limit: 100).map { Array($0.name.utf8) }
                let wanted = HostileNames.sorted(HostileNames.all).map { Array($0.utf8) }
                    .filter { $0.starts(with: Array(prefix.utf8)) }
                #expect(found == wanted, "prefix \(prefix.debugDescription)")
            }
        },
    ]
}
