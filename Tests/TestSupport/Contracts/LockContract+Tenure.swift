import Services
import Testing

extension LockContract {
    static let tenure: [Check] = [
        Check("An expired lease is taken over, and is no longer its holder's") { store in
            let driver = try await store.open()
            let old = try #require(try await driver.take("a", by: "one", for: store.moment))
            try await store.pass()
            let new = try #require(try await driver.take("a", by: "two"))
            #expect(!(try await driver.isCurrent(old)))
            #expect(!(try await driver.renew([old], timeToLive: .hour)))
            #expect(try await driver.release([old]) == 0)
            #expect(try await driver.isCurrent(new))
        },
        Check("An expired lease that nobody took over is over as well") { store in
            let driver = try await store.open()
            let lease = try #require(try await driver.take("a", by: "one", for: store.moment))
            try await store.pass()
            #expect(!(try await driver.isCurrent(lease)))
            #expect(!(try await driver.renew([lease], timeToLive: .hour)))
            #expect(try await driver.release([lease]) == 0)
        },
        Check("Renewing gives the new time to live from now, longer or shorter") { store in
            let driver = try await store.open()
            let lease = try #require(try await driver.take("a", by: "one"))
            #expect(try await driver.renew([lease], timeToLive: .hour * 3))
            let remaining = try #require(try await driver.records(prefix: "a", after: nil, limit: 1).first?.remaining)
            #expect(remaining > .hour * 2)
            #expect(remaining <= .hour * 3)
            #expect(try await driver.renew([lease], timeToLive: store.moment))
            try await store.pass()
            #expect(try await driver.take("a", by: "two") != nil)
        },
        Check("A renewed lease keeps its token and stays current") { store in
            let driver = try await store.open()
            let lease = try #require(try await driver.take("a", by: "one"))
            #expect(try await driver.renew([lease], timeToLive: .hour))
            #expect(try await driver.isCurrent(lease))
            #expect(try await driver.records(prefix: "a", after: nil, limit: 1).first?.token == lease.token)
        },
        Check("Only the holder with its token renews or releases") { store in
            let driver = try await store.open()
            let lease = try #require(try await driver.take("a", by: "one"))
            let strangers = [
                Lease(name: "a", holder: "two", token: lease.token, timeToLive: .hour),
                Lease(name: "a", holder: "one", token: FencingToken(lease.token.rawValue + 1), timeToLive: .hour),
                Lease(name: "a", holder: "one", token: FencingToken(lease.token.rawValue - 1), timeToLive: .hour),
                Lease(name: "b", holder: "one", token: lease.token, timeToLive: .hour),
            ]
            for stranger in strangers {
                #expect(!(try await driver.renew([stranger], timeToLive: .hour)), "\(stranger)")
                #expect(try await driver.release([stranger]) == 0, "\(stranger)")
                #expect(!(try await driver.isCurrent(stranger)), "\(stranger)")
            }
            #expect(try await driver.isCurrent(lease))
        },
        Check("A released lease is free at once, and releasing it again does nothing") { store in
            let driver = try await store.open()
            let lease = try #require(try await driver.take("a", by: "one"))
            #expect(try await driver.release([lease]) == 1)
            #expect(try await driver.release([lease]) == 0)
            #expect(!(try await driver.isCurrent(lease)))
            let next = try #require(try await driver.take("a", by: "two"))
            #expect(try await driver.release([lease]) == 0)
            #expect(try await driver.isCurrent(next))
        },
        Check("Renewing, releasing or asking for nothing is harmless") { store in
            let driver = try await store.open()
            #expect(try await driver.renew([], timeToLive: .hour))
            #expect(try await driver.release([]) == 0)
        },
        Check("Who listens hears of a release") { store in
            guard let driver = try await store.open() as? any LockReleaseSignals else { return }
            let lease = try #require(try await driver.take("a", by: "one"))
            let releases = try await driver.releases(of: ["a"])
            #expect(try await driver.release([lease]) == 1)
            #expect(await releases.yields(within: .seconds(30)))
        },
    ]

    static let tokens: [Check] = [
        Check("Tokens rise with every grant, whether the last lease was released or ran out") { store in
            let driver = try await store.open()
            var last = FencingToken(0)
            for round in 0..<12 {
                let isReleased = round % 2 == 0
                let lease = try #require(
                    try await driver.take("a", by: "h\(round)", for: isReleased ? .hour : store.moment)
                )
                #expect(lease.token > last, "round \(round)")
                last = lease.token
                if isReleased {
                    #expect(try await driver.release([lease]) == 1)
                } else {
                    try await store.pass()
                }
            }
        },
        Check("Tokens go on rising for a driver that was opened later") { store in
            let first = try await store.open()
            let lease = try #require(try await first.take("a", by: "one"))
            #expect(try await first.release([lease]) == 1)
            let second = try await store.open()
            let next = try #require(try await second.take("a", by: "two"))
            #expect(next.token > lease.token)
            #expect(!(try await second.isCurrent(lease)))
        },
        Check("A refused request leaves the holder's token current") { store in
            let driver = try await store.open()
            let lease = try #require(try await driver.take("a", by: "one"))
            for _ in 0..<3 { #expect(try await driver.take("a", by: "two") == nil) }
            #expect(try await driver.isCurrent(lease))
        },
    ]
}

extension AsyncStream where Element == Void {
    /// Whether an element comes before the time is over.
    package func yields(within limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in self { return true }
                return false
            }
            group.addTask {
                // Cancelled as soon as the element has come; a full wait is the failure being tested for.
                try? await ContinuousClock().sleep(for: limit)
                return false
            }
            let isFirst = await group.next() ?? false
            group.cancelAll()
            return isFirst
        }
    }
}
