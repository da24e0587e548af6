import Services
import TestSupport
import Testing

@Suite("Circuit breaker's decisions")
struct BreakerMachineTests {
    private static let second: Int64 = 1_000_000

    private func machine(_ configure: (inout CircuitBreaker.Options) -> Void = { _ in }) -> BreakerMachine {
        var options = CircuitBreaker.Options()
        options.minimumCalls = 4
        configure(&options)
        return BreakerMachine(options: options)
    }

    /// One call; returns whether it passed.
    @discardableResult
    private func call(
        _ machine: inout BreakerMachine,
        _ result: BreakerResult,
        at now: Int64,
        duration: Int64 = 0
    ) -> Bool {
        guard let permit = machine.admit(at: now).permit else { return false }
        _ = machine.record(permit, result, duration: duration, at: now)
        return true
    }

    @Test("It opens at the failure rate, not before enough calls were made")
    func failureRate() {
        var machine = machine()
        for _ in 0..<3 { call(&machine, .failed, at: 0) }
        #expect(machine.state == .closed)
        call(&machine, .succeeded, at: 0)
        #expect(machine.state == .open, "three of four failed")
        #expect(!call(&machine, .succeeded, at: Self.second))
        #expect(machine.retryAfter(at: Self.second) == 4 * Self.second)
    }

    @Test("It stays closed below the rate")
    func belowRate() {
        var machine = machine()
        for number in 0..<1_000 { call(&machine, number % 5 == 0 ? .failed : .succeeded, at: 0) }
        #expect(machine.state == .closed)
    }

    @Test("Calls older than the window do not count")
    func window() {
        var machine = machine()
        for _ in 0..<3 { call(&machine, .failed, at: 0) }
        for _ in 0..<3 { call(&machine, .failed, at: 11 * Self.second) }
        #expect(machine.state == .closed)
        call(&machine, .failed, at: 19 * Self.second)
        #expect(machine.state == .open)
    }

    @Test("It opens when calls are slow")
    func slow() {
        var machine = machine { $0.slowCallDuration = .milliseconds(100) }
        for _ in 0..<4 { call(&machine, .succeeded, at: 0, duration: 100_001) }
        #expect(machine.state == .open)
    }

    @Test("It opens at a number of failures, whatever the rate")
    func failureCount() {
        var machine = machine { $0.failureCount = 3 }
        for _ in 0..<1_000 { call(&machine, .succeeded, at: 0) }
        for _ in 0..<2 { call(&machine, .failed, at: 0) }
        #expect(machine.state == .closed)
        call(&machine, .failed, at: 0)
        #expect(machine.state == .open)
    }

    private func opened(_ configure: (inout CircuitBreaker.Options) -> Void = { _ in }) -> BreakerMachine {
        var machine = machine { options in
            options.failureCount = 1
            configure(&options)
        }
        call(&machine, .failed, at: 0)
        return machine
    }

    @Test("After its wait it lets as many probes through as it may, and closes when all succeed")
    func probes() {
        var machine = opened { $0.probes = 2 }
        #expect(machine.admit(at: 5 * Self.second - 1).permit == nil)
        let first = machine.admit(at: 5 * Self.second)
        #expect(first.permit != nil && first.transition?.to == .halfOpen)
        let second = machine.admit(at: 5 * Self.second)
        #expect(second.permit != nil && machine.admit(at: 5 * Self.second).permit == nil)
        _ = first.permit.map { machine.record($0, .succeeded, at: 6 * Self.second) }
        #expect(machine.state == .halfOpen)
        #expect(machine.admit(at: 6 * Self.second).permit == nil)
        _ = second.permit.map { machine.record($0, .succeeded, at: 6 * Self.second) }
        #expect(machine.state == .closed)
    }

