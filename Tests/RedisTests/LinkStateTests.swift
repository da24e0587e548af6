import TestSupport
import Testing

@testable import Redis

@Suite("Link state")
struct LinkStateTests {
    private func makeState() -> LinkState {
        LinkState(
            backoff: ReconnectBackoff(initial: .milliseconds(20), maximum: .seconds(1)),
            stableAfter: .seconds(1)
        )
    }

    @Test("The first request connects and waits, the following ones wait, and all go out when it is up")
    func start() {
        var state = makeState()
        #expect(state.admit() == .connectAndWait)
        #expect(state.admit() == .wait)
        state.connected()
        #expect(state.admit() == .send)
    }

    @Test("After a failed attempt requests are refused until a later attempt succeeds")
    func failure() {
        var state = makeState()
        var random = SeededRandom(seed: 1)
        _ = state.admit()
        guard case .retry = state.connectFailed(using: &random) else { return fail("no retry") }
        #expect(state.admit() == .refuse)
        #expect(state.waitIsOver() == .connect)
        #expect(state.admit() == .refuse)
        state.connected()
        #expect(state.admit() == .send)
    }

    @Test("A lost connection is replaced at once and requests wait for it")
    func loss() {
        var state = makeState()
        var random = SeededRandom(seed: 1)
        _ = state.admit()
        state.connected()
        #expect(state.lost(after: .seconds(5), using: &random) == .connect)
        #expect(state.admit() == .wait)
    }

    @Test("A connection that is lost soon counts as a failed attempt, so that flapping backs off")
    func flapping() {
        var state = makeState()
        var random = SeededRandom(seed: 1)
        _ = state.admit()
        for failures in 1...5 {
            state.connected()
            guard case .retry = state.lost(after: .milliseconds(5), using: &random) else {
                return fail("no retry")
            }
            #expect(state.failureCount == failures)
            #expect(state.waitIsOver() == .connect)
        }
    }

    @Test("A closed link stays closed whatever comes")
    func closed() {
        var state = makeState()
        var random = SeededRandom(seed: 1)
        _ = state.admit()
        state.close()
        state.connected()
        #expect(state.connectFailed(using: &random) == .none)
        #expect(state.waitIsOver() == .none)
        #expect(state.admit() == .refuseClosed)
    }

    @Test("Waits stay within a limit that doubles up to the maximum", arguments: SeededRandom.seeds(20))
    func backoff(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let backoff = ReconnectBackoff(initial: .milliseconds(20), maximum: .seconds(1))
        #expect(
            (1...8).map { backoff.ceiling(afterFailures: $0) }
                == [20, 40, 80, 160, 320, 640, 1000, 1000].map { .milliseconds($0) }
        )
        #expect(backoff.ceiling(afterFailures: 10_000) == .seconds(1))
        for count in 1...40 {
            let delay = backoff.delay(afterFailures: count, using: &random)
            #expect(delay >= .zero && delay <= backoff.ceiling(afterFailures: count), "\(random)")
        }
    }
}
