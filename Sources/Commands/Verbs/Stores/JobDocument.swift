import Foundation
import Services

/// A job as JSON.
struct JobDocument: Encodable {
    var job: JobRecord

    init(_ job: JobRecord) {
        self.job = job
    }

    private enum CodingKeys: String, CodingKey {
        case id, queue, kind, state, priority, attempts, maxAttempts, enqueuedAt, runAt, endedAt, uniqueKey
        case concurrencyKey, errors
    }

    private struct Failure: Encodable {
        var attempt: Int
        var at: Date
        var error: String
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(job.id, forKey: .id)
        try container.encode(job.queue, forKey: .queue)
        try container.encode(job.kind, forKey: .kind)
        try container.encode(job.state, forKey: .state)
        try container.encode(job.priority, forKey: .priority)
        try container.encode(job.attempts, forKey: .attempts)
        try container.encode(job.maxAttempts, forKey: .maxAttempts)
        try container.encode(job.enqueuedAt.date, forKey: .enqueuedAt)
        try container.encodeIfPresent(job.runAt?.date, forKey: .runAt)
        try container.encodeIfPresent(job.endedAt?.date, forKey: .endedAt)
        try container.encodeIfPresent(job.uniqueKey, forKey: .uniqueKey)
        try container.encodeIfPresent(job.concurrencyKey, forKey: .concurrencyKey)
        let failures = job.errors.map { Failure(attempt: $0.attempt, at: $0.at.date, error: $0.error) }
        try container.encode(failures, forKey: .errors)
        try PayloadText(bytes: job.payload, name: "payload").encode(to: encoder)
    }
}