    @Test("A failed probe opens it again, for longer each time up to the bound")
    func failedProbes() {
        var machine = opened()
        var now: Int64 = 0
        for seconds in [5, 10, 20, 40, 60, 60] as [Int64] {
            #expect(machine.retryAfter(at: now) == seconds * Self.second)
            now += seconds * Self.second
            #expect(call(&machine, .failed, at: now))
            #expect(machine.state == .open)
        }
    }

    @Test("A probe that never comes back counts as failed, so it cannot stay half open")
    func lostProbe() {
        var machine = opened()
        let probe = machine.admit(at: 5 * Self.second).permit
        #expect(machine.admit(at: 14 * Self.second).permit == nil)
        let lost = machine.admit(at: 15 * Self.second)
        #expect(lost.permit == nil && lost.transition?.reason == .probeLost && machine.state == .open)
        _ = probe.map { machine.record($0, .succeeded, at: 16 * Self.second) }
        #expect(machine.state == .open, "the late answer of a lost probe is ignored")
    }

    @Test("A probe that says nothing gives its place back")
    func ignoredProbe() {
        var machine = opened()
        #expect(call(&machine, .ignored, at: 5 * Self.second))
        #expect(machine.state == .halfOpen)
        #expect(call(&machine, .succeeded, at: 5 * Self.second))
        #expect(machine.state == .closed)
    }

    @Test("Forced states hold until they are lifted")
    func forced() {
        var machine = machine { $0.failureCount = 1 }
        _ = machine.force(.open)
        #expect(!call(&machine, .succeeded, at: 1 << 50) && machine.retryAfter(at: 0) == nil)
        _ = machine.force(.closed)
        for _ in 0..<100 { #expect(call(&machine, .failed, at: 0)) }
        _ = machine.force(nil)
        #expect(machine.state == .closed)
        call(&machine, .failed, at: 0)
        #expect(machine.state == .open)
    }

    @Test("Under any order of calls it opens exactly when the log says so", arguments: SeededRandom.seeds(100))
    func oracle(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var machine = machine { options in
            options.minimumCalls = random.int(in: 1...20)
            options.failurePercentage = random.pick([10, 50, 90])
            options.failureCount = random.oneIn(2) ? random.int(in: 1...30) : nil
        }
        let options = machine.options
        var now: Int64 = 0
        var log: [(slice: Int64, isFailure: Bool)] = []
        var out: [BreakerPermit] = []
        for step in 0..<500 {
            now += Int64(random.int(in: 0...400_000))
            switch machine.state {
            case .closed:
                if let permit = machine.admit(at: now).permit { out.append(permit) }
                guard random.oneIn(2), !out.isEmpty else { continue }
                let permit = out.remove(at: random.int(in: 0...(out.count - 1)))
                let isFailure = random.oneIn(3)
                let transition = machine.record(permit, isFailure ? .failed : .succeeded, at: now)
                log.append((now / Self.second, isFailure))
                let within = log.filter { $0.slice > now / Self.second - 10 }
                let failures = within.count { $0.isFailure }
                let isOverCount = options.failureCount.map { failures >= $0 } ?? false
                let isOverRate =
                    within.count >= options.minimumCalls && failures > 0
                    && failures * 100 >= options.failurePercentage * within.count
                #expect((transition?.to == .open) == (isOverCount || isOverRate), "seed \(seed) step \(step)")
                if transition != nil {
                    log = []
                    // Answers of calls from before are ignored from here on.
                    for permit in out { #expect(machine.record(permit, .failed, at: now) == nil) }
                    out = []
                }
            case .open:
                let wait = machine.retryAfter(at: now) ?? 0
                #expect(wait > 0 && machine.admit(at: now).permit == nil, "seed \(seed) step \(step)")
                now += wait
                #expect(call(&machine, random.oneIn(3) ? .failed : .succeeded, at: now), "seed \(seed) step \(step)")
            case .halfOpen, .forcedOpen, .forcedClosed:
                Issue.record("one probe decides at once, seed \(seed) step \(step)")
            }
        }
    }
}
