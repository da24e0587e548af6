import Locking
import Services
import TestSupport
import Testing

@Suite("Supervisor", .timeLimit(.minutes(10)))
struct SupervisorTests {
    struct Broken: Error {}

    private let clock = ManualClock()
    private let time = ManualStoreClock()
    private let log = Lock<[String]>([])

    private func note(_ text: String) { log.withLock { $0.append(text) } }
    private var notes: [String] { log.withLock { $0 } }

    private func supervisor(_ children: [Supervisor.Child], _ strategy: RestartStrategy = .oneForOne) -> Supervisor {
        var options = Supervisor.Options()
        options.backoff = .immediate
        return Supervisor(
            children: children,
            strategy: strategy,
            options: options,
            clock: clock,
            storeClock: time.clock
        )
    }

    /// Runs until it is cancelled, and notes both.
    private func untilCancelled(_ name: String, _ started: Gate) -> Supervisor.Child {
        Supervisor.Child(name) {
            note("\(name) started")
            await started.pass()
            // Longer than any test; ends with the task.
            try? await ManualClock().sleep(for: .seconds(1))
            note("\(name) ended")
        }
    }

    @Test("Children end in the reverse order when asked to")
    func shutDown() async throws {
        let started = Gate()
        started.open()
        let supervisor = supervisor(["a", "b", "c"].map { untilCancelled($0, started) })
        let run = Task { try await supervisor.run() }
        await started.arrivals(3)
        supervisor.shutDown()
        try await run.value
        #expect(notes.suffix(3) == ["c ended", "b ended", "a ended"])
    }

    @Test("Cancelling the supervisor ends its children in order too")
    func cancelled() async throws {
        let started = Gate()
        started.open()
        let supervisor = supervisor(["a", "b"].map { untilCancelled($0, started) })
        let run = Task { try await supervisor.run() }
        await started.arrivals(2)
        run.cancel()
        try await run.value
        #expect(notes.suffix(2) == ["b ended", "a ended"])
    }

    @Test("A child that fails is started again until it does its work")
    func restarts() async throws {
        let supervisor = supervisor([
            Supervisor.Child("worker", policy: .transient) {
                note("try")
                if notes.count < 4 { throw Broken() }
            }
        ])
        let run = Task { try await supervisor.run() }
        #expect(
            await eventually {
                clock.advance(by: .seconds(1))
                return notes.count == 4
            }
        )
        try await run.value
    }

    @Test("Too many restarts end everything and say what happened")
    func escalation() async throws {
        let started = Gate()
        started.open()
        let supervisor = supervisor([
            untilCancelled("good", started), Supervisor.Child("bad") { throw Broken() },
        ])
        let run = Task { try await supervisor.run() }
        let ticker = Task {
            while !Task.isCancelled {
                clock.advance(by: .milliseconds(1))
                await Task.yield()
            }
        }
        defer { ticker.cancel() }
        let escalation = await #expect(throws: Supervisor.Escalation.self) { try await run.value }
        #expect(escalation?.history.count == 11)
        #expect(escalation?.history.allSatisfy { $0.child == "bad" && $0.failure == "Broken" } == true)
        #expect(notes.last == "good ended")
    }

    @Test("A child that heeds the request ends by itself; one that does not is cancelled, then left behind")
    func stubborn() async throws {
        let (gate, hung) = (Gate(), Gate())
        defer { hung.open() }
        let children = [
            Supervisor.Child("graceful", shutDown: { gate.open() }) {
                await gate.pass()
                note("graceful \(Task.isCancelled)")
            },
            Supervisor.Child("deaf", shutDown: {}) { await hung.pass() },
        ]
        let supervisor = supervisor(children)
        let run = Task { try await supervisor.run() }
        await gate.arrivals()
        await hung.arrivals()
        supervisor.shutDown()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(10))
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        try await run.value
        #expect(notes == ["graceful false"])
    }
}
