import Dispatch
import Locking
import Services
import TestSupport
import Testing

@testable import ServicesSQLite

@Suite("Group commit")
struct GroupCommitTests {
    private static let make = SQL("CREATE TABLE IF NOT EXISTS notes (note TEXT NOT NULL) STRICT")
    private static let add = SQL("INSERT INTO notes (note) VALUES (?)")
    private static let all = SQL("SELECT note FROM notes ORDER BY note")
    private static let synchronous = SQL("PRAGMA synchronous")

    private static let broken = ServicesError(code: .storeRefused, message: "The closure failed.")

    private func notes(_ store: SQLiteStore) async throws -> [String] {
        try await store.read { tx throws(ServicesError) in try tx.rows(Self.all) { $0.text(0) } }
    }

    /// Runs the body while the writer is held, and lets go when the body has returned.
    private func behindAGate<Result: Sendable>(
        _ store: SQLiteStore,
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        // Blocks the writer's own thread, which is none of the cooperative pool's.
        let gate = DispatchSemaphore(value: 0)
        let isHeld = Lock(false)
        async let holder: Void = store.write { tx throws(ServicesError) in
            try tx.run(Self.make)
            isHeld.withLock { $0 = true }
            gate.wait()
        }
        do {
            try #require(await eventually { isHeld.withLock { $0 } })
            let result = try await body()
            gate.signal()
            try await holder
            return result
        } catch {
            gate.signal()
            throw error
        }
    }

    /// Starts callers that line up behind the gate; each has its own task, which ends after the gate is open.
    private func lineUp<Value: Sendable>(
        _ store: SQLiteStore,
        _ bodies: [@Sendable () async throws -> Value]
    ) async throws -> [Task<Value, any Error>] {
        let tasks = bodies.map { body in Task { try await body() } }
        try #require(await eventually { store.waitingWrites == bodies.count })
        return tasks
    }

    @Test("Closures that wait together are committed together, before any caller hears of it", .timeLimit(.minutes(10)))
    func together() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open { $0.batchTime = .seconds(60) }
            let events = Lock<[String]>([])
            let callers = try await behindAGate(store) {
                try await lineUp(
                    store,
                    (0..<20).map { number in
                        { @Sendable in
                            try await store.write { tx throws(ServicesError) in
                                try tx.run(Self.add, .text("\(number)"))
                                events.withLock { $0.append("performed") }
                                tx.afterCommit { events.withLock { $0.append("committed") } }
                            }
                        }
                    }
                )
            }
            for caller in callers { try await caller.value }
            let order = events.withLock { $0 }
            let performed = Array(repeating: "performed", count: 20)
            #expect(order == performed + Array(repeating: "committed", count: 20))
            #expect(try await notes(store).count == 20)
        }
    }

    @Test("An error in one closure undoes that closure only", .timeLimit(.minutes(10)))
    func oneFails() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open()
            let callers = try await behindAGate(store) {
                try await lineUp(
                    store,
                    ["a", "b", "c"].map { name in
                        { @Sendable in
                            do throws(ServicesError) {
                                try await store.write { tx throws(ServicesError) in
                                    try tx.run(Self.add, .text(name))
                                    tx.afterCommit { #expect(name != "b") }
                                    if name == "b" { throw Self.broken }
                                }
                                return "\(name) stored"
                            } catch {
                                return "\(name) \(error.code.rawValue)"
                            }
                        }
                    }
                )
            }
            var outcomes: [String] = []
            for caller in callers { outcomes.append(try await caller.value) }
            #expect(outcomes == ["a stored", "b store_refused", "c stored"])
            #expect(try await notes(store) == ["a", "c"])
        }
    }

    @Test("A closure alone in its transaction is undone as a whole when it fails", .timeLimit(.minutes(10)))
    func aloneFails() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open()
            try await store.write { tx throws(ServicesError) in _ = try tx.run(Self.make) }
            let error = await #expect(throws: ServicesError.self) {
                try await store.write { tx throws(ServicesError) in
                    try tx.run(Self.add, .text("a"))
                    throw Self.broken
                }
            }
            #expect(error?.code == .storeRefused)
            #expect(try await notes(store).isEmpty)
        }
    }

    @Test("More requests than may wait are refused as overloaded", .timeLimit(.minutes(10)))
    func overloaded() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open { $0.waitingLimit = 2 }
            let (code, callers) = try await behindAGate(store) {
                let callers = try await lineUp(
                    store,
                    (0..<2).map { _ in { @Sendable in try await store.write { _ in } } }
                )
                let error = await #expect(throws: ServicesError.self) { try await store.write { _ in } }
                return (error?.code, callers)
            }
            for caller in callers { try await caller.value }
            #expect(code == .overloaded)
        }
    }

    @Test("A cancelled caller that waits leaves at once, and its closure does not run", .timeLimit(.minutes(10)))
    func cancelled() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open()
            let hasRun = Lock(false)
            let code = try await behindAGate(store) {
                let callers = try await lineUp(
                    store,
                    [{ @Sendable in try await store.write { _ in hasRun.withLock { $0 = true } } }]
                )
                callers[0].cancel()
                // Its answer comes while the writer is still held.
                let error = await #expect(throws: ServicesError.self) { try await callers[0].value }
                return error?.code
            }
            #expect(code == .cancelled)
            #expect(!hasRun.withLock { $0 })
        }
    }

    @Test("Each commit waits for the disk when that was asked for", arguments: SQLiteStore.Options.Durability.allCases)
    func durability(_ durability: SQLiteStore.Options.Durability) async throws {
        try await withSQLite { fixture in
            for _ in 0..<2 {
                let store = try await fixture.open { $0.durability = durability }
                let level = try await store.write { tx throws(ServicesError) in
                    try tx.first(Self.synchronous) { $0.integer(0) }
                }
                #expect(level == (durability == .full ? 2 : 1))
            }
        }
    }

    @Test("Closing serves what waits and refuses what comes later", .timeLimit(.minutes(10)))
    func closing() async throws {
        try await withSQLite { fixture in
            let store = try await SQLiteStore.open(path: fixture.path, options: fixture.options())
            let callers = try await behindAGate(store) {
                try await lineUp(
                    store,
                    [
                        { @Sendable in
                            try await store.write { tx throws(ServicesError) in _ = try tx.run(Self.add, .text("a")) }
                        }
                    ]
                )
            }
            try await store.close()
            for caller in callers { try await caller.value }
            let error = await #expect(throws: ServicesError.self) { try await store.write { _ in } }
            #expect(error?.code == .storeUnavailable)
            #expect(try await notes(try await fixture.open()) == ["a"])
        }
    }
}
