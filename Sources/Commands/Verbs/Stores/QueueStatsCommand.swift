import ArgumentParser
import Services
import Terminal

/// `switchyard queue stats`.
struct QueueStatsCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show every queue in numbers."
    )

    @Argument(help: ArgumentHelp("Only these queues.", valueName: "queue"))
    var queues: [String] = []

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let statistics = try await stores.drivers.queue.statistics(of: queues)
        if flags.json {
            for entry in statistics { try context.writeJSON(QueueRecord(entry)) }
            return .success
        }
        guard !statistics.isEmpty else {
            context.talk.writeLine("No queue holds a job. Put one in with: switchyard queue push QUEUE PAYLOAD")
            return .success
        }
        var table = Table(
            [Table.Column("QUEUE", isFlexible: true)]
                + ["READY", "SCHEDULED", "RUNNING", "DEAD", "DONE", "EXPIRED", "CANCELLED", "OLDEST"].map {
                    Table.Column($0, alignment: .trailing)
                } + [Table.Column("STATE")]
        )
        for entry in statistics {
            let numbers = [
                entry.ready, entry.scheduled, entry.running, entry.dead, entry.completed, entry.expired,
                entry.cancelled,
            ]
            table.append(
                [StyledText(CleanText.line(entry.queue), .bold)] + numbers.map { StyledText(String($0)) }
                    + [StyledText(entry.oldestReady.map { QuantityText.duration($0) } ?? "")]
                    + [StyledText(entry.isPaused ? "paused" : "open", entry.isPaused ? .yellow : .green)]
            )
        }
        context.write(table)
        return .success
    }
}

/// A queue's numbers as JSON.
private struct QueueRecord: Encodable {
    var queue: String
    var ready: Int
    var scheduled: Int
    var running: Int
    var dead: Int
    var completed: Int
    var expired: Int
    var cancelled: Int
    var paused: Bool
    var oldestReadySeconds: Double?
    var runningLimit: Int?
    var runningLimitPerKey: Int
    var ageingStepSeconds: Double?

    init(_ entry: QueueStatistics) {
        queue = entry.queue
        ready = entry.ready
        scheduled = entry.scheduled
        running = entry.running
        dead = entry.dead
        completed = entry.completed
        expired = entry.expired
        cancelled = entry.cancelled
        paused = entry.isPaused
        oldestReadySeconds = entry.oldestReady?.seconds
        runningLimit = entry.limits.running
        runningLimitPerKey = entry.limits.runningPerKey
        ageingStepSeconds = entry.limits.ageingStep?.seconds
    }
}
