import Locking
import Services
import TestSupport
import Testing

@Suite("Work under a lease", .timeLimit(.minutes(10)))
struct WithLeaseTests {
    private let clock = ManualClock()
    private let storeClock = ManualStoreClock()
    private let store: MemoryLockDriver

    init() {
        store = MemoryLockDriver(clock: storeClock.clock)
    }

    private func makeLock(_ driver: (any LockDriver)? = nil) -> LeaseLock {
        LeaseLock(driver: driver ?? store, clock: clock)
    }

    /// Both clocks, store first: no waker sees a store that is behind.
    private func advance(_ duration: Duration) {
        storeClock.advance(by: duration)
        clock.advance(by: duration)
    }

    private func remaining(_ name: String) -> Duration? {
        store.records(prefix: name, after: nil, limit: 1).first?.remaining
    }

    @Test("The lease is renewed every third of its time for as long as the body runs, then given back")
    func renewal() async throws {
        let gate = Gate()
        let renewals = Lock(0)
        let driver = FaultyLockDriver(
            store,
            after: { request throws(ServicesError) in if request == .renew { renewals.withLock { $0 += 1 } } }
        )
        let lock = makeLock(driver)
        async let run = lock.withLease(["a"], holder: "one", timeToLive: .seconds(30)) { hold in
            await gate.pass()
            return hold.isSafe
        }
        await gate.arrivals()
        for round in 1...6 {
            // The renewer and the watcher of the lease's end.
            await clock.waitForSleepers(2)
            advance(.seconds(10))
            #expect(await eventually { renewals.withLock { $0 } == round })
        }
        #expect(remaining("a") == .seconds(30))
        gate.open()
        guard case .ran(let isSafe) = try await run else {
            Issue.record("the body did not run")
            return
        }
        #expect(isSafe)
        #expect(remaining("a") == nil)
    }

    @Test("A body whose lease cannot be renewed is cancelled before the store lets somebody else in")
    func storeAway() async throws {
        let started = Gate()
        started.open()
        let cancelledWith = Lock<Duration?>(nil)
        let driver = FaultyLockDriver(store) { request throws(ServicesError) in
            if request != .release, case .renew = request { throw .unavailable("test", why: "it is away") }
        }
        let lock = makeLock(driver)
        async let run: LeaseRun<Void> = lock.withLease(["a"], holder: "one", timeToLive: .seconds(30)) { _ in
            await started.pass()
            do {
                try await ContinuousClock().sleep(for: .seconds(3_600))
            } catch {
                cancelledWith.withLock { $0 = store.records(prefix: "a", after: nil, limit: 1).first?.remaining }
                throw error
            }
        }
        await started.arrivals()
        for _ in 0..<30 where cancelledWith.withLock({ $0 }) == nil {
            await clock.waitForSleepers(1)
            advance(.seconds(1))
            await Task.yield()
        }
        do {
            _ = try await run
            Issue.record("the loss went unnoticed")
        } catch let error as ServicesError {
            #expect(error.code == .leaseLost)
        }
        #expect(try #require(cancelledWith.withLock { $0 }) > .zero)
    }

    @Test("A body whose lease went to somebody else is cancelled at the next renewal")
    func stolen() async throws {
        let gate = Gate()
        gate.open()
        let lock = makeLock()
        async let run: LeaseRun<Void> = lock.withLease(["a"], holder: "one", timeToLive: .seconds(30)) { hold in
            // Somebody with the powers of a database administrator.
            _ = store.release(hold.leases)
            _ = store.acquire(.make("a", by: "two"))
            await gate.pass()
            try await ContinuousClock().sleep(for: .seconds(3_600))
        }
        await gate.arrivals()
        await clock.waitForSleepers(2)
        advance(.seconds(10))
        do {
            _ = try await run
            Issue.record("the loss went unnoticed")
        } catch let error as ServicesError {
            #expect(error.code == .leaseLost)
        }
        #expect(store.records(prefix: "a", after: nil, limit: 1).first?.holder == "two")
    }

    @Test("A body that throws, or is cancelled, gives its lease back")
    func giveBack() async throws {
        struct Broken: Error {}
        let lock = makeLock()
        await #expect(throws: Broken.self) {
            _ = try await lock.withLease(["a", "b"], holder: "one") { _ in throw Broken() }
        }
        #expect(remaining("a") == nil)
        let gate = Gate()
        gate.open()
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await lock.withLease(["a"], holder: "one") { _ in
                        await gate.pass()
                        try await ContinuousClock().sleep(for: .seconds(3_600))
                    }
                }
                await gate.arrivals()
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(remaining("a") == nil)
    }

    @Test("A use that fails open runs without the store and tells why; others throw")
    func failOpen() async throws {
        let driver = FaultyLockDriver(store) { _ throws(ServicesError) in
            throw .unavailable("test", why: "it is away")
        }
        let lock = makeLock(driver)
        let error = await #expect(throws: ServicesError.self) {
            _ = try await lock.withLease(["a"], holder: "one") { _ in Issue.record("the body ran") }
        }
        #expect(error?.code == .storeUnavailable)
        let reasons = Lock<[ServicesError.Code]>([])
        let run = try await lock.withLease(
            ["a"],
            holder: "one",
            onStoreFailure: .open { error in reasons.withLock { $0.append(error.code) } }
        ) { hold in (hold.leases.isEmpty, hold.isSafe) }
        guard case .ran(let (isEmpty, isSafe)) = run else {
            Issue.record("the body did not run")
            return
        }
        #expect(isEmpty)
        #expect(!isSafe)
        #expect(reasons.withLock { $0 } == [.storeUnavailable])
    }

    @Test("A held lock is an answer")
    func held() async throws {
        _ = store.acquire(.make("a", by: "two"))
        let run = try await makeLock().withLease(["a"], holder: "one", wait: .zero) { _ in
            Issue.record("the body ran")
        }
        guard case .held(let holder) = run else {
            Issue.record("the lock was not held")
            return
        }
        #expect(holder.holder == "two")
    }
}
