import Locking
package import Services

/// Jobs in the table `work_queue`.
///
/// SQLite removes what leaves an index at once and knows no dead rows, so a claim finds the next job by one seek,
/// however many were worked before: there is no low-water mark to keep.
///
/// **Concurrency keys.** A ready job whose key is full is blocked when a claim meets it: it leaves the index that claims
/// read. Whatever frees a place under a key unblocks the key's next job. So a claim passes each blocked job once, not at
/// every claim. Among the blocked jobs of one key the order is priority, then due time; waiting does not age them.
package final class SQLiteWorkQueueDriver: WorkQueueSignals {
    let store: SQLiteStore
    let signals: WatchedSignals
    /// Which of several queues is served first; moves on with each claim.
    private let turn = Lock(0)

    private static let hasWork = SQL(
        "SELECT 1 FROM work_queue WHERE state = 'ready' AND is_blocked = 0 AND queue = ? LIMIT 1"
    )

    package init(store: SQLiteStore) {
        self.store = store
        signals = WatchedSignals(watch: store.changes) { tx, names throws(ServicesError) in
            var waiting: [ExactName] = []
            for name in names where try tx.first(Self.hasWork, .text(name.name), make: { _ in true }) != nil {
                waiting.append(name)
            }
            return waiting
        }
    }

    package func arrivals(in queues: [String]) -> AsyncStream<Void> {
        signals.listen(to: queues)
    }

    /// Wakes this process; others look at the file within `SQLiteStore.Options.pollCeiling`.
    package func announce(_ queues: Set<String>) {
        signals.signal(queues)
    }

    package func exchange(
        _ worker: WorkerGeneration,
        settling settlements: [Settlement],
        claimingFrom queues: [String],
        limit: Int
    ) async throws(ServicesError) -> QueueExchange {
        let order = takeTurn(queues)
        let rules = JobRules(store.options)
        return try await store.write { [signals] tx throws(ServicesError) in
            var settling = JobSettling(tx: tx, rules: rules)
            var exchange = try settling.settle(settlements)
            if limit > 0, try JobWorkers.isAlive(worker, tx) {
                var claim = JobClaim(tx: tx, rules: rules, worker: worker)
                exchange.deliveries = try claim.claim(from: order, limit: limit)
                settling.arrivals.formUnion(claim.unfinished)
            }
            tx.signal(signals, settling.arrivals)
            return exchange
        }
    }

    private func takeTurn(_ queues: [String]) -> [String] {
        var seen: Set<ExactName> = []
        let names = queues.filter { seen.insert(ExactName($0)).inserted }
        guard names.count > 1 else { return names }
        let first = turn.withLock { turn in
            turn = (turn + 1) % names.count
            return turn
        }
        return Array(names[first...] + names[..<first])
    }

    package func register(_ instance: InstanceID, lease: Duration) async throws(ServicesError) -> WorkerGeneration {
        try await store.write { tx throws(ServicesError) in try JobWorkers.register(instance, lease: lease, tx) }
    }

    package func heartbeat(_ worker: WorkerGeneration, lease: Duration) async throws(ServicesError) -> Bool {
        try await store.write { tx throws(ServicesError) in try JobWorkers.extend(worker, lease: lease, tx) }
    }

    package func retire(_ worker: WorkerGeneration) async throws(ServicesError) {
        try await store.write { [signals] tx throws(ServicesError) in
            tx.signal(signals, try JobWorkers.retire(worker, tx))
        }
    }

    package func maintain(_ options: QueueUpkeep.Options) async throws(ServicesError) -> QueueUpkeep {
        let rules = JobRules(store.options)
        return try await store.write { [signals] tx throws(ServicesError) in
            var upkeep = JobUpkeep(tx: tx, rules: rules, options: options)
            let result = try upkeep.run()
            tx.signal(signals, upkeep.arrivals)
            return result
        }
    }
}

/// What the queue's parts need from the options.
struct JobRules: Sendable {
    /// Payloads above it lie in `work_payloads`: SQLite writes the whole row anew at every change of state.
    static let inlinePayloadInBytes = 2_048

    let errorsKept: Int
    let errorSizeInBytes: Int

    init(_ options: SQLiteStore.Options) {
        errorsKept = max(1, options.errorsKept)
        errorSizeInBytes = max(0, options.errorSizeInBytes)
    }
}

extension SQLiteTransaction {
    /// Wakes the listeners of the names after the commit.
    func signal(_ signals: WatchedSignals, _ names: Set<ExactName>) {
        guard !names.isEmpty else { return }
        let texts = names.map(\.name)
        afterCommit { signals.signal(texts) }
    }
}
