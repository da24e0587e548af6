/// One hand-out of a job to a worker.
///
/// Work is handed out at least once: a worker that dies, or loses its lease, may have done it already.
package struct Delivery: Hashable, Sendable {
    package let receipt: DeliveryReceipt
    package let queue: String
    package let kind: String
    package let payload: [UInt8]
    package let priority: Int
    package let maxAttempts: Int
    package let enqueuedAt: StoreTime
    package let concurrencyKey: String?

    package init(
        receipt: DeliveryReceipt,
        queue: String,
        kind: String,
        payload: [UInt8],
        priority: Int,
        maxAttempts: Int,
        enqueuedAt: StoreTime,
        concurrencyKey: String?
    ) {
        self.receipt = receipt
        self.queue = queue
        self.kind = kind
        self.payload = payload
        self.priority = priority
        self.maxAttempts = maxAttempts
        self.enqueuedAt = enqueuedAt
        self.concurrencyKey = concurrencyKey
    }

    package var job: JobID { receipt.job }
    /// Counted from 1.
    package var attempt: Int { receipt.attempt }
}

/// Proves which hand-out of a job somebody speaks about: text form `<job>.<attempt>.<generation>`.
package struct DeliveryReceipt: Hashable, Sendable, CustomStringConvertible {
    package let job: JobID
    package let attempt: Int
    package let worker: WorkerGeneration

    package init(job: JobID, attempt: Int, worker: WorkerGeneration) {
        self.job = job
        self.attempt = attempt
        self.worker = worker
    }

    /// Reads the text form; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 3, let job = parts[0], let attempt = parts[1], let worker = parts[2] else { return nil }
        guard job > 0, attempt > 0, attempt <= Int64(Int32.max), worker > 0 else { return nil }
        self.init(job: JobID(job), attempt: Int(attempt), worker: WorkerGeneration(worker))
    }

    package var description: String { "\(job).\(attempt).\(worker)" }
}

/// One life of one worker: a worker that lost its lease comes back under a greater number.
package struct WorkerGeneration: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: Int64

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package var description: String { String(rawValue) }

    package static func < (left: WorkerGeneration, right: WorkerGeneration) -> Bool { left.rawValue < right.rawValue }
}
