/// Gathers single jobs of concurrent callers and stores them together.
package actor EnqueueGroup {
    package struct Options: Hashable, Sendable {
        /// How long jobs gather while others are on their way.
        ///
        /// Default 1 millisecond.
        package var gatherFor: Duration = .milliseconds(1)
        /// Jobs that leave together at most.
        ///
        /// Default 500.
        package var batch = 500
        /// Batches on their way at once.
        ///
        /// Default 2.
        package var batchesAtOnce = 2
        /// Jobs that may wait; more are refused as overloaded.
        ///
        /// Default 10,000.
        package var waitingLimit = 10_000

        package init() {}
    }

    private typealias Answer = Result<EnqueueOutcome, ServicesError>

    private struct Entry {
        let job: NewJob
        let continuation: CheckedContinuation<Answer, Never>
    }

    private let driver: any WorkQueueDriver
    private let stopwatch: Stopwatch
    private let stored: @Sendable (Set<String>) async -> Void
    private var batcher: EnqueueBatcher
    private var entries: [Entry] = []
    private var hasTimer = false

    init(
        driver: any WorkQueueDriver,
        options: Options,
        stopwatch: Stopwatch,
        stored: @escaping @Sendable (Set<String>) async -> Void
    ) {
        self.driver = driver
        self.stopwatch = stopwatch
        self.stored = stored
        batcher = EnqueueBatcher(options: options)
    }

    func enqueue(_ job: NewJob) async throws(ServicesError) -> EnqueueOutcome {
        guard !batcher.isFull else { throw .overloaded("jobs to be stored", waiting: batcher.waiting) }
        let answer = await withCheckedContinuation { continuation in
            entries.append(Entry(job: job, continuation: continuation))
            batcher.added(at: stopwatch.elapsed)
            proceed()
        }
        return try answer.get()
    }

    private func proceed() {
        while true {
            switch batcher.step(at: stopwatch.elapsed) {
            case .send(let count):
                let batch = Array(entries.prefix(count))
                entries.removeFirst(count)
                // Belongs to the callers, who wait for its answer; one of them being cancelled must not take the
                // others' jobs with it.
                Task { await send(batch) }
            case .rest(let until):
                guard !hasTimer else { return }
                hasTimer = true
                // Ends after `gatherFor`; no caller owns it, since all of them wait for it.
                Task { await rest(until: until) }
                return
            case .idle: return
            }
        }
    }

    private func rest(until: Duration) async {
        // Never cancelled: nobody holds the task.
        try? await stopwatch.sleep(until: until)
        hasTimer = false
        proceed()
    }

    private func send(_ batch: [Entry]) async {
        await store(batch)
        batcher.returned()
        proceed()
        await stored(batch.map(\.job).readyQueues)
    }

    private func store(_ batch: [Entry]) async {
        do {
            let outcomes = try await driver.enqueue(batch.map(\.job))
            for (index, entry) in batch.enumerated() {
                entry.continuation.resume(
                    returning: index < outcomes.count ? .success(outcomes[index]) : .failure(.answerTooShort)
                )
            }
        } catch {
            guard batch.count > 1, error.code == .storeRefused || error.code == .invalidRequest else {
                for entry in batch { entry.continuation.resume(returning: .failure(error)) }
                return
            }
            // Nothing was stored: one job that the store refuses must not take the others with it.
            for entry in batch { await store([entry]) }
        }
    }
}

extension ServicesError {
    /// A store that answered for fewer jobs than it was given.
    static let answerTooShort = ServicesError(
        code: .storeRefused,
        message: "The store answered for fewer jobs than it was given."
    )

    /// A buffer that is full.
    package static func overloaded(_ what: String, waiting: Int) -> ServicesError {
        ServicesError(
            code: .overloaded,
            message: "Too many \(what) wait already: \(waiting).",
            hint: "send fewer at once, or use one bulk request"
        )
    }
}
