import Services
import TestSupport
import Testing

/// Callers with the same key that execute, lose answers and die at any point.
private struct IdempotencyWorld: Hashable {
    enum Place: Hashable {
        case asking
        case executing(IdempotencyClaim)
        case answered(StoredAnswer)
        /// Its answer was refused: somebody had taken over.
        case overtaken
        case dead
    }

    static let lease = Duration.seconds(10)
    static let key = IdempotencyKey(scope: "s", key: "k")

    var store = IdempotencyState()
    var now = StoreTime(microseconds: 0)
    var callers: [Place]
    /// Answers that the store accepted.
    var accepted: [StoredAnswer] = []
    /// Messages that may be lost, so that there is an end.
    var losses = 1

    mutating func finish(_ claim: IdempotencyClaim, _ index: Int) -> Bool {
        let answer = StoredAnswer.succeeded([UInt8(index)])
        let isAccepted = store.finish(claim, with: answer, keepFor: .hour, at: now)
        if isAccepted { accepted.append(answer) }
        return isAccepted
    }
}

@Suite("All interleavings of callers with one idempotency key")
struct ExplorerIdempotencyTests {
    private func moves(of world: IdempotencyWorld) -> [Explorer<IdempotencyWorld>.Move] {
        var moves: [Explorer<IdempotencyWorld>.Move] = []
        func add(_ name: String, _ change: (inout IdempotencyWorld) -> Void) {
            var next = world
            change(&next)
            moves.append(.init(name: name, world: next))
        }
        for (index, place) in world.callers.enumerated() {
            switch place {
            case .asking:
                func begin(_ world: inout IdempotencyWorld) -> IdempotencyAnswer {
                    world.store.begin(
                        IdempotencyWorld.key,
                        digest: [1],
                        owner: "o\(index)",
                        lease: IdempotencyWorld.lease,
                        at: world.now
                    )
                }
                add("\(index) begins") { world in
                    switch begin(&world) {
                    case .started(let claim): world.callers[index] = .executing(claim)
                    case .stored(let answer): world.callers[index] = .answered(answer)
                    case .inProgress, .conflict: break
                    }
                }
                if world.losses > 0 {
                    add("\(index) begins, and the answer is lost") { world in
                        world.losses -= 1
                        _ = begin(&world)
                    }
                }
            case .executing(let claim):
                add("\(index) finishes") { world in
                    let isAccepted = world.finish(claim, index)
                    world.callers[index] = isAccepted ? .answered(.succeeded([UInt8(index)])) : .overtaken
                }
                if world.losses > 0 {
                    add("\(index) finishes, and the answer is lost") { world in
                        world.losses -= 1
                        _ = world.finish(claim, index)
                        world.callers[index] = .asking
                    }
                }
                add("\(index) renews") { _ = $0.store.renew(claim, lease: IdempotencyWorld.lease, at: $0.now) }
                add("\(index) gives up") { world in
                    world.store.forget(claim)
                    world.callers[index] = .dead
                }
            case .answered, .overtaken, .dead: continue
            }
            add("\(index) dies") { $0.callers[index] = .dead }
        }
        if world.now < StoreTime(microseconds: 24_000_000) {
            add("six seconds pass") { $0.now = $0.now + .seconds(6) }
        }
        return moves.filter { $0.world != world }
    }

    private func complaint(about world: IdempotencyWorld) -> String? {
        if world.accepted.count > 1 { return "two answers were stored" }
        for case .answered(let answer) in world.callers where world.accepted != [answer] {
            return "a caller got an answer that is not the stored one"
        }
        var later = world.store
        let answer = later.begin(
            IdempotencyWorld.key,
            digest: [1],
            owner: "later",
            lease: IdempotencyWorld.lease,
            at: world.now + .seconds(11)
        )
        switch answer {
        case .stored(let stored): return world.accepted == [stored] ? nil : "the stored answer is another one"
        case .started: return world.accepted.isEmpty ? nil : "a stored answer was lost"
        case .inProgress, .conflict: return "the key is blocked after every lease has ended"
        }
    }

    @Test("One answer is stored, and every caller gets that one, whoever dies or loses an answer", arguments: [2, 3])
    func idempotency(_ callers: Int) {
        let world = IdempotencyWorld(callers: Array(repeating: .asking, count: callers))
        let report = Explorer(moves: moves, complaint: complaint).explore(from: world, limit: 400_000)
        #expect(report.violation == nil)
        #expect(report.states > 200)
    }
}
