import Locking
import Orchestrator
import RunModel
import Services
import TestSupport
import Testing

@Suite("File reservations", .timeLimit(.minutes(5)))
struct FileReservationsTests {
    private static func plan(
        _ owned: [OwnedPath],
        title: String = "Work",
        append: [String] = []
    ) -> Plan {
        let assignment = Assignment(id: AgentID("A"), title: title, ownership: Ownership(owned: owned))
        return Plan(title: "Task", file: "task.md", assignments: [assignment], append: append)
    }

    private static func path(_ text: String) -> OwnedPath { OwnedPath(pattern: PathPattern(kind: .path, text: text)) }
    private static func folder(_ text: String) -> OwnedPath {
        OwnedPath(pattern: PathPattern(kind: .folder, text: text))
    }
    private static func glob(_ text: String) -> OwnedPath { OwnedPath(pattern: PathPattern(kind: .glob, text: text)) }

    private func reservations(
        _ lock: LeaseLock,
        wait: Duration = .zero,
        clock: some Clock<Duration> = ContinuousClock(),
        others: @escaping @Sendable (Set<TicketID>) async -> [FileReservations.Holding] = { _ in [] }
    ) -> FileReservations {
        var options = FileReservations.Options()
        options.wait = wait
        return FileReservations(lock: lock, repository: "/r", options: options, clock: clock, others: others)
    }

    /// What is in the way of the plan while the first plan is held; empty when nothing is.
    private func conflicts(_ first: Plan, _ second: Plan) async throws -> [FileReservations.Conflict] {
        let lock = LeaseLock(driver: MemoryLockDriver())
        let (one, two) = (reservations(lock), reservations(lock))
        return try await one.hold(first, for: RunID("one"), isPatient: { true }, waiting: { _ in }) { own in
            #expect(own.isEmpty)
            return try await two.hold(second, for: RunID("two"), isPatient: { true }, waiting: { _ in }) { $0 }
        }
    }

    @Test(
        "Paths, folders and globs that can name one file keep runs apart; others do not",
        arguments: [
            ([path("a.txt")], [path("a.txt")], true), ([path("src/a.txt")], [folder("src")], true),
            ([glob("src/*.ts")], [path("src/A.ts")], true), ([glob("**/*")], [path("b.txt")], true),
            ([path("a.txt")], [path("b.txt")], false), ([folder("src")], [folder("tests")], false),
            ([glob("src/*.ts")], [path("src/deep/a.ts")], false), ([], [path("a.txt")], false),
        ]
    )
    func overlap(first: [OwnedPath], second: [OwnedPath], isInTheWay: Bool) async throws {
        let found = try await conflicts(Self.plan(first), Self.plan(second))
        #expect(found.isEmpty == !isInTheWay)
        if let conflict = found.first {
            #expect(conflict.holding.holder == "run one" && conflict.wanted == second[0].pattern)
            #expect(conflict.finding.message.contains("had '\(first[0].pattern)' in hand"))
        }
    }

