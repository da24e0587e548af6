/// How a worker ends its hold on a job.
package enum JobEnding: Hashable, Sendable {
    case completed
    /// Another attempt after this time, or the dead letters when `retryAfter` is `nil` or no attempt is left.
    case failed(error: String, retryAfter: Duration?)
    /// Not now: back into the queue after this time, and this start does not count as an attempt.
    case snoozed(Duration)
    case cancelled(reason: String)
    /// The payload cannot be read; parked with the dead letters at once.
    case undecodable(error: String)
}

/// A job's ending together with the proof of who ends it.
package struct Settlement: Hashable, Sendable {
    package let receipt: DeliveryReceipt
    package let ending: JobEnding

    package init(receipt: DeliveryReceipt, ending: JobEnding) {
        self.receipt = receipt
        self.ending = ending
    }
}

/// One round trip of a worker: what became of its settlements, and its new work.
package struct QueueExchange: Hashable, Sendable {
    /// Settlements that took effect.
    package var settled: [JobID]
    /// Settlements of hand-outs that are over: the lease had ended and the work went elsewhere, or it was settled
    /// before.
    package var stale: [DeliveryReceipt]
    package var deliveries: [Delivery]

    package init(settled: [JobID] = [], stale: [DeliveryReceipt] = [], deliveries: [Delivery] = []) {
        self.settled = settled
        self.stale = stale
        self.deliveries = deliveries
    }
}
