import ArgumentParser
import Services
import Terminal

/// The receipts a verb is about.
struct ReceiptArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("The receipts that 'queue pull' printed.", valueName: "receipt"))
    var receipts: [String]

    /// - Throws: `CommandFailure` for a text that is no receipt.
    func parsed() throws(CommandFailure) -> [DeliveryReceipt] {
        var parsed: [DeliveryReceipt] = []
        for text in receipts {
            guard let receipt = DeliveryReceipt(text) else {
                throw .usage(
                    "'\(text)' is no receipt.",
                    hint: "A receipt has three numbers, such as 12.1.7: 'switchyard queue pull' prints it."
                )
            }
            parsed.append(receipt)
        }
        return parsed
    }
}

extension StoreVerb {
    /// Settles each receipt in the same way; tells the stale ones.
    fileprivate func settle(
        _ receipts: ReceiptArguments,
        as ending: JobEnding,
        with stores: OpenStores,
        json: Bool,
        in context: CommandContext
    ) async throws -> ExitStatus {
        let exchange = try await stores.queue.settle(
            try receipts.parsed().map { Settlement(receipt: $0, ending: ending) }
        )
        if json {
            try context.writeJSON(Settled(settled: exchange.settled, stale: exchange.stale.map { "\($0)" }))
        }
        for receipt in exchange.stale {
            context.talk.writeLine(
                "The receipt '\(receipt)' is no longer valid: its lease ended, or the job was settled before."
            )
        }
        return exchange.stale.isEmpty ? .success : .negative
    }
}

/// Stands for whatever the caller met.
private struct CommandEnded: Error {}

private struct Settled: Encodable {
    var settled: [JobID]
    var stale: [String]
}

/// `switchyard queue complete`.
struct QueueCompleteCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Say that pulled work is done.",
        discussion: "EXIT STATUS: 0 recorded, 1 a receipt was no longer valid: the work may be done twice."
    )

    @OptionGroup var receipts: ReceiptArguments
    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try await settle(receipts, as: .completed, with: stores, json: flags.json, in: context)
    }
}

/// `switchyard queue fail`.
struct QueueFailCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "fail",
        abstract: "Say that pulled work failed.",
        discussion: """
            The job comes back after '--retry-after', or after a pause that doubles with each attempt. With '--dead' it \
            becomes a dead letter at once.

            EXIT STATUS: 0 recorded, 1 a receipt was no longer valid.
            """
    )

    @OptionGroup var receipts: ReceiptArguments

    @Option(help: "What went wrong; kept with the job.")
    var error = "failed"

    @Option(help: "When to try again.")
    var retryAfter: DurationArgument?

    @Flag(help: "Do not try again.")
    var dead = false

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let attempt = try receipts.parsed().map(\.attempt).max() ?? 1
        let pause: Duration? =
            dead ? nil : retryAfter?.duration ?? JobRetry.exponential().delay(after: CommandEnded(), attempt: attempt)
        return try await settle(
            receipts,
            as: .failed(error: error, retryAfter: pause),
            with: stores,
            json: flags.json,
            in: context
        )
    }
}

/// `switchyard queue snooze`.
struct QueueSnoozeCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "snooze",
        abstract: "Put pulled work back for a while; this start does not count as an attempt.",
        discussion: "EXIT STATUS: 0 recorded, 1 a receipt was no longer valid."
    )

    @OptionGroup var receipts: ReceiptArguments

    @Option(help: "For how long.")
    var `for`: DurationArgument

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try await settle(receipts, as: .snoozed(self.for.duration), with: stores, json: flags.json, in: context)
    }
}

/// `switchyard queue heartbeat`.
struct QueueHeartbeatCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "heartbeat",
        abstract: "Ask for more time for pulled work.",
        discussion: "EXIT STATUS: 0 the lease was extended, 1 it had ended: the work may be elsewhere."
    )

    @OptionGroup var receipts: ReceiptArguments

    @Option(help: "How long the work is yours from now.")
    var lease = DurationArgument(.seconds(300))

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        var lost: [WorkerGeneration] = []
        let workers = Set(try receipts.parsed().map(\.worker)).sorted()
        for worker in workers where try await !stores.drivers.queue.heartbeat(worker, lease: lease.duration) {
            lost.append(worker)
        }
        if flags.json { try context.writeJSON(["extended": lost.isEmpty]) }
        if !lost.isEmpty { context.talk.writeLine("The lease had ended: the work may be elsewhere.") }
        return lost.isEmpty ? .success : .negative
    }
}
