import Services
import TestSupport
import Testing

@Suite("Supervisor's decisions")
struct SupervisorMachineTests {
    private typealias Action = SupervisorMachine.Action

    private func machine(
        _ policies: [RestartPolicy] = [.permanent, .permanent, .permanent],
        _ strategy: RestartStrategy = .oneForOne
    ) -> SupervisorMachine {
        SupervisorMachine(
            children: policies.enumerated().map { ("c\($0)", $1) },
            strategy: strategy,
            options: Supervisor.Options()
        )
    }

    private func start(_ child: Int, _ generation: Int = 1) -> SupervisorMachine.Start {
        SupervisorMachine.Start(child: child, generation: generation)
    }

    @Test("Children start in order and end in the reverse one, one after the other")
    func order() {
        var machine = machine()
        #expect(machine.begin() == [.start(start(0)), .start(start(1)), .start(start(2))])
        #expect(machine.shutDown() == [.stop(start(2))])
        #expect(machine.exited(start(2), failure: nil, at: 0) == [.stop(start(1))])
        #expect(machine.exited(start(1), failure: "x", at: 0) == [.stop(start(0))])
        #expect(machine.exited(start(0), failure: nil, at: 0) == [.finish])
        #expect(machine.isFinished && machine.shutDown() == [])
    }

    @Test("A child is started again by its policy", arguments: RestartPolicy.allCases, [nil, "failed"])
    func policies(policy: RestartPolicy, failure: String?) {
        var machine = machine([policy, .permanent])
        _ = machine.begin()
        let actions = machine.exited(start(0), failure: failure, at: 0)
        let isAgain = policy == .permanent || policy == .transient && failure != nil
        #expect(actions == (isAgain ? [.wait(50_000)] : []))
        #expect(machine.restart(at: 50_000) == (isAgain ? [.start(start(0, 2))] : []))
    }

    @Test("When the last child has ended for good, so has the supervisor")
    func finish() {
        var machine = machine([.temporary, .transient])
        _ = machine.begin()
        #expect(machine.exited(start(0), failure: "x", at: 0) == [])
        #expect(machine.exited(start(1), failure: nil, at: 0) == [.finish])
    }

    @Test("One for all stops the others and starts everything again in order")
    func oneForAll() {
        var machine = machine([.permanent, .permanent, .temporary], .oneForAll)
        _ = machine.begin()
        #expect(machine.exited(start(0), failure: "x", at: 0) == [.stop(start(2)), .stop(start(1))])
        #expect(machine.exited(start(1), failure: nil, at: 0) == [])
        #expect(machine.exited(start(2), failure: nil, at: 0) == [.wait(50_000)])
        #expect(machine.restart(at: 1) == [.start(start(0, 2)), .start(start(1, 2))], "a temporary one stays ended")
    }

    @Test("Rest for one stops those started after it")
    func restForOne() {
        var machine = machine([.permanent, .permanent, .permanent], .restForOne)
        _ = machine.begin()
        #expect(machine.exited(start(1), failure: "x", at: 0) == [.stop(start(2))])
        #expect(machine.exited(start(2), failure: nil, at: 0) == [.wait(50_000)])
        #expect(machine.restart(at: 1) == [.start(start(1, 2)), .start(start(2, 2))])
    }

    @Test("Ten restarts within a minute are allowed, the eleventh escalates with the history")
    func intensity() {
        var machine = machine([.permanent, .permanent])
        _ = machine.begin()
        var now: Int64 = 0
        for round in 1...10 {
            guard case .wait? = machine.exited(start(0, round), failure: "e\(round)", at: now).first else {
                Issue.record("round \(round)")
                return
            }
            now += 5_000_000
            #expect(machine.restart(at: now) == [.start(start(0, round + 1))])
        }
        let actions = machine.exited(start(0, 11), failure: "e11", at: now)
        guard case .escalate(let history)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(history.map(\.failure) == (1...11).map { "e\($0)" })
        #expect(actions.dropFirst() == [.stop(start(1))])
        #expect(machine.exited(start(1), failure: nil, at: now) == [.finish])
    }

    @Test("Restarts that are spread over time do not escalate")
    func spread() {
        var machine = machine([.permanent])
        _ = machine.begin()
        for round in 1...100 {
            #expect(machine.exited(start(0, round), failure: "x", at: Int64(round) * 6_100_000).count == 1)
            #expect(machine.restart(at: 0) == [.start(start(0, round + 1))])
        }
    }

    @Test("The end of an earlier start is not taken for that of a later one")
    func generations() {
        var machine = machine([.permanent])
        _ = machine.begin()
        _ = machine.exited(start(0), failure: "x", at: 0)
        _ = machine.restart(at: 0)
        #expect(machine.exited(start(0), failure: "x", at: 0) == [])
        #expect(machine.running == ["c0"])
    }

    @Test(
        "Under any order of ends, waits and shut-downs it neither hangs nor runs a child twice",
        arguments: SeededRandom.seeds(300)
    )
    func interleavings(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let policies = (0..<random.int(in: 1...4)).map { _ in random.pick(RestartPolicy.allCases) }
        var machine = machine(policies, random.pick(RestartStrategy.allCases))
        var running: [SupervisorMachine.Start] = []
        var stopping: Set<SupervisorMachine.Start> = []
        var waits = 0
        var escalations = 0
        var now: Int64 = 0
        func perform(_ actions: [Action]) {
            for action in actions {
                switch action {
                case .start(let start):
                    #expect(!running.contains { $0.child == start.child }, "seed \(seed)")
                    running.append(start)
                case .stop(let start):
                    #expect(running.contains(start) && stopping.insert(start).inserted, "seed \(seed)")
                case .wait: waits += 1
                case .escalate: escalations += 1
                case .finish: #expect(running.isEmpty, "seed \(seed)")
                }
            }
        }
        perform(machine.begin())
        var steps = 0
        while !machine.isFinished, steps < 400 {
            steps += 1
            now += Int64(random.int(in: 0...8_000_000))
            let choice = random.int(in: 0...19)
            if choice == 0, steps > 50 {
                perform(machine.shutDown())
            } else if choice < 8, waits > 0 {
                waits -= 1
                perform(machine.restart(at: now))
            } else if let start = stopping.first ?? (random.oneIn(2) ? running.randomElement(using: &random) : nil) {
                running.removeAll { $0 == start }
                stopping.remove(start)
                perform(machine.exited(start, failure: random.oneIn(2) ? "x" : nil, at: now))
            }
            #expect(waits <= 1, "seed \(seed)")
            // Something can always happen: a child runs, or a restart is due.
            #expect(machine.isFinished || !running.isEmpty || waits > 0, "seed \(seed) step \(steps)")
        }
        perform(machine.shutDown())
        for _ in 0..<10 where !machine.isFinished {
            guard let start = stopping.first else { break }
            running.removeAll { $0 == start }
            stopping.remove(start)
            perform(machine.exited(start, failure: nil, at: now))
        }
        #expect(machine.isFinished && running.isEmpty && escalations <= 1, "seed \(seed)")
    }
}
