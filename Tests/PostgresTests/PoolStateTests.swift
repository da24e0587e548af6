import TestSupport
import Testing

@testable import Postgres

@Suite("Pool state")
struct PoolStateTests {
    private typealias State = PoolState<Int, ManualClock.Instant>

    private static func limits(_ change: (inout State.Limits) -> Void = { _ in }) -> State.Limits {
        var limits = State.Limits()
        limits.minimum = 0
        limits.maximum = 3
        limits.waiting = 4
        change(&limits)
        return limits
    }

    private let start = ManualClock().now

    @Test("A connection goes to who waits longest, and an idle one to the next who asks")
    func connectionsAreHandedOut() {
        var state = State(limits: Self.limits { $0.maximum = 1 })
        #expect(state.lease(now: start) == .waiting(1, [.open]))
        #expect(state.lease(now: start) == .waiting(2, []))
        #expect(state.opened(10, now: start, lifetimeShare: 0) == [.give(10, to: 1)])
        #expect(state.released(10, isUsable: true, now: start) == [.give(10, to: 2)])
        #expect(state.released(10, isUsable: true, now: start) == [])
        #expect(state.lease(now: start) == .taken(10))
    }

    @Test("One that broke is closed and replaced for who waits")
    func brokenOnesAreReplaced() {
        var state = State(limits: Self.limits { $0.maximum = 1 })
        _ = state.lease(now: start)
        _ = state.opened(10, now: start, lifetimeShare: 0)
        _ = state.lease(now: start)
        #expect(state.released(10, isUsable: false, now: start) == [.close(10), .open])
    }

    @Test("While the server refuses, one attempt at a time is made, and none before the pause is over")
    func refusalsArePaced() {
        var state = State(limits: Self.limits())
        _ = state.lease(now: start)
        _ = state.lease(now: start)
        #expect(state.opening == 2)
        #expect(state.openFailed(now: start) { .seconds($0) } == .seconds(1))
        #expect(state.openFailed(now: start) { .seconds($0) } == .seconds(2))
        #expect(state.retry(now: start.advanced(by: .seconds(1))) == [])
        #expect(state.retry(now: start.advanced(by: .seconds(2))) == [.open])
        #expect(state.opened(10, now: start, lifetimeShare: 0) == [.give(10, to: 1), .open])
    }

    @Test("Old connections and surplus idle ones are closed, quiet ones checked, and the minimum is kept")
    func connectionsAreKept() {
        let limits = Self.limits { limits in
            limits.minimum = 1
            limits.idleTime = .seconds(10)
            limits.lifetime = .seconds(100)
            limits.checkAfter = .seconds(30)
        }
        var state = State(limits: limits)
        for member in [1, 2, 3] {
            _ = state.lease(now: start)
            _ = state.opened(member, now: start, lifetimeShare: 1)
        }
        for member in [1, 2, 3] { _ = state.released(member, isUsable: true, now: start) }
        #expect(state.maintain(now: start.advanced(by: .seconds(9))) == [])
        #expect(state.maintain(now: start.advanced(by: .seconds(10))) == [.close(1), .close(2)])
        #expect(state.maintain(now: start.advanced(by: .seconds(31))) == [.check(3)])
        #expect(state.released(3, isUsable: true, now: start.advanced(by: .seconds(31))) == [])
        #expect(state.maintain(now: start.advanced(by: .seconds(100))) == [.close(3), .open])
    }

    @Test(
        "Whatever happens in whatever order, bounds hold and nobody has a connection twice",
        arguments: SeededRandom.seeds(30)
    )
    func invariantsHold(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var state = State(limits: Self.limits { $0.minimum = 1 })
        var now = start
        var (lent, known, waiting, opening) = (Set<Int>(), Set<Int>(), Set<UInt64>(), 0)
        var next = 0
        func apply(_ actions: [State.Action]) {
            for action in actions {
                switch action {
                case .give(let member, let waiter):
                    #expect(waiting.remove(waiter) != nil, "seed \(seed): given to nobody")
                    lent.insert(member)
                case .check(let member): #expect(lent.insert(member).inserted, "seed \(seed): checked while lent")
                case .expire(let waiter), .refuse(let waiter):
                    #expect(waiting.remove(waiter) != nil, "seed \(seed): ended twice")
                case .open: opening += 1
                case .close(let member): known.remove(member)
                }
            }
        }
        for step in 0..<600 {
            now = now.advanced(by: .milliseconds(Int64(random.next() % 400)))
            switch random.next() % 12 {
            case 0..<4:
                switch state.lease(now: now) {
                case .taken(let member): #expect(lent.insert(member).inserted, "seed \(seed) step \(step): lent twice")
                case .waiting(let id, let actions):
                    waiting.insert(id)
                    apply(actions)
                case .overloaded: #expect(waiting.count == 4, "seed \(seed) step \(step)")
                case .closed: Issue.record("seed \(seed) step \(step): closed")
                }
            case 4..<7:
                guard let member = lent.randomElement(using: &random) else { continue }
                lent.remove(member)
                apply(state.released(member, isUsable: random.next() % 4 != 0, now: now))
            case 7 where opening > 0:
                opening -= 1
                next += 1
                // Lent first: the state decides in the same breath whether it goes to somebody.
                known.insert(next)
                apply(state.opened(next, now: now, lifetimeShare: 0.5))
            case 8 where opening > 0:
                opening -= 1
                _ = state.openFailed(now: now) { .milliseconds($0 * 50) }
            case 9:
                guard let member = known.randomElement(using: &random) else { continue }
                known.remove(member)
                apply(state.lost(member, now: now))
            case 10: apply(state.expire(now: now) + state.retry(now: now))
            default:
                apply(state.maintain(now: now))
                if let waiter = waiting.randomElement(using: &random), state.cancel(waiter) { waiting.remove(waiter) }
            }
            #expect(state.total <= 3, "seed \(seed) step \(step)")
            #expect(state.leasedCount == lent.count, "seed \(seed) step \(step)")
            #expect(state.waitingCount == waiting.count, "seed \(seed) step \(step)")
            #expect(state.opening == opening, "seed \(seed) step \(step)")
        }
    }
}
