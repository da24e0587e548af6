import Services
import TestSupport
import Testing

@Suite("Cache bus")
struct CacheBusStateTests {
    private func message(
        _ origin: String,
        _ sequence: Int64,
        _ selector: CacheSelector? = .namespace("n")
    )
        -> CacheBusMessage
    {
        CacheBusMessage(origin: origin, sequence: sequence, selector: selector)
    }

    private var state: CacheBusState { CacheBusState(origin: "me", silenceLimit: 6, originLimit: 3) }

    @Test("Messages in order are followed, and signs of life ask for nothing")
    func inOrder() {
        var state = state
        #expect(state.hear(message("a", 7), at: 0) == [.forget(.namespace("n"))])
        #expect(state.hear(message("a", 8, nil), at: 0) == [])
        #expect(state.hear(message("a", 9), at: 0) == [.forget(.namespace("n"))])
    }

    @Test("A missing, repeated or damaged message forgets everything", arguments: [10, 8, 7] as [Int64])
    func gaps(next: Int64) {
        var state = state
        _ = state.hear(message("a", 8), at: 0)
        #expect(state.hear(message("a", next), at: 0) == [.flush])
        #expect(state.hear(nil, at: 0) == [.flush])
        #expect(state.hearGap() == [.flush])
    }

    @Test("A process is deaf until it hears itself, and again when it has not for too long")
    func deafness() {
        var state = state
        #expect(state.isDeaf)
        #expect(state.check(at: 100) == [])
        #expect(state.hear(message("me", 1, nil), at: 100) == [.flush, .becomeHearing])
        #expect(!state.isDeaf && state.check(at: 106) == [])
        #expect(state.check(at: 107) == [.becomeDeaf])
        #expect(state.isDeaf && state.check(at: 200) == [])
        _ = state.hear(message("me", 2, nil), at: 201)
        #expect(state.check(at: 202, hasFailed: true) == [.becomeDeaf])
    }

    @Test("Own invalidations are not followed again")
    func own() {
        var state = state
        _ = state.hear(message("me", 1), at: 0)
        #expect(state.hear(message("me", 2), at: 0) == [])
        #expect(state.hear(message("me", 9), at: 0) == [])
    }

    @Test("Whatever the order, a value is never kept past a missed message", arguments: SeededRandom.seeds(100))
    func interleavings(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var state = state
        _ = state.hear(message("me", 1, nil), at: 0)
        var sent: [String: Int64] = [:]
        /// Of each origin: whether a message was lost that no flush has made good.
        var missed: Set<String> = []
        for step in 0..<200 {
            let origin = random.pick(["a", "b", "c"])
            sent[origin, default: 0] += 1
            let isLost = random.oneIn(10) && sent[origin] != 1
            if isLost {
                missed.insert(origin)
                continue
            }
            let actions = state.hear(message(origin, sent[origin] ?? 0), at: Int64(step))
            if missed.contains(origin) {
                #expect(actions == [.flush], "seed \(seed) step \(step)")
                missed.remove(origin)
            } else {
                #expect(actions == [.forget(.namespace("n"))], "seed \(seed) step \(step)")
            }
        }
    }

    @Test("Messages of any names arrive as they were sent")
    func encoding() {
        for name in HostileNames.all {
            let selectors: [CacheSelector] = [
                .key(CacheKey(name, name)), .prefix(CacheKey("n", name)), .tag(namespace: name, tag: name),
                .namespace(name),
            ]
            for selector in selectors {
                let sent = CacheBusMessage(origin: name, sequence: 5, selector: selector)
                #expect(CacheBusMessage(sent.encoded()) == sent, "\(name.debugDescription)")
            }
        }
        #expect(CacheBusMessage([]) == nil && CacheBusMessage([1, 2, 3]) == nil)
    }
}
