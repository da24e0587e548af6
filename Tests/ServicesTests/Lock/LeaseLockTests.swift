import Locking
import Services
import TestSupport
import Testing

@Suite("The lease lock", .timeLimit(.minutes(10)))
struct LeaseLockTests {
    private let clock = ManualClock()
    private let storeClock = ManualStoreClock()
    private let store: MemoryLockDriver

    init() {
        store = MemoryLockDriver(clock: storeClock.clock)
    }

    private func advance(_ duration: Duration) {
        storeClock.advance(by: duration)
        clock.advance(by: duration)
    }

    private func makeLock(_ driver: (any LockDriver)? = nil) -> LeaseLock {
        LeaseLock(driver: driver ?? store, clock: clock)
    }

    @Test("A waiter is woken by the release, without time passing")
    func wakeUp() async throws {
        let lock = makeLock()
        let first = try #require(try await lock.acquire("a", holder: "one").leases?.first)
        async let second = lock.acquire("a", holder: "two")
        await clock.waitForSleepers()
        await lock.release(first)
        let lease = try #require(try await second.leases?.first)
        #expect(lease.token > first.token)
        #expect(await lock.isCurrent(lease))
    }

    @Test("A store without signals, or that gives none, is looked at again at intervals", arguments: [true, false])
    func poll(canSignal: Bool) async throws {
        let lock = makeLock(canSignal ? UnsignalledLockDriver(store) : FaultyLockDriver(store))
        let first = try #require(try await lock.acquire("a", holder: "one").leases?.first)
        async let second = lock.acquire("a", holder: "two")
        await clock.waitForSleepers()
        await lock.release(first)
        advance(.milliseconds(200))
        #expect(try await second.leases != nil)
    }

    @Test("A waiter takes over when the holder's lease has ended")
    func takeOver() async throws {
        let lock = makeLock()
        _ = try await lock.acquire(["a"], holder: "dead", timeToLive: .milliseconds(500))
        async let second = lock.acquire("a", holder: "two")
        await clock.waitForSleepers()
        advance(.milliseconds(500))
        #expect(try await second.leases != nil)
    }

    @Test("A waiter that waited long enough is told who holds the lock; one that does not wait, at once")
    func limit() async throws {
        let lock = makeLock()
        _ = try await lock.acquire(["a"], holder: "one", timeToLive: .seconds(3_600))
        #expect(try await lock.acquire(["a"], holder: "two", wait: .zero).holder?.holder == "one")
        async let answer = lock.acquire(["a"], holder: "two", wait: .milliseconds(100))
        await clock.waitForSleepers()
        advance(.milliseconds(100))
        #expect(try await answer.holder?.holder == "one")
    }

    @Test("A cancelled waiter gives up")
    func cancellation() async throws {
        let lock = makeLock()
        _ = try await lock.acquire("a", holder: "one")
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await lock.acquire("a", holder: "two") }
                await clock.waitForSleepers()
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test("A request whose answer got lost is repeated under its id, and holds one lease")
    func lostAnswer() async throws {
        let requests = Lock<[LeaseRequest]>([])
        let driver = FaultyLockDriver(
            store,
            after: { request throws(ServicesError) in
                guard case .acquire(let lease) = request else { return }
                let count = requests.withLock { requests in
                    requests.append(lease)
                    return requests.count
                }
                if count < 3 { throw ServicesError(code: .outcomeUnknown, message: "The connection was lost.") }
            }
        )
        let answer = try await makeLock(driver).acquire("a", holder: "one")
        #expect(answer.leases?.first?.token == FencingToken(1))
        #expect(Set(requests.withLock { $0.map(\.requestID) }).count == 1)
        #expect(requests.withLock { $0.count } == 3)
    }

    @Test("Names and times out of range are refused before the store sees them")
    func validation() async throws {
        let driver = FaultyLockDriver(store) { _ throws(ServicesError) in Issue.record("the store was asked") }
        let lock = makeLock(driver)
        for names in [[], [""], ["a", String(repeating: "x", count: 513)]] {
            let error = await #expect(throws: ServicesError.self) { try await lock.acquire(names, holder: "one") }
            #expect(error?.code == .invalidRequest)
        }
        await #expect(throws: ServicesError.self) { try await lock.acquire("a", holder: "") }
        await #expect(throws: ServicesError.self) {
            try await lock.acquire(["a"], holder: "one", timeToLive: .zero)
        }
    }

    @Test("A fence refuses every token below the greatest it has seen")
    func fence() {
        var fence = TokenFence()
        #expect(
            [3, 3, 2, 5, 4, 5, 1].map { fence.admit(FencingToken($0)) } == [
                true, true, false, true, false, true, false,
            ]
        )
        #expect(fence.greatest == FencingToken(5))
    }
}
