import Locking
import Postgres
package import Services

extension PostgresWorkQueueDriver {
    private static let exchange = "SELECT * FROM switchyard_exchange($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"

    package func exchange(
        _ worker: WorkerGeneration,
        settling settlements: [Settlement],
        claimingFrom queues: [String],
        limit: Int
    ) async throws(ServicesError) -> QueueExchange {
        var seen: Set<ExactName> = []
        // Turned at random, so that no queue is always the first to get the odd one.
        let queues = queues.filter { seen.insert(ExactName($0)).inserted }.turned()
        let limit = queues.isEmpty ? 0 : limit
        if settlements.isEmpty, limit <= 0 { return QueueExchange() }
        let reading = marks.withLock { $0.reading(of: queues, now: .now) }
        var exchange = try await exchange(worker, settlements, queues, limit, reading)
        let missing = limit - exchange.deliveries.count
        guard missing > 0, reading.usesMarks, marks.withLock({ $0.mayRefill(queues, now: .now) }) else {
            return exchange
        }
        let full = marks.withLock { $0.reading(of: queues, now: .now, isFull: true) }
        do {
            exchange.deliveries += try await self.exchange(worker, [], queues, missing, full).deliveries
        } catch  where !error.mayHaveTakenEffect {
            // What the first round settled and claimed is true all the same; the next claim tries again.
            return exchange
        }
        return exchange
    }

    private func exchange(
        _ worker: WorkerGeneration,
        _ settlements: [Settlement],
        _ queues: [String],
        _ limit: Int,
        _ reading: ClaimMarks.Reading
    ) async throws(ServicesError) -> QueueExchange {
        let endings = settlements.map { Ending($0.ending) }
        let values: [PostgresValue] = [
            .int(worker.rawValue), .ints(settlements.map(\.receipt.job.rawValue)),
            .ints(settlements.map { Int64($0.receipt.attempt) }),
            .ints(settlements.map(\.receipt.worker.rawValue)), .texts(endings.map(\.name)),
            .names(endings.map(\.text)), .ints(endings.map(\.delay)), .names(queues), .count(limit),
            .ints(reading.times), .ints(reading.jobs),
        ]
        let now = ContinuousClock.now
        return try await store.query(Self.exchange, values, isRepeatable: false) { (rows) throws(PostgresError) in
            var settled: Set<Int> = []
            var exchange = QueueExchange()
            var lasts = LastClaimed()
            for row in rows {
                if let place = try row.optionalInt(0) {
                    settled.insert(Int(place) - 1)
                    continue
                }
                let delivery = try Self.delivery(row, worker)
                lasts.add(delivery, due: try row.time(10))
                exchange.deliveries.append(delivery)
            }
            marks.withLock { marks in
                marks.took(.now - now, reading)
                for (place, last) in lasts.byPlace {
                    marks.claimed(last, priority: place.priority, of: place.queue, in: reading, now: now)
                }
            }
            for (index, settlement) in settlements.enumerated() {
                if settled.contains(index) {
                    exchange.settled.append(settlement.receipt.job)
                } else {
                    exchange.stale.append(settlement.receipt)
                }
            }
            return exchange
        }
    }

    private static func delivery(_ row: PostgresRow, _ worker: WorkerGeneration) throws(PostgresError) -> Delivery {
        Delivery(
            receipt: DeliveryReceipt(job: JobID(try row.int(1)), attempt: Int(try row.int(6)), worker: worker),
            queue: try row.name(2),
            kind: try row.name(3),
            payload: try row.bytes(4),
            priority: Int(try row.int(5)),
            maxAttempts: Int(try row.int(7)),
            enqueuedAt: try row.time(8),
            concurrencyKey: try row.optionalName(9)
        )
    }
}

/// The last job of each queue and priority among those of one claim.
private struct LastClaimed {
    struct Place: Hashable {
        let queue: ExactName
        let priority: Int
    }

    private(set) var byPlace: [Place: ClaimMarks.Last] = [:]

    mutating func add(_ delivery: Delivery, due: StoreTime) {
        let place = Place(queue: ExactName(delivery.queue), priority: delivery.priority)
        let new = ClaimMarks.Last(due: due, job: delivery.job, count: 1)
        guard var last = byPlace[place] else {
            byPlace[place] = new
            return
        }
        if (due.microseconds, delivery.job.rawValue) > (last.due.microseconds, last.job.rawValue) {
            (last.due, last.job) = (due, delivery.job)
        }
        last.count += 1
        byPlace[place] = last
    }
}

/// An ending as the SQL function wants it.
private struct Ending {
    var name: String
    var text: String?
    var delay: Int64?

    init(_ ending: JobEnding) {
        switch ending {
        case .completed: name = "completed"
        case .failed(let error, let retryAfter):
            (name, text, delay) = ("failed", error, retryAfter?.storedMicroseconds)
        case .snoozed(let duration): (name, delay) = ("snoozed", duration.storedMicroseconds)
        case .cancelled(let reason): (name, text) = ("cancelled", reason)
        case .undecodable(let error): (name, text) = ("undecodable", error)
        }
    }
}

extension Array {
    /// The same elements in the same circle, from a random one on.
    fileprivate func turned() -> [Element] {
        guard count > 1 else { return self }
        let start = Int.random(in: 0..<count)
        return Array(self[start...] + self[..<start])
    }
}
