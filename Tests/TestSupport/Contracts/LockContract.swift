package import Services
import Testing

/// What every store of leases promises.
package enum LockContract {
    package typealias Check = ContractCheck<any LockDriver>

    package static var checks: [Check] {
        exclusion + tenure + tokens + repetition + severalNames + listing + contention
    }

    static let exclusion: [Check] = [
        Check("A free name is granted, and a held one is refused with its holder") { store in
            let driver = try await store.open()
            let lease = try #require(try await driver.take("a", by: "one"))
            #expect(lease.name == "a")
            #expect(lease.holder == "one")
            #expect(lease.timeToLive == .hour)
            let answer = try await driver.acquire(.make("a", by: "two"))
            let held = try #require(answer.holder)
            #expect(held.name == "a")
            #expect(held.holder == "one")
            let remaining = try #require(held.remaining)
            #expect(remaining > .zero)
            #expect(remaining <= .hour)
        },
        Check("Two drivers on one store exclude each other") { store in
            let (one, two) = (try await store.open(), try await store.open())
            let lease = try #require(try await one.take("a", by: "one"))
            #expect(try await two.take("a", by: "two") == nil)
            #expect(try await one.release([lease]) == 1)
            #expect(try await two.take("a", by: "two") != nil)
            #expect(try await one.take("a", by: "one") == nil)
        },
        Check("A holder that asks again under another request id is refused") { store in
            let driver = try await store.open()
            _ = try #require(try await driver.take("a", by: "one"))
            #expect(try await driver.take("a", by: "one") == nil)
        },
        Check("Names do not hinder each other") { store in
            let driver = try await store.open()
            for name in ["a", "b", "ab", "a:b"] {
                #expect(try await driver.take(name, by: "one") != nil, "\(name)")
            }
        },
        Check("Names are told apart by their bytes") { store in
            let driver = try await store.open()
            for (index, name) in HostileNames.all.enumerated() {
                let lease = try #require(try await driver.take(name, by: "h\(index)"), "\(name.debugDescription)")
                #expect(HostileNames.isSame(lease.name, name))
            }
            for (index, name) in HostileNames.all.enumerated() {
                let answer = try await driver.acquire(.make(name, by: "other"))
                #expect(answer.holder?.holder == "h\(index)", "\(name.debugDescription)")
            }
        },
        Check("A holder may be called anything") { store in
            let driver = try await store.open()
            for (index, holder) in HostileNames.all.enumerated() {
                let lease = try #require(try await driver.take("n\(index)", by: holder))
                #expect(HostileNames.isSame(lease.holder, holder))
                #expect(try await driver.isCurrent(lease))
                #expect(try await driver.renew([lease], timeToLive: .hour))
                let stranger = Lease(name: lease.name, holder: holder + "x", token: lease.token, timeToLive: .hour)
                #expect(!(try await driver.isCurrent(stranger)), "\(holder.debugDescription)")
                #expect(try await driver.release([stranger]) == 0)
                #expect(try await driver.release([lease]) == 1)
            }
        },
    ]
}

extension Duration {
    /// Longer than any test.
    package static let hour = Duration.seconds(3_600)
}

extension LeaseRequest {
    package static func make(
        _ names: String...,
        by holder: String,
        for timeToLive: Duration = .hour,
        id: String = "request-\(UInt64.random(in: .min ... .max))"
    ) -> LeaseRequest {
        LeaseRequest(names: names, holder: holder, timeToLive: timeToLive, requestID: id)
    }
}

extension LeaseAnswer {
    package var leases: [Lease]? {
        guard case .granted(let leases) = self else { return nil }
        return leases
    }

    package var holder: LeaseHolder? {
        guard case .held(let holder) = self else { return nil }
        return holder
    }
}

extension LockDriver {
    /// Takes one name under a request id of its own; `nil` when it is held.
    package func take(_ name: String, by holder: String, for timeToLive: Duration = .hour) async throws -> Lease? {
        try await acquire(.make(name, by: holder, for: timeToLive)).leases?.first
    }
}
