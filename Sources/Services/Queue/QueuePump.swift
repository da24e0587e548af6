/// Decides what a worker asks of its store, and when.
///
/// Every round trip settles what is finished and claims what there is room for. The room is the free handlers plus what
/// they will get through in the prefetch time, so batches are large for short jobs and of one for long ones.
struct QueuePump: Sendable {
    enum Step: Hashable, Sendable {
        /// Settle what is finished, and claim that many.
        case exchange(claim: Int)
        /// Give work back that no handler comes to.
        case giveBack
        case rest(until: Duration)
        /// Stopped, and nothing is left to do or to wait for.
        case finished
    }

    private let options: QueueWorker.Options
    private var poll: PollInterval
    /// Jobs to hold beyond what runs.
    private(set) var prefetch = 0
    /// Jobs done per second, smoothed.
    private var rate: Double?
    private var lastExchange: Duration?
    private var nextClaimAt: Duration = .zero
    private var retryAt: Duration?
    private var failureWait: Duration
    /// When handlers are cancelled; set by `stop`.
    private(set) var drainLimit: Duration?
    /// Jobs taken by handlers, and since when the number has stood still.
    private var taken = 0
    private var takenAt: Duration = .zero

    init(options: QueueWorker.Options, hasSignals: Bool) {
        self.options = options
        poll = PollInterval(options: options.poll, hasSignals: hasSignals)
        failureWait = options.failureWait
    }

    mutating func stop(at now: Duration) {
        if drainLimit == nil { drainLimit = now + options.shutdownLimit }
    }

    mutating func step(_ shelf: WorkShelf.Counts, mayClaim: Bool, at now: Duration) -> Step {
        if shelf.taken != taken || shelf.shelved == 0 { (taken, takenAt) = (shelf.taken, now) }
        if shelf.hasArrivals {
            poll.reset()
            nextClaimAt = now
        }
        var deadline = now + .seconds(60)
        if let drainLimit {
            let isDone = shelf.running == 0 && shelf.finished == 0 && shelf.settling == 0
            if isDone || now >= drainLimit { return .finished }
            deadline = drainLimit
        }
        if let retryAt {
            guard now >= retryAt else { return .rest(until: min(retryAt, deadline)) }
            self.retryAt = nil
        }
        let claim = drainLimit == nil && mayClaim ? room(shelf) : 0
        if shelf.finished > 0 {
            let flushAt = (shelf.finishedSince ?? now) + options.flushAfter
            let isIdle = shelf.running == 0 && shelf.shelved == 0
            if isIdle || shelf.finished >= options.flushLimit || now >= flushAt { return .exchange(claim: claim) }
            deadline = min(deadline, flushAt)
        }
        if claim > 0 {
            if now >= nextClaimAt { return .exchange(claim: claim) }
            deadline = min(deadline, nextClaimAt)
        }
        if shelf.shelved > 0 {
            let giveBackAt = takenAt + options.giveBackAfter
            if now >= giveBackAt { return .giveBack }
            deadline = min(deadline, giveBackAt)
        }
        return .rest(until: deadline)
    }

    /// Below this many shelved jobs it is time to fetch more.
    var lowWater: Int { prefetch / 2 }

    private func room(_ shelf: WorkShelf.Counts) -> Int {
        guard shelf.shelved <= lowWater else { return 0 }
        return min(options.claimLimit, max(0, options.concurrency - shelf.running - shelf.shelved + prefetch))
    }

    mutating func exchanged(asked: Int, got: Int, settled: Int, at now: Duration, random: Double) {
        failureWait = options.failureWait
        if settled > 0, let lastExchange, now > lastExchange {
            let sample = Double(settled) / ((now - lastExchange) / .seconds(1))
            rate = rate.map { ($0 + sample) / 2 } ?? sample
        }
        if settled > 0 || lastExchange == nil || got > 0 { lastExchange = now }
        guard asked > 0 else { return }
        let useful = Int(min(1e9, (rate ?? 0) * (options.prefetchTime / .seconds(1))))
        if got == asked {
            prefetch = min(max(prefetch * 2, options.concurrency), useful, options.claimLimit)
            poll.reset()
            nextClaimAt = now
        } else {
            prefetch = min(prefetch, useful)
            if got > 0 { poll.reset() }
            nextClaimAt = now + poll.next(random: random)
        }
    }

    /// Whether the last request failed.
    var isFailing: Bool { failureWait > options.failureWait }

    mutating func failed(at now: Duration, random: Double) {
        retryAt = now + failureWait * (0.5 + random / 2)
        failureWait = min(failureWait * 2, options.failureWaitLimit)
    }

    mutating func gaveBack(at now: Duration) {
        (prefetch, rate, takenAt) = (0, nil, now)
    }
}
