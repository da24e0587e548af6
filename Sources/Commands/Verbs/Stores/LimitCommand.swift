import ArgumentParser
import Services
import Terminal

/// `switchyard limit`.
struct LimitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Ask whether a key may make a request now.",
        discussion: """
            The first word of the answer is 'allowed' or 'denied'; after it stand what remains and, when denied, when to \
            ask again. All processes that share the stores share the count.

            POLICIES:
              gcra     spreads requests evenly and allows a burst; the default
              fixed    a counter per window of the clock; twice the limit can pass around a window's edge
              sliding  the counter of this window and the rest of the last one

            EXAMPLES:
              switchyard limit hit api:ann --limit 30 --per 1m && curl https://api.example.org/
              switchyard limit peek api:ann --limit 30 --per 1m --json
            """,
        subcommands: [LimitHitCommand.self, LimitPeekCommand.self, LimitResetCommand.self]
    )
}

/// The key and its limit.
struct LimitArguments: ParsableArguments {
    @Argument(help: "What is counted.")
    var key: String

    @Option(help: "How many are allowed in the time.")
    var limit: Int

    @Option(help: "The time.")
    var per: DurationArgument

    @Option(help: "One of gcra, fixed, sliding.")
    var policy = RateLimit.Policy.gcra

    @Option(help: "How many may come at once, for gcra; the limit unless given.")
    var burst: Int?

    @Option(help: "How much this request counts.")
    var cost = 1

    @OptionGroup var flags: StoreFlags

    var request: RateLimitRequest {
        RateLimitRequest(
            key: key,
            limit: RateLimit(policy: policy, limit: limit, per: per.duration, burst: burst),
            cost: cost
        )
    }

    func tell(_ decision: RateLimitDecision, in context: CommandContext) throws -> ExitStatus {
        if flags.json {
            try context.writeJSON(LimitDocument(decision))
        } else {
            var words = "\(decision.isAllowed ? "allowed" : "denied") \(decision.remaining)/\(decision.limit) left"
            if !decision.isAllowed {
                words +=
                    decision.retryAfter.map { ", retry after \(seconds($0))s" }
                    ?? ", never: the cost is above the burst"
            }
            context.output.writeLine(words)
        }
        if decision.isLocal { context.talk.writeLine("The shared store is away: this process alone decided.") }
        return decision.isAllowed ? .success : .negative
    }

    private func seconds(_ duration: Duration) -> String {
        String(Double((duration.seconds * 1000).rounded(.up)) / 1000)
    }
}

/// `switchyard limit hit`.
struct LimitHitCommand: StoreVerb {
    static let need = TableNeed.tablesWhereReachable
    static let configuration = CommandConfiguration(
        commandName: "hit",
        abstract: "Count a request if it is allowed.",
        discussion: "EXIT STATUS: 0 allowed and counted, 1 denied and not counted."
    )

    @OptionGroup var arguments: LimitArguments

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try arguments.tell(try await stores.rateLimiter.hit(arguments.request), in: context)
    }
}

/// `switchyard limit peek`.
struct LimitPeekCommand: StoreVerb {
    static let need = TableNeed.tablesWhereReachable
    static let configuration = CommandConfiguration(
        commandName: "peek",
        abstract: "Say whether a request would be allowed, and count nothing.",
        discussion: "EXIT STATUS: 0 it would be allowed, 1 denied."
    )

    @OptionGroup var arguments: LimitArguments

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try arguments.tell(try await stores.rateLimiter.peek(arguments.request), in: context)
    }
}

/// `switchyard limit reset`.
struct LimitResetCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Forget what a key has used, under every policy."
    )

    @Argument(help: "What is counted.")
    var key: String

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try await stores.rateLimiter.reset(key)
        if flags.json { try context.writeJSON(["reset": true]) }
        return .success
    }
}

extension RateLimit.Policy: ExpressibleByArgument {}

private struct LimitDocument: Encodable {
    var allowed: Bool
    var limit: Int
    var remaining: Int
    var resetAfterSeconds: Double
    var retryAfterSeconds: Double?
    var local: Bool

    init(_ decision: RateLimitDecision) {
        allowed = decision.isAllowed
        limit = decision.limit
        remaining = decision.remaining
        resetAfterSeconds = decision.resetAfter.seconds
        retryAfterSeconds = decision.retryAfter?.seconds
        local = decision.isLocal
    }
}
