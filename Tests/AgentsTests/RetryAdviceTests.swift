import Agents
import RunModel
import Testing

@Suite("Retry advice")
struct RetryAdviceTests {
    @Test(
        "Limits, cancellation and what never started are not tried again",
        arguments: [
            .timedOut(after: .seconds(1)), .silent(for: .seconds(1)), .cancelled, .failedToStart(why: "x"),
            .exited(code: 0), .exited(code: 1), .exited(code: 2), .exited(code: 143), .signalled(signal: 15),
            .signalled(signal: 2),
        ] as [AttemptOutcome.Ending]
    )
    func final(ending: AttemptOutcome.Ending) {
        #expect(RetryAdvice.advise(after: AttemptOutcome(ending: ending), attempt: 1) == .never)
    }

    @Test(
        "A crash is tried again once",
        arguments: [.signalled(signal: 11), .signalled(signal: 9), .exited(code: 139), .exited(code: 134)]
            as [AttemptOutcome.Ending]
    )
    func crash(ending: AttemptOutcome.Ending) {
        let outcome = AttemptOutcome(ending: ending)
        #expect(RetryAdvice.advise(after: outcome, attempt: 1) == .again(after: .zero))
        #expect(RetryAdvice.advise(after: outcome, attempt: 2) == .never)
        #expect(RetryAdvice.advise(after: outcome, attempt: 2, maxAttempts: 3) == .again(after: .zero))
    }

    @Test("A busy server is tried again with growing waits, up to four attempts")
    func busy() {
        let outcome = AttemptOutcome(ending: .exited(code: 1), failure: EngineFailure(kind: .rateLimited))
        let advice = (1...4).map { RetryAdvice.advise(after: outcome, attempt: $0) }
        #expect(
            advice == [.again(after: .seconds(30)), .again(after: .seconds(60)), .again(after: .seconds(120)), .never]
        )
    }

    @Test("Only a busy server and a crash are worth another attempt", arguments: EngineFailure.Kind.allCases)
    func kinds(kind: EngineFailure.Kind) {
        let outcome = AttemptOutcome(ending: .exited(code: 1), failure: EngineFailure(kind: kind))
        let isWorth = [.overloaded, .rateLimited, .crashed].contains(kind)
        #expect((RetryAdvice.advise(after: outcome, attempt: 1) != .never) == isWorth)
    }

    @Test("A success is never repeated")
    func success() {
        let outcome = AttemptOutcome(ending: .signalled(signal: 11), reportedSuccess: true)
        #expect(RetryAdvice.advise(after: outcome, attempt: 1) == .never)
    }
}
