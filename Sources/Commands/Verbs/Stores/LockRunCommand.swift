import ArgumentParser
import ChildProcesses
import Services
import Terminal

/// `switchyard lock run`.
struct LockRunCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a command while holding a lock.",
        discussion: """
            The lease is renewed while the command runs. Should it be lost all the same, because the store was away for \
            too long, the command is ended (SIGTERM, after 5 seconds SIGKILL). The command finds its token in \
            SWITCHYARD_LOCK_TOKEN.

            EXAMPLES:
              switchyard lock run deploy -- ./deploy.sh production
              switchyard lock run db --also schema --wait 10m -- make migrate

            EXIT STATUS: the command's own; 75 another held the lock (within '--wait'), 74 the lease was lost and the \
            command ended, 128 + N the command died of signal N.
            """
    )

    @Argument(help: "What to lock.")
    var name: String

    @Option(help: ArgumentHelp("Lock this, too; may be repeated. All or none.", valueName: "name"))
    var also: [String] = []

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command and its arguments, after '--'.", valueName: "command")
    )
    var command: [String]

    @Option(help: "How long the lease lasts when this program dies; it is renewed at a third of that.")
    var ttl = DurationArgument(.seconds(30))

    @Option(help: "How long to wait for the lock.")
    var wait = DurationArgument(.zero)

    @OptionGroup var holder: HolderOption

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        do {
            let run = try await stores.lock.withLease(
                [name] + also,
                holder: holder.name(in: context),
                timeToLive: ttl.duration,
                wait: wait.duration
            ) { hold in
                var environment = context.environment
                environment["SWITCHYARD_LOCK_TOKEN"] = hold.leases.map { "\($0.token)" }.joined(separator: " ")
                return try await context.runInForeground(command, environment: environment)
            }
            switch run {
            case .ran(let ending): return ExitStatus(of: ending)
            case .held(let other):
                try context.tell(other, json: false)
                return .notNow
            }
        } catch let error as ServicesError where error.code == .leaseLost {
            context.talk.writeLine("The lease was lost, so the command was ended.")
            return .leaseLost
        }
    }
}

extension CommandContext {
    /// Runs a command on this program's own streams; a signal to this program ends it.
    func runInForeground(_ words: [String], environment: [String: String]) async throws -> ChildEnding {
        let command = ChildCommand(arguments: words, environment: environment, workingDirectory: workingDirectory)
        return try await withThrowingTaskGroup(of: ChildEnding?.self) { group in
            group.addTask { try await ChildRunner().runInForeground(command) }
            let interrupts = interrupts
            group.addTask {
                for await _ in interrupts() { return nil }
                return nil
            }
            while let ending = try await group.next() {
                guard let ending else {
                    // The first signal: the command is ended, and its own end is what is told.
                    if !Task.isCancelled { group.cancelAll() }
                    continue
                }
                group.cancelAll()
                return ending
            }
            throw CancellationError()
        }
    }
}

extension ExitStatus {
    /// The lease was lost while the command ran; 74 is `EX_IOERR` of sysexits.h.
    static let leaseLost = ExitStatus(rawValue: 74)

    /// What a shell would make of a child's end.
    init(of ending: ChildEnding) {
        switch ending {
        case .exited(let status): self.init(rawValue: status)
        case .signalled(let signal): self.init(rawValue: 128 + signal)
        case .cancelled, .timedOut, .silent: self = .interrupted
        }
    }
}
