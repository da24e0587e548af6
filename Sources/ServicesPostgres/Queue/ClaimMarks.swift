import Services

/// From where in the index of ready jobs a claim reads; a pure state machine.
///
/// Jobs that were claimed leave dead entries at the front of the index. As long as somebody holds an old transaction
/// open the server cannot remove them, and every claim would read past all of them. So a busy queue is read from the
/// last job known to be gone, by priority. What may stand before it, such as a late commit or a job that came back, is
/// found by reading from the front at least once per `fullScanInterval`, and whenever a claim is not filled. While one
/// caller reads from the front, which may take long, the others go on from the marks.
struct ClaimMarks {
    struct Options {
        /// Marks are used from this many jobs claimed within `window`; below, every claim reads from the front.
        var busyCount = 2_000
        var window: Duration = .seconds(10)
        var fullScanInterval: Duration = .seconds(1)
        /// Readings from the front take at most this share of the time, but come at least once per `longestScanInterval`.
        var fullScanShare = 0.1
        var longestScanInterval: Duration = .seconds(5)
        /// The shortest time between two readings from the front that follow a claim that was not filled.
        var refillInterval: Duration = .milliseconds(100)
    }

    /// Marks of one claim: ten priorities per queue.
    struct Reading: Hashable {
        var times: [Int64] = []
        var jobs: [Int64] = []
        var usesMarks = false
        /// The queues that are read from the front.
        var front: Set<ExactName> = []
    }

    /// The last job of one queue and priority that a claim brought.
    struct Last {
        var due: StoreTime
        var job: JobID
        /// How many it brought.
        var count: Int
    }

    private struct Queue {
        var times = [Int64](repeating: ClaimMarks.none, count: 10)
        var jobs = [Int64](repeating: 0, count: 10)
        var windowStart: ContinuousClock.Instant
        var claimed = 0
        var lastFullScan: ContinuousClock.Instant?
        var scanInterval: Duration
        var isMarked = false
    }

    /// Microseconds before any job's time.
    private static let none: Int64 = -100_000_000_000_000_000

    private let options: Options
    private var queues: [ExactName: Queue] = [:]

    init(options: Options = Options()) {
        self.options = options
    }

    /// Where a claim from the queues begins.
    mutating func reading(of names: [String], now: ContinuousClock.Instant, isFull: Bool = false) -> Reading {
        var reading = Reading()
        for name in names {
            var queue = queues[ExactName(name)] ?? Queue(windowStart: now, scanInterval: options.fullScanInterval)
            let isDue = queue.lastFullScan.map { now - $0 >= queue.scanInterval } ?? true
            queue.isMarked = !isFull && !isDue && queue.claimed >= options.busyCount
            if queue.isMarked {
                reading.times += queue.times
                reading.jobs += queue.jobs
                reading.usesMarks = true
            } else {
                queue.lastFullScan = now
                reading.times += [Int64](repeating: Self.none, count: 10)
                reading.jobs += [Int64](repeating: 0, count: 10)
                reading.front.insert(ExactName(name))
            }
            queues[ExactName(name)] = queue
        }
        return reading
    }

    /// Whether a claim that was not filled is worth reading again from the front.
    func mayRefill(_ names: [String], now: ContinuousClock.Instant) -> Bool {
        names.contains { name in
            guard let queue = queues[ExactName(name)], queue.isMarked else { return false }
            return queue.lastFullScan.map { now - $0 >= options.refillInterval } ?? true
        }
    }

    /// Notes how long a claim took that read from the front.
    mutating func took(_ duration: Duration, _ reading: Reading) {
        for name in reading.front {
            queues[name]?.scanInterval = min(
                max(duration / options.fullScanShare, options.fullScanInterval),
                options.longestScanInterval
            )
        }
    }

    /// Notes what a claim brought: everything up to it, of its priority, is gone or in other hands.
    ///
    /// What was read from the front may lie before the mark; then the mark moves back, as more may follow it.
    mutating func claimed(
        _ last: Last,
        priority: Int,
        of name: ExactName,
        in reading: Reading,
        now: ContinuousClock.Instant
    ) {
        guard (0...9).contains(priority) else { return }
        var queue = queues.removeValue(forKey: name) ?? Queue(windowStart: now, scanInterval: options.fullScanInterval)
        if now - queue.windowStart >= options.window {
            // A queue that was busy stays so until a whole window was quiet.
            queue.claimed = queue.claimed >= options.busyCount ? options.busyCount / 2 : 0
            queue.windowStart = now
        }
        queue.claimed += last.count
        let isFurther =
            (last.due.microseconds, last.job.rawValue) > (queue.times[priority], queue.jobs[priority])
        if isFurther || reading.front.contains(name) {
            queue.times[priority] = last.due.microseconds
            queue.jobs[priority] = last.job.rawValue
        }
        queues[name] = queue
    }
}
