import Locking
import Services
import TestSupport
import Testing

@Suite("Idempotency ledger", .timeLimit(.minutes(10)))
struct IdempotencyLedgerTests {
    private let key = IdempotencyKey(scope: "test", key: "k")

    @Test("The first caller executes, later ones get its answer, whether success or kept failure")
    func replays() async throws {
        let ledger = IdempotencyLedger(driver: MemoryIdempotencyDriver(), owner: "one")
        let runs = Lock(0)
        for (name, answer) in [("ok", StoredAnswer.succeeded([1, 0])), ("bad", .failed([2]))] {
            let key = IdempotencyKey(scope: "test", key: name)
            for round in 0..<3 {
                let outcome = try await ledger.once(key, keepFor: .hour, failures: .keep) {
                    runs.withLock { $0 += 1 }
                    return answer
                }
                #expect(outcome == (round == 0 ? .executed(answer) : .replayed(answer)))
            }
        }
        #expect(runs.withLock { $0 } == 2)
    }

    @Test("A failure that is not kept, or an error, lets the next caller execute")
    func forgets() async throws {
        let ledger = IdempotencyLedger(driver: MemoryIdempotencyDriver(), owner: "one")
        let failed = try await ledger.once(key, keepFor: .hour) { .failed([1]) }
        #expect(failed == .executed(.failed([1])))
        await #expect(throws: Broken.self) {
            try await ledger.once(key, keepFor: .hour) { throw Broken() }
        }
        let outcome = try await ledger.once(key, keepFor: .hour) { .succeeded([2]) }
        #expect(outcome == .executed(.succeeded([2])))
    }

    @Test("The same key with another request is a conflict")
    func conflicts() async throws {
        let ledger = IdempotencyLedger(driver: MemoryIdempotencyDriver(), owner: "one")
        _ = try await ledger.once(key, request: [1], keepFor: .hour) { .succeeded([]) }
        #expect(try await ledger.once(key, request: [2], keepFor: .hour) { .succeeded([]) } == .conflict)
        #expect(try await ledger.once(key, request: [1], keepFor: .hour) { .failed([]) } == .replayed(.succeeded([])))
    }

    @Test("Of many callers at the same time one executes and the others wait for its answer")
    func concurrent() async throws {
        let driver = MemoryIdempotencyDriver()
        let runs = Lock(0)
        let outcomes = try await withThrowingTaskGroup(of: IdempotencyLedger.Outcome.self) { group in
            for caller in 0..<20 {
                group.addTask {
                    var options = IdempotencyLedger.Options()
                    options.pollInterval = .milliseconds(5)
                    let ledger = IdempotencyLedger(driver: driver, owner: "c\(caller)", options: options)
                    return try await ledger.once(key, keepFor: .hour, wait: .seconds(300)) {
                        runs.withLock { $0 += 1 }
                        return .succeeded([7])
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(runs.withLock { $0 } == 1)
        #expect(outcomes.count { $0 == .executed(.succeeded([7])) } == 1)
        #expect(outcomes.count { $0 == .replayed(.succeeded([7])) } == 19)
    }

    @Test("Who may not wait is told that it is in progress")
    func inProgress() async throws {
        let driver = MemoryIdempotencyDriver()
        let other = IdempotencyLedger(driver: driver, owner: "two")
        let ledger = IdempotencyLedger(driver: driver, owner: "one")
        let outcome = try await ledger.once(key, keepFor: .hour) {
            guard case .inProgress(let remaining) = try await other.once(key, keepFor: .hour, body: { .failed([]) })
            else { return .failed([]) }
            return remaining > .zero ? .succeeded([]) : .failed([])
        }
        #expect(outcome == .executed(.succeeded([])))
    }

    @Test("An executor that was overtaken is cancelled, and its answer is not stored")
    func overtaken() async throws {
        let clock = ManualClock()
        let time = Lock(StoreTime(microseconds: 0))
        let driver = MemoryIdempotencyDriver(clock: StoreClock { time.withLock { $0 } })
        let ledger = IdempotencyLedger(driver: driver, owner: "one", clock: clock)
        let error = await #expect(throws: ServicesError.self) {
            try await ledger.once(key, keepFor: .hour) {
                // The store's clock jumps past the lease, another caller takes over, and then the owner renews.
                time.withLock { $0 = $0 + .seconds(31) }
                let second = IdempotencyLedger(driver: driver, owner: "two", clock: clock)
                _ = try await second.once(key, keepFor: .hour) { .succeeded([2]) }
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(10))
                // Ends only by cancellation.
                try await ContinuousClock().sleep(for: .seconds(86_400))
                return .succeeded([1])
            }
        }
        #expect(error?.code == .leaseLost)
        #expect(try await ledger.once(key, keepFor: .hour) { .failed([]) } == .replayed(.succeeded([2])))
    }

    @Test("An executor whose store is away is cancelled before its lease ends")
    func storeAway() async throws {
        let clock = ManualClock()
        let away = FaultyIdempotencyDriver(MemoryIdempotencyDriver()) { request throws(ServicesError) in
            if request != .begin { throw ServicesError(code: .storeUnavailable, message: "The store is away.") }
        }
        let ledger = IdempotencyLedger(driver: away, owner: "one", clock: clock)
        let started = AsyncStream<Void>.makeStream()
        let work = Task {
            try await ledger.once(key, keepFor: .hour) {
                started.continuation.finish()
                // Ends only by cancellation.
                try await ContinuousClock().sleep(for: .seconds(86_400))
                return .succeeded([1])
            }
        }
        for await _ in started.stream {}
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(27))
        let error = await #expect(throws: ServicesError.self) { try await work.value }
        #expect(error?.code == .leaseLost)
    }

    @Test("A cancelled caller gives its claim up at once")
    func cancelled() async throws {
        let driver = MemoryIdempotencyDriver()
        let ledger = IdempotencyLedger(driver: driver, owner: "one")
        let started = AsyncStream<Void>.makeStream()
        let work = Task {
            try await ledger.once(key, keepFor: .hour) {
                started.continuation.yield()
                try await ContinuousClock().sleep(for: .seconds(86_400))
                return .succeeded([1])
            }
        }
        for await _ in started.stream { break }
        work.cancel()
        _ = await work.result
        #expect(try await ledger.once(key, keepFor: .hour) { .succeeded([2]) } == .executed(.succeeded([2])))
    }

    @Test("Names that are empty or too long are refused", arguments: ["", String(repeating: "x", count: 513)])
    func refuses(name: String) async throws {
        let ledger = IdempotencyLedger(driver: MemoryIdempotencyDriver(), owner: "one")
        for key in [IdempotencyKey(scope: name, key: "k"), IdempotencyKey(scope: "s", key: name)] {
            let error = await #expect(throws: ServicesError.self) {
                try await ledger.once(key, keepFor: .hour) { .succeeded([]) }
            }
            #expect(error?.code == .invalidRequest)
        }
    }
}