    @Test("What several agents share by appending or by regions is in nobody's way")
    func shared() async throws {
        let log = [Self.path("CHANGELOG.md")]
        #expect(
            try await conflicts(Self.plan(log, append: ["*.md"]), Self.plan(log, append: ["CHANGELOG.md"])).isEmpty
        )
        var part = Self.path("src/a.swift")
        part.region = Region(kind: .symbols, text: "f()", symbols: ["f"])
        #expect(try await conflicts(Self.plan([part]), Self.plan([part])).isEmpty)
    }

    @Test("A run waits until the other is done, hears of it once, and then has the files")
    func waits() async throws {
        let lock = LeaseLock(driver: MemoryLockDriver())
        let plan = Self.plan([Self.path("a.txt")])
        let clock = ManualClock()
        let told = Lock<[FileReservations.Conflict]>([])
        let second = reservations(lock, wait: .seconds(60), clock: clock)
        let end = Doorbell()
        let isSecondIn = Lock(false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let first = reservations(lock)
            let begun = Doorbell()
            group.addTask {
                try await first.hold(plan, for: RunID("one"), isPatient: { true }, waiting: { _ in }) { _ in
                    begun.ring()
                    _ = await end.wait(until: .seconds(600), on: Stopwatch())
                }
            }
            _ = await begun.wait(until: .seconds(600), on: Stopwatch())
            group.addTask {
                try await second.hold(
                    plan,
                    for: RunID("two"),
                    isPatient: { true },
                    waiting: { conflict in told.withLock { $0.append(conflict) } },
                    body: { conflicts in
                        #expect(conflicts.isEmpty)
                        isSecondIn.withLock { $0 = true }
                    }
                )
            }
            for _ in 0..<3 {
                await clock.waitForSleepers()
                #expect(!isSecondIn.withLock { $0 })
                clock.advance(by: .seconds(1))
            }
            end.ring()
            try await group.next()
            #expect(
                await eventually {
                    clock.advance(by: .seconds(1)); return isSecondIn.withLock { $0 }
                }
            )
            try await group.waitForAll()
        }
        #expect(told.withLock { $0.map(\.agent) } == [AgentID("A")])
        #expect(try await lock.records(prefix: "files:").allSatisfy { $0.holder == nil }, "given back at the end")
    }

    @Test("A wait has an end, and the run goes on with what it was told")
    func impatient() async throws {
        let lock = LeaseLock(driver: MemoryLockDriver())
        let plan = Self.plan([Self.path("a.txt")], title: "TKT-007 do it")
        let asked = Lock<[Set<TicketID>]>([])
        let holding = FileReservations.Holding(
            pattern: PathPattern(kind: .glob, text: "*.txt"),
            holder: "TKT-001 ('x.json')"
        )
        let other = reservations(lock, wait: .milliseconds(10)) { tickets in
            asked.withLock { $0.append(tickets) }
            return [holding]
        }
        let found = try await other.hold(plan, for: RunID("one"), isPatient: { true }, waiting: { _ in }) { $0 }
        #expect(found.map(\.holding) == [holding])
        #expect(try asked.withLock { $0.first } == [#require(TicketID("TKT-007"))])
        // Somebody who will not wait is asked before the first wait.
        let patient = reservations(lock, wait: .seconds(3_600)) { _ in [holding] }
        #expect(
            try await patient.hold(plan, for: RunID("one"), isPatient: { false }, waiting: { _ in }) { $0 }.count == 1
        )
    }

    @Test("A run that is interrupted while it waits, or while it works, holds nothing any more")
    func interrupted() async throws {
        let lock = LeaseLock(driver: MemoryLockDriver())
        let plan = Self.plan([Self.path("a.txt")])
        let holding = FileReservations.Holding(pattern: PathPattern(kind: .path, text: "a.txt"), holder: "TKT-001")
        for others in [[holding], []] {
            let run = reservations(lock, wait: .seconds(3_600)) { _ in others }
            let isUnderWay = Doorbell()
            let task = Task {
                try await run.hold(plan, for: RunID("one"), isPatient: { true }, waiting: { _ in isUnderWay.ring() }) {
                    _ in
                    isUnderWay.ring()
                    try await ContinuousClock().sleep(for: .seconds(3_600))
                }
            }
            _ = await isUnderWay.wait(until: .seconds(600), on: Stopwatch())
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await lock.records().allSatisfy { $0.holder == nil })
        }
    }

    @Test("A run that is taken up again has its own files, and a store that is away is in nobody's way")
    func again() async throws {
        let lock = LeaseLock(driver: MemoryLockDriver())
        let plan = Self.plan([Self.path("a.txt")])
        let run = reservations(lock)
        let found = try await run.hold(plan, for: RunID("one"), isPatient: { true }, waiting: { _ in }) { _ in
            try await run.hold(plan, for: RunID("one"), isPatient: { true }, waiting: { _ in }) { $0 }
        }
        #expect(found.isEmpty)
        struct Away: Error {}
        let away = FaultyLockDriver(
            MemoryLockDriver(),
            before: { _ throws(ServicesError) in throw .unavailable("test", why: "it is away") }
        )
        let blind = reservations(LeaseLock(driver: away), wait: .seconds(3_600))
        #expect(try await blind.hold(plan, for: RunID("one"), isPatient: { true }, waiting: { _ in }) { $0 }.isEmpty)
    }
}
