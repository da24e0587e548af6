import ArgumentParser
import Services
import Terminal

/// `switchyard queue push`.
struct QueuePushCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Put a job into a queue; prints its id.",
        discussion: """
            With '--lines' every line of standard input becomes a job of its own, all in one transaction.

            EXAMPLES:
              switchyard queue push reviews 'src/parser.swift' --priority 2
              switchyard queue push nightly --delay 8h --unique nightly-build < job.json
              seq 1000 | switchyard queue push numbers --lines

            EXIT STATUS: 0 it is in the queue, 1 its unique key was taken (the id printed is that job's), 3 the store is away.
            """
    )

    @OptionGroup var target: QueueArgument
    @OptionGroup var source: PayloadSource

    @Option(help: "What sort of work it is; workers may choose by it.")
    var kind = "job"

    @Option(help: "0 is most urgent, 9 least.")
    var priority = 5

    @Option(help: "Hand it out no sooner than after this time.")
    var delay: DurationArgument?

    @Option(help: "Take no second job with this key as long as this one is unfinished.")
    var unique: String?

    @Option(help: "How long the unique key stays taken, even when the job is done.")
    var uniqueFor: DurationArgument?

    @Option(help: "How often it may be started before it becomes a dead letter.")
    var maxAttempts = 10

    @Option(help: "Mark it expired when it has not been started after this time.")
    var ttl: DurationArgument?

    @Option(help: "At most as many jobs with the same key run at once as the queue allows (one, unless set).")
    var concurrencyKey: String?

    @Flag(help: "Make one job of each line of standard input.")
    var lines = false

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let input = try await source.load(in: context)
        let payloads = lines ? input.split(separator: UInt8(ascii: "\n")).map(Array.init) : [input]
        let jobs = payloads.map { payload in
            var job = NewJob(queue: target.queue, kind: kind, payload: payload)
            job.priority = priority
            job.delay = delay?.duration
            job.uniqueKey = unique
            job.uniqueWindow = uniqueFor?.duration
            job.maxAttempts = maxAttempts
            job.timeToLive = ttl?.duration
            job.concurrencyKey = concurrencyKey
            return job
        }
        let outcomes = try await stores.queue.enqueue(jobs)
        for outcome in outcomes {
            if flags.json {
                try context.writeJSON(Pushed(id: outcome.job, queue: target.queue, isDuplicate: outcome.isDuplicate))
            } else {
                context.output.writeLine("\(outcome.job)")
            }
        }
        return outcomes.contains { $0.isDuplicate } ? .negative : .success
    }

    private struct Pushed: Encodable {
        var id: JobID
        var queue: String
        var isDuplicate: Bool

        private enum CodingKeys: String, CodingKey {
            case id, queue
            case isDuplicate = "duplicate"
        }
    }
}

extension EnqueueOutcome {
    /// Whether the unique key was taken.
    fileprivate var isDuplicate: Bool {
        if case .duplicate = self { true } else { false }
    }
}
