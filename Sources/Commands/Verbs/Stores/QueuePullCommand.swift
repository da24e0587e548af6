import ArgumentParser
import Foundation
import Services
import Terminal

/// `switchyard queue pull`.
struct QueuePullCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Take work from a queue; prints each job's receipt and payload.",
        discussion: """
            What is printed is yours until the lease ends. Say how it went with the receipt: 'queue complete', 'queue \
            fail', 'queue snooze'; ask for more time with 'queue heartbeat'. All jobs of one pull share one lease.

            EXAMPLES:
              switchyard queue pull mail --lease 5m
              switchyard queue pull mail -n 10 --json
              switchyard queue pull mail --wait 30s --payload > job.json

            EXIT STATUS: 0 there was work, 1 there was none (within '--wait').
            """
    )

    @OptionGroup var target: QueueArgument

    @Option(name: [.customShort("n"), .customLong("count")], help: "How many jobs at most.")
    var count = 1

    @Option(help: "How long the work is yours.")
    var lease = DurationArgument(.seconds(300))

    @Option(help: "How long to wait for work.")
    var wait = DurationArgument(.zero)

    @Flag(help: "Print the bare payload and nothing else; its receipt goes to standard error. For one job.")
    var payload = false

    @OptionGroup var flags: StoreFlags

    func validate() throws {
        guard !payload || count == 1 else { throw ValidationError("'--payload' is for one job: leave out '--count'.") }
    }

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let deliveries = try await stores.queue.pull(
            from: [target.queue],
            as: stores.instance,
            limit: count,
            lease: lease.duration,
            waiting: wait.duration
        )
        for delivery in deliveries {
            if flags.json {
                try context.writeJSON(DeliveryRecord(delivery))
            } else if payload {
                context.talk.writeLine("\(delivery.receipt)")
                context.output.write(bytes: delivery.payload)
            } else {
                context.output.write(bytes: Array("\(delivery.receipt)\t".utf8) + delivery.payload + [10])
            }
        }
        return deliveries.isEmpty ? .negative : .success
    }
}

/// A delivery as JSON.
struct DeliveryRecord: Encodable {
    var delivery: Delivery

    init(_ delivery: Delivery) {
        self.delivery = delivery
    }

    private enum CodingKeys: String, CodingKey {
        case id, receipt, queue, kind, attempt, maxAttempts, priority, enqueuedAt, concurrencyKey
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(delivery.job, forKey: .id)
        try container.encode("\(delivery.receipt)", forKey: .receipt)
        try container.encode(delivery.queue, forKey: .queue)
        try container.encode(delivery.kind, forKey: .kind)
        try container.encode(delivery.attempt, forKey: .attempt)
        try container.encode(delivery.maxAttempts, forKey: .maxAttempts)
        try container.encode(delivery.priority, forKey: .priority)
        try container.encode(delivery.enqueuedAt.date, forKey: .enqueuedAt)
        try container.encodeIfPresent(delivery.concurrencyKey, forKey: .concurrencyKey)
        try PayloadText(bytes: delivery.payload, name: "payload").encode(to: encoder)
    }
}
