/// Which connections a pool has and who waits for one; a pure state machine.
///
/// Every call returns what the owner has to do. A connection is, in this order:
/// - opening: counted only; becomes idle or leased by ``opened(_:now:)``, or nothing by ``openFailed(_:now:delay:)``;
/// - idle: becomes leased, or leaves by ``lost(_:)`` and ``maintain(now:)``;
/// - leased: becomes idle, or leased by the first who waits, or leaves, by ``released(_:isUsable:now:)``.
struct PoolState<Member: Hashable & Sendable, Instant: InstantProtocol> where Instant.Duration == Duration {
    typealias WaiterID = UInt64

    enum Action: Hashable {
        /// The waiter has the connection now.
        case give(Member, to: WaiterID)
        /// The waiter has waited too long.
        case expire(WaiterID)
        case refuse(WaiterID)
        /// Open one more and report by ``opened(_:now:)`` or ``openFailed(_:now:delay:)``.
        case open
        case close(Member)
        /// See whether it still answers, then release it.
        case check(Member)
    }

    enum Lease: Hashable {
        case taken(Member)
        case waiting(WaiterID, [Action])
        case overloaded
        case closed
    }

    struct Limits: Hashable {
        var minimum = 5
        var maximum = 50
        var waiting = 1_000
        var acquireTimeout: Duration = .seconds(5)
        var idleTime: Duration = .seconds(300)
        var lifetime: Duration = .seconds(3_600)
        var checkAfter: Duration = .seconds(30)
    }

    private struct Waiter: Hashable {
        var id: WaiterID
        var deadline: Instant
    }

    private struct Idle {
        var member: Member
        var since: Instant
    }

    let limits: Limits
    private(set) var isClosing = false
    private var idle: [Idle] = []
    private var leased: Set<Member> = []
    /// When each connection has lived long enough.
    private var ends: [Member: Instant] = [:]
    private(set) var opening = 0
    private var waiters: [Waiter] = []
    private var lastWaiter: WaiterID = 0
    private(set) var failures = 0
    private var notBefore: Instant?
    /// Whether the minimum is kept: not before the pool was used or asked to.
    private(set) var isWarm = false

    init(limits: Limits) {
        self.limits = limits
    }

    var idleCount: Int { idle.count }
    var leasedCount: Int { leased.count }
    var waitingCount: Int { waiters.count }
    var total: Int { idle.count + leased.count + opening }
    var members: Set<Member> { Set(ends.keys) }

    /// When ``expire(now:)`` has something to do.
    var nextDeadline: Instant? { waiters.first?.deadline }

    // MARK: Leasing

    mutating func lease(now: Instant) -> Lease {
        guard !isClosing else { return .closed }
        // The most recently used one: its caches are warm, and the others can grow old.
        if waiters.isEmpty, let last = idle.popLast() {
            leased.insert(last.member)
            return .taken(last.member)
        }
        guard waiters.count < limits.waiting else { return .overloaded }
        lastWaiter += 1
        waiters.append(Waiter(id: lastWaiter, deadline: now.advanced(by: limits.acquireTimeout)))
        return .waiting(lastWaiter, openWanted(now: now))
    }

    /// Takes a waiter out of the line; false when it was served or refused meanwhile.
    mutating func cancel(_ waiter: WaiterID) -> Bool {
        guard let index = waiters.firstIndex(where: { $0.id == waiter }) else { return false }
        waiters.remove(at: index)
        return true
    }

    mutating func expire(now: Instant) -> [Action] {
        // All wait equally long, so the first in line is the first to give up.
        let count = waiters.prefix { $0.deadline <= now }.count
        defer { waiters.removeFirst(count) }
        return waiters.prefix(count).map { .expire($0.id) }
    }

    mutating func released(_ member: Member, isUsable: Bool, now: Instant) -> [Action] {
        guard leased.contains(member) else { return [] }
        guard isUsable, !isClosing, let end = ends[member], now < end else {
            leased.remove(member)
            let isKnown = ends.removeValue(forKey: member) != nil
            return (isKnown ? [.close(member)] : []) + openWanted(now: now)
        }
        return hand(member, now: now)
    }

    // MARK: Opening and losing

    /// Takes in a new connection.
    ///
    /// The lifetime share is random, 0 to 1, and spreads the ends of connections that were opened together.
    mutating func opened(_ member: Member, now: Instant, lifetimeShare: Double) -> [Action] {
        opening -= 1
        failures = 0
        notBefore = nil
        guard !isClosing else { return [.close(member)] }
        ends[member] = now.advanced(by: limits.lifetime * (0.9 + 0.1 * lifetimeShare))
        leased.insert(member)
        return hand(member, now: now) + openWanted(now: now)
    }

    /// Stops opening for a while.
    ///
    /// The owner chooses for how long, and calls ``retry(now:)`` after the time returned.
    mutating func openFailed(now: Instant, delay: (_ failures: Int) -> Duration) -> Duration {
        opening -= 1
        failures += 1
        let pause = delay(failures)
        notBefore = now.advanced(by: pause)
        return pause
    }

    mutating func retry(now: Instant) -> [Action] {
        openWanted(now: now)
    }

    /// A connection broke by itself; one that is leased is forgotten when it comes back.
    mutating func lost(_ member: Member, now: Instant) -> [Action] {
        guard ends.removeValue(forKey: member) != nil else { return [] }
        idle.removeAll { $0.member == member }
        return openWanted(now: now)
    }

    // MARK: Keeping

    /// Lets old and surplus connections go, checks quiet ones and fills up to the minimum.
    mutating func maintain(now: Instant) -> [Action] {
        guard !isClosing else { return [] }
        isWarm = true
        var actions: [Action] = []
        var kept: [Idle] = []
        var surplus = total - limits.minimum
        for entry in idle {
            let quiet = entry.since.duration(to: now)
            if let end = ends[entry.member], now >= end {
                ends[entry.member] = nil
                actions.append(.close(entry.member))
            } else if surplus > 0, quiet >= limits.idleTime {
                surplus -= 1
                ends[entry.member] = nil
                actions.append(.close(entry.member))
            } else if quiet >= limits.checkAfter, waiters.isEmpty {
                leased.insert(entry.member)
                actions.append(.check(entry.member))
            } else {
                kept.append(entry)
            }
        }
        idle = kept
        return actions + openWanted(now: now)
    }

    /// Stops lending; what is lent comes back by ``released(_:isUsable:now:)`` and is closed then.
    mutating func close() -> [Action] {
        isClosing = true
        let actions = waiters.map { Action.refuse($0.id) } + idle.map { .close($0.member) }
        for entry in idle { ends[entry.member] = nil }
        waiters = []
        idle = []
        return actions
    }

    private mutating func hand(_ member: Member, now: Instant) -> [Action] {
        if waiters.isEmpty {
            leased.remove(member)
            idle.append(Idle(member: member, since: now))
            return []
        }
        return [.give(member, to: waiters.removeFirst().id)]
    }

    /// One for each who waits, and the minimum, within the maximum and not while the server refuses.
    private mutating func openWanted(now: Instant) -> [Action] {
        guard !isClosing else { return [] }
        if let notBefore, now < notBefore { return [] }
        // After a failure a single attempt shows whether the server is back.
        let room = failures > 0 ? 1 - opening : limits.maximum - total
        let missing = isWarm ? limits.minimum - total : 0
        let count = max(0, min(room, max(waiters.count - opening, missing)))
        opening += count
        return Array(repeating: .open, count: count)
    }
}
