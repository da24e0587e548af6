import Testing

@testable import ChildProcesses

@Suite("Child supervision")
struct ChildSupervisionTests {
    private let start = ContinuousClock.now
    private let limits = ChildLimits(wallClock: .seconds(60), silence: .seconds(10), grace: .seconds(3))

    @Test("The next deadline is the earlier of wall clock and silence")
    func deadline() {
        let supervision = ChildSupervision(limits: limits, start: start)
        #expect(supervision.nextDeadline(lastOutput: start) == start + .seconds(10))
        #expect(supervision.nextDeadline(lastOutput: start + .seconds(55)) == start + .seconds(60))
        let unlimited = ChildSupervision(limits: ChildLimits(), start: start)
        #expect(unlimited.nextDeadline(lastOutput: start) == nil)
    }

    @Test("Output before the silence limit only moves the deadline")
    func outputMovesDeadline() {
        var supervision = ChildSupervision(limits: limits, start: start)
        let actions = supervision.handle(
            .deadlinePassed(at: start + .seconds(10), lastOutput: start + .seconds(4))
        )
        #expect(actions == [.awaitDeadline(start + .seconds(14))])
        #expect(supervision.cause == nil)
    }

    @Test("Silence and wall clock end the child with their own cause")
    func causes() {
        var silent = ChildSupervision(limits: limits, start: start)
        #expect(
            silent.handle(.deadlinePassed(at: start + .seconds(10), lastOutput: start))
                == [.terminate(grace: .seconds(3))]
        )
        #expect(silent.cause == .silent(for: .seconds(10)))
        var late = ChildSupervision(limits: limits, start: start)
        #expect(
            late.handle(.deadlinePassed(at: start + .seconds(60), lastOutput: start + .seconds(59)))
                == [.terminate(grace: .seconds(3))]
        )
        #expect(late.cause == .timedOut(after: .seconds(60)))
    }

    @Test("The first cause stays, and SIGTERM is sent once")
    func firstCause() {
        var supervision = ChildSupervision(limits: limits, start: start)
        #expect(supervision.handle(.cancelRequested) == [.terminate(grace: .seconds(3))])
        #expect(supervision.handle(.cancelRequested).isEmpty)
        #expect(supervision.handle(.deadlinePassed(at: start + .seconds(99), lastOutput: start)).isEmpty)
        #expect(supervision.handle(.graceOver) == [.kill])
        #expect(supervision.cause == .cancelled)
    }

    @Test("The leader is awaited after both streams have ended")
    func streams() {
        var supervision = ChildSupervision(limits: limits, start: start)
        #expect(supervision.handle(.streamEnded).isEmpty)
        #expect(supervision.handle(.streamEnded) == [.awaitLeader])
        #expect(supervision.handle(.leaderExited) == [.finish])
    }
}
