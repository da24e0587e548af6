import ArgumentParser
import Services
import Terminal

/// `switchyard queue redrive`.
struct QueueRedriveCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Make dead letters ready again, with all their attempts; prints how many.",
        discussion: """
            EXAMPLES:
              switchyard queue redrive mail 17 21
              switchyard queue redrive mail --all
            """
    )

    @OptionGroup var target: QueueArgument

    @Argument(help: "The jobs' ids.")
    var ids: [JobID] = []

    @Flag(help: "All dead letters of the queue.")
    var all = false

    @Option(help: "At most so many.")
    var limit = 10_000

    @OptionGroup var flags: StoreFlags

    func validate() throws {
        guard all != !ids.isEmpty else { throw ValidationError("Name the jobs, or say '--all'.") }
    }

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let count = try await stores.queue.redrive(target.queue, jobs: all ? nil : ids, limit: limit)
        return try context.tell(count, as: "redriven", json: flags.json)
    }
}

/// `switchyard queue cancel`.
struct QueueCancelCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Take unfinished jobs back; prints how many.",
        discussion: """
            A job that runs is taken back too: what its worker reports is refused. EXIT STATUS: 0 all of them, 1 some had \
            ended already or never were.
            """
    )

    @Argument(help: "The jobs' ids.")
    var ids: [JobID]

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let cancelled = try await stores.drivers.queue.cancel(ids)
        _ = try context.tell(cancelled.count, as: "cancelled", json: flags.json)
        return cancelled.count == Set(ids).count ? .success : .negative
    }
}

/// `switchyard queue purge`.
struct QueuePurgeCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete a queue's jobs in one state for good; prints how many.",
        discussion: """
            EXAMPLES:
              switchyard queue purge mail --state dead

            EXIT STATUS: 0 deleted, 2 jobs that run cannot be deleted: cancel them first.
            """
    )

    @OptionGroup var target: QueueArgument

    @Option(help: "One of \(JobState.allCases.filter { $0 != .running }.map(\.rawValue).joined(separator: ", ")).")
    var state: JobState

    @Option(help: "At most so many, oldest first.")
    var limit = 10_000

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let count = try await stores.drivers.queue.purge(target.queue, state: state, limit: limit)
        return try context.tell(count, as: "purged", json: flags.json)
    }
}

/// `switchyard queue pause`.
struct QueuePauseCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Hand out nothing more from a queue; what runs goes on."
    )

    @OptionGroup var target: QueueArgument
    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try await stores.queue.pause(target.queue)
        if flags.json { try context.writeJSON(["paused": true]) }
        return .success
    }
}

/// `switchyard queue resume`.
struct QueueResumeCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Hand out a paused queue's work again."
    )

    @OptionGroup var target: QueueArgument
    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try await stores.queue.resume(target.queue)
        if flags.json { try context.writeJSON(["paused": false]) }
        return .success
    }
}

/// `switchyard queue limits`.
struct QueueLimitsCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Set how many of a queue's jobs may run at once, over all workers.",
        discussion: """
            What is not named goes back to its default: no limit for the queue, 1 per concurrency key, priorities that \
            age by a step every 5 minutes.
            """
    )

    @OptionGroup var target: QueueArgument

    @Option(help: "At most so many of the queue at once.")
    var running: Int?

    @Option(help: "At most so many with the same concurrency key at once.")
    var perKey = 1

    @Option(help: "Waiting time that counts as one priority step; 0 for never.")
    var ageing = DurationArgument(.seconds(300))

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        var limits = QueueLimits()
        limits.running = running
        limits.runningPerKey = perKey
        limits.ageingStep = ageing.duration > .zero ? ageing.duration : nil
        try await stores.queue.setLimits(target.queue, limits)
        if flags.json { try context.writeJSON(["changed": true]) }
        return .success
    }
}

extension CommandContext {
    /// Prints a count: the number alone, or an object with one key.
    func tell(_ count: Int, as key: String, json: Bool) throws -> ExitStatus {
        if json { try writeJSON([key: count]) } else { output.writeLine(String(count)) }
        return .success
    }
}
