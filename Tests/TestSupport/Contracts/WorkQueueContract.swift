package import Services
import Testing

/// What every store of jobs promises.
///
/// Time passes for leases, delays and times to live only where a check lets it; promotion, expiry and the return of
/// orphans are done by `maintain`, and a check calls it where they are wanted.
package enum WorkQueueContract {
    package typealias Check = ContractCheck<any WorkQueueDriver>

    package static var checks: [Check] {
        storage + order + sharing + settlement + repetition + endings + liveness + orphans + uniqueness + timing
            + limits + pausing + deadLetters + retention + statistics + hostility + signals + histories
    }
}

extension NewJob {
    /// A job of the queue `q` with a text as payload.
    package static func make(
        _ payload: String = "work",
        in queue: String = "q",
        _ change: (inout NewJob) -> Void = { _ in }
    ) -> NewJob {
        var job = NewJob(queue: queue, kind: "kind", payload: Array(payload.utf8))
        change(&job)
        return job
    }
}

extension Delivery {
    package var text: String { String(decoding: payload, as: UTF8.self) }
}

extension WorkQueueDriver {
    /// Stores jobs, none of which may be a duplicate.
    package func push(_ jobs: NewJob...) async throws -> [JobID] {
        try await push(jobs)
    }

    package func push(_ jobs: [NewJob]) async throws -> [JobID] {
        try await enqueue(jobs).map { outcome in
            guard case .enqueued(let id) = outcome else {
                Issue.record("a job was taken for a duplicate: \(outcome)")
                return outcome.job
            }
            return id
        }
    }

    package func worker(_ name: String = "worker", lease: Duration = .hour) async throws -> WorkerGeneration {
        try await register(InstanceID(name), lease: lease)
    }

    package func claim(
        _ worker: WorkerGeneration,
        _ limit: Int = 1,
        from queues: [String] = ["q"]
    ) async throws -> [Delivery] {
        try await exchange(worker, settling: [], claimingFrom: queues, limit: limit).deliveries
    }

    package func settle(
        _ worker: WorkerGeneration,
        _ receipt: DeliveryReceipt,
        _ ending: JobEnding
    ) async throws -> QueueExchange {
        try await exchange(
            worker,
            settling: [Settlement(receipt: receipt, ending: ending)],
            claimingFrom: [],
            limit: 0
        )
    }

    package func state(_ id: JobID) async throws -> JobState? {
        try await job(id)?.state
    }

    /// Housekeeping until nothing is left to do; the sum of all steps.
    package func maintainFully(_ options: QueueUpkeep.Options = QueueUpkeep.Options()) async throws -> QueueUpkeep {
        var sum = QueueUpkeep()
        for _ in 0..<1_000 {
            let step = try await maintain(options)
            sum.orphans += step.orphans
            sum.promoted += step.promoted
            sum.expired += step.expired
            sum.pruned += step.pruned
            if !step.isIncomplete { return sum }
        }
        Issue.record("housekeeping does not come to an end: \(sum)")
        return sum
    }
}
