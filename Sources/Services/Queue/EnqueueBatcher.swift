/// Decides when single jobs that wait in this process leave together.
///
/// A job that finds nothing on its way leaves at once. Others gather until what is on its way has arrived, the batch is
/// full, or they have gathered long enough.
struct EnqueueBatcher: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// Send that many of the waiting jobs, oldest first.
        case send(Int)
        case rest(until: Duration)
        /// Until something arrives or returns.
        case idle
    }

    let options: EnqueueGroup.Options
    private(set) var waiting = 0
    private(set) var underWay = 0
    /// When the oldest waiting job came.
    private var since: Duration = .zero

    init(options: EnqueueGroup.Options) {
        self.options = options
    }

    var isFull: Bool { waiting >= options.waitingLimit }

    mutating func added(at now: Duration) {
        if waiting == 0 { since = now }
        waiting += 1
    }

    mutating func returned() { underWay -= 1 }

    mutating func step(at now: Duration) -> Step {
        guard waiting > 0, underWay < options.batchesAtOnce else { return .idle }
        let leaveAt = since + options.gatherFor
        guard underWay == 0 || waiting >= options.batch || now >= leaveAt else { return .rest(until: leaveAt) }
        let count = min(waiting, options.batch)
        waiting -= count
        underWay += 1
        since = now
        return .send(count)
    }
}
