/// Tells workers of new work, at most once per queue and interval: the first at once, the rest together at its end.
actor Announcer {
    private let signals: (any WorkQueueSignals)?
    private let interval: Duration
    private let stopwatch: Stopwatch
    private var waiting: Set<ExactName> = []
    private var quietUntil: [ExactName: Duration] = [:]
    private var hasTimer = false

    init(driver: any WorkQueueDriver, interval: Duration, stopwatch: Stopwatch) {
        signals = driver as? any WorkQueueSignals
        self.interval = interval
        self.stopwatch = stopwatch
    }

    func announce(_ queues: Set<String>) async {
        guard let signals, !queues.isEmpty else { return }
        let now = stopwatch.elapsed
        quietUntil = quietUntil.filter { $0.value > now }
        var due: Set<String> = []
        for queue in queues {
            let name = ExactName(queue)
            if quietUntil[name] == nil {
                quietUntil[name] = now + interval
                due.insert(queue)
            } else {
                waiting.insert(name)
            }
        }
        if !waiting.isEmpty, !hasTimer {
            hasTimer = true
            // Ends after one interval; the callers must not wait for a hint.
            Task { await announceRest(at: now + interval) }
        }
        if !due.isEmpty { await signals.announce(due) }
    }

    private func announceRest(at time: Duration) async {
        // Never cancelled: nobody holds the task.
        try? await stopwatch.sleep(until: time)
        hasTimer = false
        let queues = Set(waiting.map(\.name))
        waiting = []
        let now = stopwatch.elapsed
        for queue in queues { quietUntil[ExactName(queue)] = now + interval }
        await signals?.announce(queues)
    }
}
