import Locking

/// Where a worker's handlers find jobs and leave their endings; shared by handlers and pump.
///
/// One lock per job: a handler leaves its ending and takes its next job at once.
final class WorkShelf: Sendable {
    struct Counts: Hashable, Sendable {
        /// Waiting for a handler.
        var shelved = 0
        var running = 0
        /// Endings that were not sent yet.
        var finished = 0
        /// When the oldest of them came.
        var finishedSince: Duration?
        /// Endings that are on their way beside the pump's request.
        var settling = 0
        /// Taken by handlers so far.
        var taken = 0
        /// Whether a signal told of new work since the last look.
        var hasArrivals = false
    }

    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Delivery?, Never>
    }

    private struct State {
        var deliveries: [Delivery] = []
        var head = 0
        var finished: [Settlement] = []
        var counts = Counts()
        var waiters: [Waiter] = []
        var lastWaiter = 0
        var lowWater = 0
        var isClosed = false
        /// Whether a request of the pump is on its way.
        var isExchanging = false

        var shelved: Int { deliveries.count - head }

        mutating func take(limit: Int) -> Delivery? {
            guard head < deliveries.count, finished.count < limit, !isClosed else { return nil }
            let delivery = deliveries[head]
            head += 1
            if head == deliveries.count { clear() }
            counts.running += 1
            counts.taken += 1
            return delivery
        }

        mutating func clear() {
            deliveries.removeAll(keepingCapacity: true)
            head = 0
        }
    }

    private let state = Lock(State())
    private let pump: Doorbell
    private let settler: Doorbell
    private let stopwatch: Stopwatch
    private let flushLimit: Int

    init(pump: Doorbell, settler: Doorbell, stopwatch: Stopwatch, flushLimit: Int) {
        self.pump = pump
        self.settler = settler
        self.stopwatch = stopwatch
        self.flushLimit = flushLimit
    }

    /// Leaves the ending of the last job and waits for the next one.
    ///
    /// - Returns: `nil` when the shelf was closed or the task cancelled.
    func next(after ending: Settlement?, isFirst: Bool) async -> Delivery? {
        let isCancelled = Task.isCancelled
        let (delivery, shouldRing, isOverflow) = state.withLock { state -> (Delivery?, Bool, Bool) in
            var shouldRing = false
            if !isFirst { state.counts.running -= 1 }
            if let ending {
                if state.finished.isEmpty {
                    state.counts.finishedSince = stopwatch.elapsed
                    shouldRing = true
                }
                state.finished.append(ending)
                if state.finished.count == flushLimit { shouldRing = true }
            }
            // A handler whose task was cancelled takes no more.
            let delivery = isCancelled ? nil : state.take(limit: flushLimit * 2)
            if state.shelved == state.lowWater || state.counts.running == 0 { shouldRing = true }
            let isOverflow = ending != nil && state.finished.count == flushLimit && state.isExchanging
            return (delivery, shouldRing, isOverflow)
        }
        if shouldRing { pump.ring() }
        if isOverflow { settler.ring() }
        if let delivery { return delivery }
        return await wait()
    }

    private func wait() async -> Delivery? {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (delivery, isNow) = state.withLock { state -> (Delivery?, Bool) in
                    if state.isClosed || Task.isCancelled { return (nil, true) }
                    if let delivery = state.take(limit: flushLimit * 2) { return (delivery, true) }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return (nil, false)
                }
                if isNow { continuation.resume(returning: delivery) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    func add(_ deliveries: [Delivery], lowWater: Int) {
        hand { state in
            state.lowWater = lowWater
            if state.head > 0 {
                state.deliveries.removeFirst(state.head)
                state.head = 0
            }
            state.deliveries += deliveries
        }
    }

    /// Takes what is finished, to be sent with the pump's request, which begins now.
    func takeFinished() -> [Settlement] {
        state.withLock { $0.isExchanging = true }
        return take()
    }

    /// The pump's request was answered or has failed.
    func exchanged() {
        state.withLock { $0.isExchanging = false }
    }

    /// Takes what is finished when it is too much to wait for the pump's request to come back.
    func takeOverflow() -> [Settlement] {
        let isOverflow = state.withLock { state in
            let isOverflow = state.isExchanging && state.finished.count >= flushLimit
            if isOverflow { state.counts.settling = state.finished.count }
            return isOverflow
        }
        return isOverflow ? take() : []
    }

    /// What was taken as overflow is stored, or was put back.
    func settled() {
        state.withLock { $0.counts.settling = 0 }
        pump.ring()
    }

    private func take() -> [Settlement] {
        var finished: [Settlement] = []
        // Handlers may have waited for the room this makes.
        hand { state in
            finished = state.finished
            state.finished.removeAll(keepingCapacity: finished.count < 10_000)
            state.counts.finishedSince = nil
        }
        return finished
    }

    /// Puts endings back that could not be sent.
    func putBack(_ settlements: [Settlement]) {
        guard !settlements.isEmpty else { return }
        state.withLock { state in
            state.finished.insert(contentsOf: settlements, at: 0)
            state.counts.finishedSince = state.counts.finishedSince ?? stopwatch.elapsed
        }
    }

    /// Turns what waits for a handler into endings that give it back uncounted.
    func giveBack() {
        state.withLock { state in
            state.finished += state.deliveries[state.head...].map {
                Settlement(receipt: $0.receipt, ending: .snoozed(.zero))
            }
            if !state.finished.isEmpty { state.counts.finishedSince = state.counts.finishedSince ?? stopwatch.elapsed }
            state.clear()
        }
    }

    /// Forgets what waits for a handler.
    func clear() {
        state.withLock { $0.clear() }
    }

    /// Lets every handler go after its job.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            state.clear()
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    func noteArrivals() {
        state.withLock { $0.counts.hasArrivals = true }
        pump.ring()
    }

    /// The counts now; forgets that there were arrivals.
    func look() -> Counts {
        state.withLock { state in
            var counts = state.counts
            counts.shelved = state.shelved
            counts.finished = state.finished.count
            state.counts.hasArrivals = false
            return counts
        }
    }

    private func hand(_ change: (inout State) -> Void) {
        let woken = state.withLock { state in
            change(&state)
            var woken: [(Waiter, Delivery)] = []
            while !state.waiters.isEmpty, let delivery = state.take(limit: flushLimit * 2) {
                woken.append((state.waiters.removeFirst(), delivery))
            }
            return woken
        }
        for (waiter, delivery) in woken { waiter.continuation.resume(returning: delivery) }
    }
}
