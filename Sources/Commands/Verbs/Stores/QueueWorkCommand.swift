import ArgumentParser
import ChildProcesses
import Services
import Terminal

/// `switchyard queue work`.
struct QueueWorkCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Run a command for each job of some queues, for as long as this program runs.",
        discussion: """
            The command gets the payload on standard input, and SWITCHYARD_JOB_ID, SWITCHYARD_JOB_QUEUE, SWITCHYARD_JOB_KIND \
            and SWITCHYARD_JOB_ATTEMPT in its environment. A shell runs it. What it prints goes to standard output.

            WHAT ITS EXIT STATUS MEANS:
              0    done
              65   the payload makes no sense: to the dead letters at once (EX_DATAERR)
              75   not now: back into the queue for a minute, without counting (EX_TEMPFAIL)
              else failed: again after a pause that doubles, up to the job's attempts; its last line is kept as the error

            Ctrl-C takes no new work and gives running commands 20 seconds; once more ends them at once. A worker that \
            loses the store for longer than its lease ends its commands, because others may have their jobs by then.

            EXAMPLES:
              switchyard queue work mail --exec './send-mail' --concurrency 4
              switchyard queue work reviews nightly --exec 'make -C "$(cat)"' --drain
            """
    )

    @Argument(help: ArgumentHelp("The queues; fair between them.", valueName: "queue"))
    var queues: [String]

    @Option(help: "The command, run by /bin/sh.")
    var exec: String

    @Option(help: "Commands at the same time.")
    var concurrency = 1

    @Option(help: "How long this worker's jobs stay its own when it dies.")
    var lease = DurationArgument(.seconds(10))

    @Option(help: "End a command after this time; it counts as failed.")
    var timeout: DurationArgument?

    @Flag(help: "End when the queues have nothing ready and nothing running.")
    var drain = false

    @Option(
        help: ArgumentHelp("Write this worker's numbers here every 10 seconds, as Prometheus text.", valueName: "file")
    )
    var metrics: String?

    @Flag(help: "Print one JSON object per job that ended, instead of what the command prints.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(concurrency) else {
            throw ValidationError("'--concurrency' is a number from 1 to 1000.")
        }
    }

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        var options = QueueWorker.Options()
        options.concurrency = concurrency
        options.lease = lease.duration
        // A command takes its time: work that is fetched ahead would only be kept from other workers.
        options.prefetchTime = .zero
        let reports = WorkerTelemetry(path: metrics, talk: context.talk)
        let worker = QueueWorker(
            driver: stores.drivers.queue,
            queues: queues,
            instance: stores.instance,
            options: options,
            leader: stores.lock,
            telemetry: reports.telemetry
        ) { delivery in try await work(delivery, in: context) }
        return try await withThrowingTaskGroup(of: ExitStatus?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                await worker.run()
                return .success
            }
            group.addTask {
                for await signal in context.interrupts() {
                    context.talk.writeLine("Stopping: running commands are given time to end. Once more ends at once.")
                    worker.stop()
                    for await _ in context.interrupts() { return ExitStatus(rawValue: 128 + signal.signalNumber) }
                }
                return nil
            }
            group.addTask {
                try await reports.export()
                return nil
            }
            group.addTask {
                while !Task.isCancelled {
                    await stores.pruneWhenDue()
                    try await ContinuousClock().sleep(for: StorePruning.Options().interval)
                }
                return nil
            }
            if drain { group.addTask { try await stop(worker, whenEmptied: stores) } }
            while let status = try await group.next() {
                if let status { return status }
            }
            return .success
        }
    }

    /// Stops the worker when nothing is left to do; looks at intervals, because the end of other workers' jobs is not
    /// signalled.
    private func stop(_ worker: QueueWorker, whenEmptied stores: OpenStores) async throws -> ExitStatus? {
        while true {
            let statistics = try await stores.drivers.queue.statistics(of: queues)
            if statistics.allSatisfy({ ($0.ready == 0 || $0.isPaused) && $0.running == 0 }) { break }
            try await ContinuousClock().sleep(for: .milliseconds(200))
        }
        worker.stop()
        return nil
    }

    private func work(_ delivery: Delivery, in context: CommandContext) async throws -> JobEnding {
        let output = try await context.collect(
            ["/bin/sh", "-c", exec],
            input: delivery.payload,
            adding: [
                "SWITCHYARD_JOB_ID": "\(delivery.job)", "SWITCHYARD_JOB_QUEUE": delivery.queue,
                "SWITCHYARD_JOB_KIND": delivery.kind, "SWITCHYARD_JOB_ATTEMPT": "\(delivery.attempt)",
            ],
            timeLimit: timeout?.duration
        )
        try Task.checkCancellation()
        let ending = Self.ending(output)
        if json {
            try context.writeJSON(WorkedJob(delivery, output, ending))
        } else {
            context.output.write(bytes: output.standardOutput)
            context.talk.write(bytes: output.standardError)
        }
        if case .failed(let error, _) = ending { throw CommandFailed(description: error) }
        return ending
    }

    static func ending(_ output: CollectedOutput) -> JobEnding {
        let last = output.errorText.split(separator: "\n").last ?? output.outputText.split(separator: "\n").last
        let words = last.map { ": \($0)" } ?? ""
        return switch output.ending {
        case .exited(0): .completed
        case .exited(65): .undecodable(error: "the command says that the payload makes no sense\(words)")
        case .exited(75): .snoozed(.seconds(60))
        case .exited(let status): .failed(error: "exit status \(status)\(words)", retryAfter: nil)
        case .signalled(let signal): .failed(error: "died of signal \(signal)\(words)", retryAfter: nil)
        case .timedOut(let limit): .failed(error: "took longer than \(limit)\(words)", retryAfter: nil)
        case .silent, .cancelled: .failed(error: "was ended\(words)", retryAfter: nil)
        }
    }
}

/// A command's failure; the worker's retry policy decides what comes of it.
private struct CommandFailed: Error, CustomStringConvertible {
    var description: String
}

private struct WorkedJob: Encodable {
    var id: JobID
    var queue: String
    var kind: String
    var attempt: Int
    var result: String
    var status: Int32
    var error: String?

    init(_ delivery: Delivery, _ output: CollectedOutput, _ ending: JobEnding) {
        id = delivery.job
        queue = delivery.queue
        kind = delivery.kind
        attempt = delivery.attempt
        status = ExitStatus(of: output.ending).rawValue
        switch ending {
        case .completed: result = "completed"
        case .snoozed: result = "snoozed"
        case .undecodable(let text): (result, error) = ("undecodable", text)
        case .failed(let text, _): (result, error) = ("failed", text)
        case .cancelled(let text): (result, error) = ("cancelled", text)
        }
    }
}
