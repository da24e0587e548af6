import Services
import ServicesSQLite
import TestSupport
import Testing

/// What happens when somebody sets the host's clock while work goes on.
@Suite("A clock that is set")
struct SQLiteClockTests {
    private static let hour = Duration.seconds(3_600)

    @Test("Set back, it lets nobody in early; set on, the late holder is found out", .timeLimit(.minutes(10)))
    func locks() async throws {
        try await withSQLite { fixture in
            let lock = LeaseLock(driver: SQLiteLockDriver(store: try await fixture.open()))
            let granted = try await lock.acquire(["a"], holder: "one", timeToLive: .seconds(30), wait: .zero)
            guard case .granted(let leases) = granted, let first = leases.first else {
                Issue.record("the first request was refused")
                return
            }
            fixture.clock.advance(by: .zero - Self.hour)
            guard case .held = try await lock.acquire(["a"], holder: "two", wait: .zero) else {
                Issue.record("a lease ended because the clock went back")
                return
            }
            // A renewal counts from the new time, so a living holder is back to normal at once.
            #expect(try await lock.renew(leases, timeToLive: .seconds(30)))
            fixture.clock.advance(by: .seconds(31))
            guard case .granted(let second) = try await lock.acquire(["a"], holder: "two", wait: .zero) else {
                Issue.record("a lease outlived its renewal")
                return
            }
            fixture.clock.advance(by: Self.hour)
            guard case .granted(let third) = try await lock.acquire(["a"], holder: "three", wait: .zero) else {
                Issue.record("a lease outlived a clock that was set on")
                return
            }
            #expect(try await !lock.renew(second))
            #expect(await !lock.isCurrent(first))
            let tokens = [first.token] + (second + third).map(\.token)
            #expect(tokens == tokens.sorted() && Set(tokens).count == 3, "tokens rise whatever the clock does")
        }
    }

    @Test("Set on, jobs in hand come back once and their late endings are refused", .timeLimit(.minutes(10)))
    func jobsSetOn() async throws {
        try await withSQLite { fixture in
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            _ = try await driver.push(.make("job"))
            let worker = try await driver.worker()
            let early = try #require(try await driver.claim(worker).first)
            fixture.clock.advance(by: Self.hour)
            #expect(try await !driver.heartbeat(worker, lease: .seconds(10)))
            #expect(try await driver.maintain(QueueUpkeep.Options()).orphans == 1)
            let heir = try await driver.worker()
            let late = try #require(try await driver.claim(heir).first)
            let exchange = try await driver.exchange(
                heir,
                settling: [early, late].map { Settlement(receipt: $0.receipt, ending: .completed) },
                claimingFrom: [],
                limit: 0
            )
            #expect(exchange.stale == [early.receipt] && exchange.settled == [late.receipt.job])
        }
    }

    @Test("Set back, waiting work is still handed out, and what is in hand can be ended", .timeLimit(.minutes(10)))
    func jobsSetBack() async throws {
        try await withSQLite { fixture in
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            _ = try await driver.push((0..<3).map { .make("\($0)") })
            let worker = try await driver.worker()
            let first = try #require(try await driver.claim(worker).first)
            fixture.clock.advance(by: .zero - Self.hour)
            #expect(try await driver.heartbeat(worker, lease: .seconds(10)))
            _ = try await driver.push(.make("3"))
            let rest = try await driver.claim(worker, 10)
            #expect(rest.map(\.text) == ["3", "1", "2"], "by the time they are due, which went back")
            let exchange = try await driver.exchange(
                worker,
                settling: ([first] + rest).map { Settlement(receipt: $0.receipt, ending: .completed) },
                claimingFrom: [],
                limit: 0
            )
            #expect(exchange.settled.count == 4)
        }
    }
}
