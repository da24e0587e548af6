import Services
import TestSupport
import Testing

/// Holders of one lock that ask, write to a fenced resource, renew, release, lose answers and die at any point.
private struct LockWorld: Hashable {
    enum Place: Hashable {
        case idle
        /// Holds the lease, granted by a request sent at that time.
        case holding(Lease, since: StoreTime)
        case done
        case dead
    }

    static let lease = Duration.seconds(10)

    var store = LockState()
    var now = StoreTime(microseconds: 0)
    var holders: [Place]
    /// The resource's own check, and the greatest token that wrote.
    var fence = TokenFence()
    var lastWrite: FencingToken?
    /// A write by a holder after a later one's.
    var isWriteLost = false
    /// The greatest token granted so far, and whether a new grant was not above it.
    var lastGrant = FencingToken(0)
    var isTokenRepeated = false
    /// The request a grant was made for, so that only its repetition may get the same token.
    var grantedTo: Int?

    mutating func ask(_ index: Int) -> LeaseAnswer {
        let answer = store.acquire(.make("a", by: "h\(index)", for: Self.lease, id: "r\(index)"), at: now)
        if case .granted(let leases) = answer, let token = leases.first?.token {
            if token < lastGrant || token == lastGrant && grantedTo != index { isTokenRepeated = true }
            (lastGrant, grantedTo) = (token, index)
        }
        return answer
    }

    mutating func write(_ token: FencingToken) {
        guard fence.admit(token) else { return }
        if let lastWrite, token < lastWrite { isWriteLost = true }
        lastWrite = token
    }
}

@Suite("All interleavings of lock holders")
struct ExplorerLockTests {
    private func moves(of world: LockWorld) -> [Explorer<LockWorld>.Move] {
        var moves: [Explorer<LockWorld>.Move] = []
        func add(_ name: String, _ change: (inout LockWorld) -> Void) {
            var next = world
            change(&next)
            moves.append(.init(name: name, world: next))
        }
        for (index, place) in world.holders.enumerated() {
            switch place {
            case .idle:
                add("\(index) asks") { world in
                    guard case .granted(let leases) = world.ask(index), let lease = leases.first else { return }
                    world.holders[index] = .holding(lease, since: world.now)
                }
                add("\(index) asks and loses the answer") { _ = $0.ask(index) }
            case .holding(let lease, _):
                add("\(index) writes") { $0.write(lease.token) }
                add("\(index) renews") { world in
                    let isRenewed = world.store.renew([lease], timeToLive: LockWorld.lease, at: world.now)
                    world.holders[index] = isRenewed ? .holding(lease, since: world.now) : .done
                }
                add("\(index) renews and loses the answer") { world in
                    _ = world.store.renew([lease], timeToLive: LockWorld.lease, at: world.now)
                }
                add("\(index) releases") { world in
                    _ = world.store.release([lease], at: world.now)
                    world.holders[index] = .done
                }
            case .done, .dead: continue
            }
            add("\(index) dies") { $0.holders[index] = .dead }
        }
        if world.now < StoreTime(microseconds: 24_000_000) {
            add("six seconds pass") { $0.now = $0.now + .seconds(6) }
        }
        return moves
    }

    private func complaint(about world: LockWorld) -> String? {
        if world.isTokenRepeated { return "a token was granted twice or went back" }
        if world.isWriteLost { return "the resource took a write of an earlier holder after a later one's" }
        var current = 0
        for case .holding(let lease, let since) in world.holders {
            let isCurrent = world.store.isCurrent(lease, at: world.now)
            if isCurrent { current += 1 }
            // A holder that counts from before its request, and stops early, is safe without asking.
            if world.now < since + LockWorld.lease * 0.9, !isCurrent { return "a holder relied on a lease it had lost" }
        }
        return current > 1 ? "two holders at once" : nil
    }

    @Test("Of holders that crash, lose answers and come late, one at a time holds the lock", arguments: [2, 3])
    func lock(_ holders: Int) {
        let world = LockWorld(holders: Array(repeating: .idle, count: holders))
        let report = Explorer(moves: moves, complaint: complaint).explore(from: world, limit: 200_000)
        #expect(report.violation == nil)
        #expect(report.states > 500)
    }

    @Test("The explorer finds the fault of a resource without a fence")
    func findsFaults() {
        let explorer = Explorer<LockWorld>(
            moves: { world in
                moves(of: world).map { move in
                    // A resource that takes every write.
                    guard move.name.hasSuffix("writes") else { return move }
                    let index = Int(String(move.name.prefix(1))) ?? 0
                    var next = world
                    if case .holding(let lease, _) = next.holders[index] {
                        if let last = next.lastWrite, lease.token < last { next.isWriteLost = true }
                        next.lastWrite = lease.token
                    }
                    return .init(name: move.name, world: next)
                }
            },
            complaint: complaint
        )
        let report = explorer.explore(from: LockWorld(holders: [.idle, .idle]), limit: 200_000)
        #expect(report.violation?.hasPrefix("the resource took a write of an earlier holder") == true)
    }
}