extension IdempotencyLedgerTests {
    /// Executes with a faulty store, and expects that it executed and that nobody else does any more.
    private func expectStored(
        _ driver: MemoryIdempotencyDriver,
        through faulty: FaultyIdempotencyDriver
    ) async throws {
        let first = try await IdempotencyLedger(driver: faulty, owner: "one").once(key, keepFor: .hour) {
            .succeeded([7])
        }
        #expect(first == .executed(.succeeded([7])))
        try await expectReplayed(driver)
    }

    private func expectReplayed(_ driver: MemoryIdempotencyDriver) async throws {
        let second = try await IdempotencyLedger(driver: driver, owner: "two").once(key, keepFor: .hour) { .failed([]) }
        #expect(second == .replayed(.succeeded([7])))
    }

    @Test("An answer is stored although the store fails at first, and nobody executes again", arguments: [1, 3])
    func storedInTheEnd(failures: Int) async throws {
        let driver = MemoryIdempotencyDriver()
        let left = Lock(failures)
        let faulty = FaultyIdempotencyDriver(driver) { request throws(ServicesError) in
            let isFailing = left.withLock { left in
                guard request == .finish, left > 0 else { return false }
                left -= 1
                return true
            }
            if isFailing { throw ServicesError(code: .storeUnavailable, message: "The store is away.") }
        }
        try await expectStored(driver, through: faulty)
        #expect(left.withLock(\.self) == 0)
    }

    @Test("An answer that was stored, but whose confirmation was lost, is the caller's all the same")
    func confirmationLost() async throws {
        let driver = MemoryIdempotencyDriver()
        let tries = Lock(0)
        let faulty = FaultyIdempotencyDriver(
            driver,
            after: { request throws(ServicesError) in
                guard request == .finish,
                    tries.withLock({
                        $0 += 1; return $0
                    }) == 1
                else { return }
                throw ServicesError(code: .outcomeUnknown, message: "The connection was lost.")
            }
        )
        try await expectStored(driver, through: faulty)
        #expect(tries.withLock(\.self) == 2)
    }

    @Test("A caller cancelled once its work is done stores the answer all the same")
    func storedWhenCancelled() async throws {
        let driver = MemoryIdempotencyDriver()
        let faulty = FaultyIdempotencyDriver(driver) { _ throws(ServicesError) in
            if Task.isCancelled { throw ServicesError(code: .cancelled, message: "The task was cancelled.") }
        }
        let task = Task {
            try await IdempotencyLedger(driver: faulty, owner: "one").once(key, keepFor: .hour) {
                withUnsafeCurrentTask { $0?.cancel() }
                return .succeeded([7])
            }
        }
        _ = await task.result
        try await expectReplayed(driver)
    }
}

private struct Broken: Error {}
