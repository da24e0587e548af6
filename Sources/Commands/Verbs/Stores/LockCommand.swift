import ArgumentParser
import Foundation
import Services
import Terminal

/// `switchyard lock`.
struct LockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Take the exclusive right to a name, for a time.",
        discussion: """
            A lease ends by itself when it is not renewed, so a holder that dies blocks nobody for long. Each grant has \
            a token that is greater than every earlier one of that name: hand it to what the lock protects, and let that \
            refuse lower ones. That keeps out a holder that was asleep while its lease ended.

            EXAMPLES:
              switchyard lock run deploy -- ./deploy.sh
              token=$(switchyard lock acquire deploy --ttl 5m) && ./deploy.sh; switchyard lock release deploy --token "$token"
              switchyard lock list
            """,
        subcommands: [
            LockAcquireCommand.self, LockRenewCommand.self, LockReleaseCommand.self, LockListCommand.self,
            LockRunCommand.self,
        ]
    )
}

/// Who holds a lease that was taken on the command line.
struct HolderOption: ParsableArguments {
    @Option(help: "Who holds it; the run and agent, or user and host, unless given.")
    var holder: String?

    func name(in context: CommandContext) -> String {
        if let holder { return holder }
        if let run = context.environment["SWITCHYARD_RUN_ID"],
            let agent = context.environment["SWITCHYARD_AGENT_ID"]
        {
            return "\(run)/\(agent)"
        }
        return RunComposition.user(context.environment)
    }
}

/// `switchyard lock acquire`.
struct LockAcquireCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "acquire",
        abstract: "Take a lock; prints its token.",
        discussion: """
            Several names are taken together or not at all, without the danger of a deadlock; then a line per name is \
            printed, name and token. Repeating the command with the same '--request-id' while the lease lasts prints the \
            same token: for callers that may have been cut off before they saw the answer.

            EXIT STATUS: 0 it is yours, 1 another holds it (within '--wait').
            """
    )

    @Argument(help: ArgumentHelp("What to lock.", valueName: "name"))
    var names: [String]

    @Option(help: "How long it is yours, unless renewed or released.")
    var ttl = DurationArgument(.seconds(60))

    @Option(help: "How long to wait for it.")
    var wait = DurationArgument(.zero)

    @OptionGroup var holder: HolderOption

    @Option(help: "Makes repeating this very request harmless.")
    var requestID: String?

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let answer = try await stores.lock.acquire(
            names,
            holder: holder.name(in: context),
            timeToLive: ttl.duration,
            wait: wait.duration,
            requestID: requestID
        )
        switch answer {
        case .granted(let leases):
            for lease in leases {
                if flags.json {
                    try context.writeJSON(LeaseDocument(lease))
                } else {
                    context.output.writeLine(names.count == 1 ? "\(lease.token)" : "\(lease.name)\t\(lease.token)")
                }
            }
            return .success
        case .held(let other):
            try context.tell(other, json: flags.json)
            return .negative
        }
    }
}

/// The lease a verb is about, as 'lock acquire' printed it.
struct LeaseArguments: ParsableArguments {
    @Argument(help: "What is locked.")
    var name: String

    @Option(help: "The token that 'lock acquire' printed.")
    var token: UInt64

    @OptionGroup var holder: HolderOption

    func lease(in context: CommandContext) -> Lease {
        Lease(name: name, holder: holder.name(in: context), token: FencingToken(token))
    }
}

/// `switchyard lock renew`.
struct LockRenewCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Hold a lock for longer.",
        discussion:
            "EXIT STATUS: 0 it is yours for the new time, 1 it had ended or is another's: stop what it protects."
    )

    @OptionGroup var lease: LeaseArguments

    @Option(help: "How long it is yours from now.")
    var ttl = DurationArgument(.seconds(60))

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let isRenewed = try await stores.lock.renew([lease.lease(in: context)], timeToLive: ttl.duration)
        if flags.json { try context.writeJSON(["renewed": isRenewed]) }
        if !isRenewed { context.talk.writeLine("The lease of '\(lease.name)' had ended, or another holds it.") }
        return isRenewed ? .success : .negative
    }
}

/// `switchyard lock release`.
struct LockReleaseCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give a lock back.",
        discussion:
            "EXIT STATUS: 0 it was still yours, 1 it had ended or is another's: the work it protected may have met others."
    )

    @OptionGroup var lease: LeaseArguments
    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let isReleased = try await stores.lock.release([lease.lease(in: context)]) > 0
        if flags.json { try context.writeJSON(["released": isReleased]) }
        if !isReleased { context.talk.writeLine("The lease of '\(lease.name)' had ended, or another holds it.") }
        return isReleased ? .success : .negative
    }
}

/// `switchyard lock list`.
struct LockListCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List lock names, their holders and tokens."
    )

    @Option(help: "Only names that begin with this.")
    var prefix = ""

    @Flag(help: "Free ones, too.")
    var all = false

    @Option(help: "Look at so many names at most.")
    var limit = 1_000

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let records = try await stores.drivers.lock.records(prefix: prefix, after: nil, limit: limit)
            .filter { all || $0.holder != nil }
        if flags.json {
            for record in records { try context.writeJSON(LockDocument(record)) }
            return .success
        }
        guard !records.isEmpty else {
            context.talk.writeLine("Nobody holds a lock.")
            return .success
        }
        var table = Table([
            Table.Column("NAME", isFlexible: true), Table.Column("TOKEN", alignment: .trailing), Table.Column("HOLDER"),
            Table.Column("ENDS IN", alignment: .trailing), Table.Column("SINCE"),
        ])
        for record in records {
            table.append([
                StyledText(CleanText.line(record.name), .bold), StyledText("\(record.token)"),
                StyledText(record.holder.map(CleanText.line) ?? "free", record.holder == nil ? .dim : .plain),
                StyledText(record.remaining.map { QuantityText.duration($0) } ?? ""),
                StyledText(record.acquiredAt?.shown ?? "", .dim),
            ])
        }
        context.write(table)
        return .success
    }
}

extension CommandContext {
    /// Tells who holds what was asked for.
    func tell(_ other: LeaseHolder, json: Bool) throws {
        if json { return try writeJSON(HeldDocument(other)) }
        let holder = other.holder.map { " by '\($0)'" } ?? ""
        let time = other.remaining.map { ", for \(QuantityText.duration($0)) unless renewed" } ?? ""
        talk.writeLine("'\(other.name)' is held\(holder)\(time).")
    }
}

private struct LeaseDocument: Encodable {
    var name: String
    var holder: String
    var token: UInt64
    var ttlSeconds: Double?
    var acquired = true

    init(_ lease: Lease) {
        name = lease.name
        holder = lease.holder
        token = lease.token.rawValue
        ttlSeconds = lease.timeToLive?.seconds
    }
}

private struct HeldDocument: Encodable {
    var name: String
    var holder: String?
    var remainingSeconds: Double?
    var acquired = false

    init(_ other: LeaseHolder) {
        name = other.name
        holder = other.holder
        remainingSeconds = other.remaining?.seconds
    }
}

private struct LockDocument: Encodable {
    var name: String
    var holder: String?
    var token: UInt64
    var acquiredAt: Date?
    var remainingSeconds: Double?

    init(_ record: LockRecord) {
        name = record.name
        holder = record.holder
        token = record.token.rawValue
        acquiredAt = record.acquiredAt?.date
        remainingSeconds = record.remaining?.seconds
    }
}
