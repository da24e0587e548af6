import Glibc
import Locking
import Services

/// A worker that works a number of jobs that do nothing, and then stops.
struct QueueRun {
    let driver: any WorkQueueDriver
    let jobs: Int
    var options = QueueWorker.Options()

    /// From the start of the worker until all its endings are stored.
    func measure(_ meter: ProcessorMeter) async throws -> Effort {
        let place = Lock<QueueWorker?>(nil)
        let done = Lock(0)
        let (jobs, driver, options) = (jobs, driver, options)
        let worker = QueueWorker(
            driver: driver,
            queues: ["bench"],
            instance: .make(host: "bench", processID: getpid()),
            options: options
        ) { _ in
            let isLast = done.withLock { done in
                done += 1
                return done == jobs
            }
            if isLast { place.withLock { $0 }?.stop() }
            return .completed
        }
        place.withLock { $0 = worker }
        defer { place.withLock { $0 = nil } }
        return try await meter.measure(jobs) { await worker.run() }
    }
}
