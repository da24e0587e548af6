/// Decides which calls pass; see ``BreakerState`` for the states.
///
/// Pure: time is given, in microseconds of any clock that never goes back.
package struct BreakerMachine: Sendable {
    private struct Slice: Sendable {
        /// Which slice of all time it counts.
        var number: Int64 = -1
        var calls = 0
        var failures = 0
        var slow = 0
    }

    private static let sliceCount = 10

    package private(set) var state = BreakerState.closed
    package let options: CircuitBreaker.Options
    /// Rises with every change of state.
    private var generation = 0
    private var slices = [Slice](repeating: Slice(), count: sliceCount)
    /// The place of the slice that is counted in, and when its time ends.
    private var current = (index: 0, end: Int64.min)
    /// The sums of the slices that are within the window.
    private var total = Slice()
    private var openUntil: Int64 = 0
    private var openDuration: Int64
    private var probesOut = 0
    private var probesSucceeded = 0
    private var probesDueAt: Int64 = 0

    // The options' durations in microseconds.
    private let sliceDuration: Int64
    private let slowDuration: Int64
    private let firstOpenDuration: Int64
    private let longestOpenDuration: Int64
    private let probeDuration: Int64

    package init(options: CircuitBreaker.Options) {
        self.options = options
        sliceDuration = max(1, options.window.wholeMicroseconds / Int64(Self.sliceCount))
        slowDuration = options.slowCallDuration?.wholeMicroseconds ?? .max
        firstOpenDuration = max(1, options.openDuration.wholeMicroseconds)
        longestOpenDuration = max(firstOpenDuration, options.longestOpenDuration.wholeMicroseconds)
        probeDuration = max(1, options.probeDeadline.wholeMicroseconds)
        openDuration = firstOpenDuration
    }

    /// Whether the time matters to ``admit(at:)`` now.
    var needsTime: Bool { state == .open || state == .halfOpen }

    /// Lets a call pass, or refuses it.
    package mutating func admit(at now: Int64) -> (permit: BreakerPermit?, transition: BreakerTransition?) {
        switch state {
        case .closed, .forcedClosed:
            return (BreakerPermit(generation: generation), nil)
        case .forcedOpen:
            return (nil, nil)
        case .open:
            guard now >= openUntil else { return (nil, nil) }
            let transition = change(to: .halfOpen, .waitedEnough)
            return (admitProbe(at: now), transition)
        case .halfOpen:
            if probesOut > 0, now >= probesDueAt { return (nil, open(.probeLost, at: now)) }
            guard probesOut + probesSucceeded < max(1, options.probes) else { return (nil, nil) }
            return (admitProbe(at: now), nil)
        }
    }

    /// Counts what came of a call.
    package mutating func record(
        _ permit: BreakerPermit,
        _ result: BreakerResult,
        duration: Int64 = 0,
        at now: Int64
    ) -> BreakerTransition? {
        guard permit.generation == generation else { return nil }
        switch state {
        case .closed:
            guard result != .ignored else { return nil }
            count(result == .failed, duration > slowDuration, at: now)
            return tripReason().map { open($0, at: now) }
        case .halfOpen:
            probesOut -= 1
            guard result != .ignored else { return nil }
            if result == .failed || duration > slowDuration { return open(.probeFailed, at: now) }
            probesSucceeded += 1
            guard probesSucceeded >= max(1, options.probes) else { return nil }
            openDuration = firstOpenDuration
            return change(to: .closed, .probesSucceeded)
        case .open, .forcedOpen, .forcedClosed:
            return nil
        }
    }

    /// Holds the breaker open or closed, or with `nil` lets it decide again, beginning closed.
    package mutating func force(_ forced: BreakerState?) -> BreakerTransition? {
        let wanted: BreakerState =
            switch forced {
            case .open, .forcedOpen: .forcedOpen
            case .closed, .forcedClosed: .forcedClosed
            case .halfOpen, nil: .closed
            }
        guard wanted != state else { return nil }
        openDuration = firstOpenDuration
        return change(to: wanted, .forced)
    }

    /// Microseconds until a refused call may pass; `nil` when nobody can say.
    package func retryAfter(at now: Int64) -> Int64? {
        switch state {
        case .open: max(0, openUntil - now)
        case .halfOpen: max(0, probesDueAt - now)
        case .closed, .forcedClosed: 0
        case .forcedOpen: nil
        }
    }

    private mutating func admitProbe(at now: Int64) -> BreakerPermit {
        probesOut += 1
        probesDueAt = now + probeDuration
        return BreakerPermit(generation: generation)
    }

    private mutating func open(_ reason: BreakerTransition.Reason, at now: Int64) -> BreakerTransition {
        let transition = change(to: .open, reason)
        openUntil = now + openDuration
        openDuration = min(longestOpenDuration, openDuration * 2)
        return transition
    }

    private mutating func change(
        to next: BreakerState,
        _ reason: BreakerTransition.Reason
    ) -> BreakerTransition {
        let transition = BreakerTransition(from: state, to: next, reason: reason)
        state = next
        generation += 1
        for index in slices.indices { slices[index] = Slice() }
        total = Slice()
        current.end = .min
        probesOut = 0
        probesSucceeded = 0
        return transition
    }

    // MARK: - Counting

    private mutating func count(_ isFailure: Bool, _ isSlow: Bool, at now: Int64) {
        if now >= current.end { begin(now / sliceDuration) }
        let index = current.index
        slices[index].calls += 1
        total.calls += 1
        if isFailure {
            slices[index].failures += 1
            total.failures += 1
        }
        if isSlow {
            slices[index].slow += 1
            total.slow += 1
        }
    }

    /// Begins to count in the slice of that number, and forgets those that are out of the window then.
    private mutating func begin(_ number: Int64) {
        let oldest = number - Int64(Self.sliceCount) + 1
        for index in slices.indices where slices[index].number < oldest {
            total.calls -= slices[index].calls
            total.failures -= slices[index].failures
            total.slow -= slices[index].slow
            slices[index] = Slice()
        }
        current = (Int(number % Int64(Self.sliceCount)), (number + 1) * sliceDuration)
        slices[current.index].number = number
    }

    private func tripReason() -> BreakerTransition.Reason? {
        if let count = options.failureCount, total.failures >= count { return .failureCount }
        guard total.calls >= options.minimumCalls else { return nil }
        if total.failures > 0, total.failures * 100 >= options.failurePercentage * total.calls { return .failureRate }
        if total.slow > 0, total.slow * 100 >= options.slowPercentage * total.calls { return .slowRate }
        return nil
    }
}
