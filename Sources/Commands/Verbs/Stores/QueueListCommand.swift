import ArgumentParser
import Services
import Terminal

/// `switchyard queue list`.
struct QueueListCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a queue's jobs in one state, by id.",
        discussion: """
            EXAMPLES:
              switchyard queue list mail
              switchyard queue list mail --state completed --after 1200 --limit 50 --json
            """
    )

    @OptionGroup var target: QueueArgument

    @Option(help: "One of \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state = JobState.ready

    @OptionGroup var page: JobPage
    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try await page.show(state, of: target.queue, with: stores, json: flags.json, in: context)
    }
}

/// `switchyard queue dead`.
struct QueueDeadCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "List a queue's dead letters with their last errors.",
        discussion: "Let them run again with 'switchyard queue redrive', or delete them with 'switchyard queue purge'."
    )

    @OptionGroup var target: QueueArgument
    @OptionGroup var page: JobPage
    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try await page.show(.dead, of: target.queue, with: stores, json: flags.json, in: context)
    }
}

/// `switchyard queue show`.
struct QueueShowCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one job as JSON, with its payload and errors.",
        discussion: "EXIT STATUS: 0 it is there, 1 there is no such job."
    )

    @Argument(help: "The job's id.")
    var id: JobID

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        guard let job = try await stores.drivers.queue.job(id) else {
            context.talk.writeLine("There is no job \(id): it never was, or it has been pruned.")
            return .negative
        }
        try context.writeJSON(JobDocument(job))
        return .success
    }
}

/// Which part of a long list to show.
struct JobPage: ParsableArguments {
    @Option(help: "Begin after the job with this id.")
    var after: JobID?

    @Option(help: "At most so many.")
    var limit = 100

    func show(
        _ state: JobState,
        of queue: String,
        with stores: OpenStores,
        json: Bool,
        in context: CommandContext
    ) async throws -> ExitStatus {
        let jobs = try await stores.drivers.queue.jobs(in: queue, state: state, after: after, limit: limit)
        if json {
            for job in jobs { try context.writeJSON(JobDocument(job)) }
            return .success
        }
        guard !jobs.isEmpty else {
            context.talk.writeLine("The queue '\(queue)' has no job in the state '\(state.rawValue)'.")
            return .success
        }
        var table = Table([
            Table.Column("ID", alignment: .trailing), Table.Column("KIND"), Table.Column("PRIO", alignment: .trailing),
            Table.Column("TRIES", alignment: .trailing), Table.Column(state == .scheduled ? "DUE" : "ENQUEUED"),
            Table.Column(state == .dead ? "LAST ERROR" : "PAYLOAD", isFlexible: true),
        ])
        for job in jobs {
            table.append([
                StyledText("\(job.id)", .bold), StyledText(CleanText.line(job.kind)), StyledText("\(job.priority)"),
                StyledText("\(job.attempts)/\(job.maxAttempts)"),
                StyledText(((state == .scheduled ? job.runAt : nil) ?? job.enqueuedAt).shown, .dim),
                StyledText(
                    state == .dead
                        ? .excerpt(of: Array((job.errors.last?.error ?? "").utf8)) : .excerpt(of: job.payload)
                ),
            ])
        }
        context.write(table)
        if jobs.count == limit, let last = jobs.last {
            context.talk.writeLine("There may be more: --after \(last.id)")
        }
        return .success
    }
}

extension JobID: ExpressibleByArgument {
    init?(argument: String) {
        guard let number = Int64(argument), number > 0 else { return nil }
        self.init(number)
    }
}

extension JobState: ExpressibleByArgument {}
