import Locking

/// Works jobs of some queues with several handlers at once, for as long as ``run()`` runs.
///
/// Graceful stop (``stop()``): no new work, handlers finish within the shutdown limit, their endings are stored, the
/// rest goes back. Cancellation of the task of `run()`: handlers are cancelled at once, the rest is the same. A handler
/// must return soon after its cancellation; `run()` waits for it, but its work goes back to the queue without it.
///
/// The store's failures never end a worker: it waits, keeps what is finished, and goes on when the store is back.
package final class QueueWorker: Sendable {
    /// Does one job.
    ///
    /// Errors are failures that the retry policy decides on, `UndecodablePayload` parks the job.
    package typealias Handler = @Sendable (Delivery) async throws -> JobEnding

    let driver: any WorkQueueDriver
    let queues: [String]
    let instance: InstanceID
    let options: Options
    let leader: LeaseLock?
    let telemetry: Telemetry
    let handler: Handler
    let stopwatch: Stopwatch
    let pumpBell = Doorbell()
    let settlerBell = Doorbell()
    let heartBell = Doorbell()
    let upkeepBell = Doorbell()
    let shelf: WorkShelf
    let roster = Lock(WorkerRoster())
    let tenure = Lock<LeaseTenure?>(nil)
    let stopRequested = Lock(false)
    /// The lease under which this worker keeps house.
    let led = Lock<[Lease]>([])

    /// - Parameters:
    ///   - driver: the store.
    ///   - queues: where to take jobs from, fair between them.
    ///   - instance: this process.
    ///   - options: bounds and times.
    ///   - leader: lets one worker of all do the housekeeping; `nil`: this one does, which is safe as well.
    ///   - telemetry: where numbers and events go.
    ///   - clock: for tests.
    ///   - handler: does one job.
    package init(
        driver: any WorkQueueDriver,
        queues: [String],
        instance: InstanceID,
        options: Options = Options(),
        leader: LeaseLock? = nil,
        telemetry: Telemetry = .none,
        clock: any Clock<Duration> = ContinuousClock(),
        handler: @escaping Handler
    ) {
        self.driver = driver
        self.queues = queues
        self.instance = instance
        self.options = options
        self.leader = leader
        self.telemetry = telemetry
        self.handler = handler
        stopwatch = Stopwatch(clock)
        shelf = WorkShelf(pump: pumpBell, settler: settlerBell, stopwatch: stopwatch, flushLimit: options.flushLimit)
    }

    /// Asks `run()` to finish gracefully; returns at once.
    package func stop() {
        stopRequested.withLock { $0 = true }
        pumpBell.ring()
        upkeepBell.ring()
    }

    var isStopping: Bool { stopRequested.withLock { $0 } }

    /// Works until stopped or cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.listen() }
            group.addTask { await self.keepHouse() }
            while !Task.isCancelled {
                // A stint ends early when the worker's lease was lost: then it begins anew under a new generation.
                if await stint() == .finished { break }
                telemetry.count(Metric.queueLeasesLost)
                telemetry.log(TelemetryEvent.queueLeaseLost)
            }
            group.cancelAll()
        }
    }

    enum StintEnd: Sendable {
        case finished
        case lost
        /// A handler's loop that ended.
        case idle
    }

    private func stint() async -> StintEnd {
        tenure.withLock { $0 = nil }
        roster.withLock { $0 = WorkerRoster() }
        shelf.clear()
        let end = await withTaskGroup(of: StintEnd.self) { group in
            group.addTask { await self.handle() }
            group.addTask { await self.keepAlive() ? .idle : .lost }
            group.addTask { await self.watchLease() ? .idle : .lost }
            var end = StintEnd.idle
            while let next = await group.next() {
                guard end == .idle, next != .idle else { continue }
                end = next
                group.cancelAll()
            }
            return Task.isCancelled ? .finished : end
        }
        await sayFarewell()
        return end
    }

    /// Runs the handlers until the pump has finished, and then until each of them has ended: heartbeats go on that long.
    private func handle() async -> StintEnd {
        await withTaskGroup(of: StintEnd.self) { group in
            for _ in 0..<max(1, options.concurrency) {
                group.addTask {
                    await self.work()
                    return .idle
                }
            }
            group.addTask { await self.pump() }
            var end = StintEnd.idle
            while let next = await group.next() {
                guard next != .idle else { continue }
                end = next
                group.cancelAll()
            }
            return end
        }
    }

    /// One handler's loop.
    private func work() async {
        var settlement: Settlement?
        var isFirst = true
        while let delivery = await shelf.next(after: settlement, isFirst: isFirst) {
            isFirst = false
            settlement = await ending(of: delivery).map { Settlement(receipt: delivery.receipt, ending: $0) }
        }
    }

    private func ending(of delivery: Delivery) async -> JobEnding? {
        do {
            return try await handler(delivery)
        } catch let error as UndecodablePayload {
            return .undecodable(error: text(of: error))
        } catch {
            // A cancelled handler did not fail: its job goes back when the worker retires or its lease ends.
            if Task.isCancelled { return nil }
            let delay = options.retry.delay(after: error, attempt: delivery.attempt)
            return .failed(error: text(of: error), retryAfter: delay)
        }
    }

    private func text(of error: any Error) -> String {
        let text = String(describing: error)
        guard text.utf8.count > options.errorSizeInBytes else { return text }
        return String(decoding: text.utf8.prefix(options.errorSizeInBytes), as: UTF8.self)
    }

    /// Passes the store's signals on to the pump; a stream that breaks is opened again.
    private func listen() async {
        guard let signals = driver as? any WorkQueueSignals else { return }
        while !Task.isCancelled {
            if let arrivals = try? await signals.arrivals(in: queues) {
                // What came before the stream was open is found now.
                shelf.noteArrivals()
                for await _ in arrivals { shelf.noteArrivals() }
            }
            // A cancelled sleep ends the loop.
            try? await stopwatch.sleep(until: stopwatch.elapsed + options.failureWaitLimit)
        }
    }
}
