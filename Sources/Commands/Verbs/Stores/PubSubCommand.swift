import ArgumentParser
import Services
import Terminal

/// `switchyard pubsub`.
struct PubSubCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pubsub",
        abstract: "Send messages to whoever listens now.",
        discussion: """
            Nothing is stored: who does not listen misses it. For work that must be done, use 'switchyard queue'.

            EXAMPLES:
              switchyard pubsub subscribe builds --count 1
              switchyard pubsub publish builds '{"id":7,"state":"done"}'
            """,
        subcommands: [PubSubPublishCommand.self, PubSubSubscribeCommand.self]
    )
}

/// `switchyard pubsub publish`.
struct PubSubPublishCommand: StoreVerb {
    static let configuration = CommandConfiguration(commandName: "publish", abstract: "Send one message.")

    @Argument(help: "What it is about.")
    var topic: String

    @OptionGroup var source: PayloadSource
    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        try await stores.pubSub.publish(Topic(topic), try await source.load(in: context))
        if flags.json { try context.writeJSON(["published": true]) }
        return .success
    }
}

/// `switchyard pubsub subscribe`.
struct PubSubSubscribeCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "subscribe",
        abstract: "Print messages as they come, one per line.",
        discussion: """
            A line on standard error tells when listening has begun, and when messages may have been missed. Line breaks \
            within a message are printed as they are; with '--json' each message is one line for certain.

            EXIT STATUS: 0 '--count' messages came, 1 the time of '--for' was over before, 130 stopped by Ctrl-C.
            """
    )

    @Argument(help: "What to hear.")
    var topic: String

    @Flag(help: "Every topic that begins with that text.")
    var prefix = false

    @Option(help: "End after so many messages.")
    var count: Int?

    @Option(help: "End after this time.")
    var `for`: DurationArgument?

    @Option(help: "Messages kept while the reader is slow; beyond that the oldest are dropped, and that is told.")
    var buffer = 1_000

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let pattern: TopicPattern = prefix ? .prefix(topic) : .exact(Topic(topic))
        let subscription = try await stores.pubSub.subscribe(to: pattern, bufferLimit: buffer)
        context.talk.writeLine("Listening to '\(topic)'\(prefix ? " and all that begins with it" : "").")
        return try await withThrowingTaskGroup(of: ExitStatus.self) { group in
            group.addTask { try await print(subscription, in: context) }
            group.addTask {
                for await _ in context.interrupts() { return .interrupted }
                // Nobody will ask to stop: the other tasks decide.
                try await ContinuousClock().sleep(for: .seconds(Int32.max))
                return .interrupted
            }
            if let limit = self.for?.duration {
                group.addTask {
                    try await ContinuousClock().sleep(for: limit)
                    return .negative
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .success
        }
    }

    private func print(_ subscription: SubscriptionEvents, in context: CommandContext) async throws -> ExitStatus {
        var printed = 0
        for await event in subscription {
            switch event {
            case .message(let message):
                if flags.json {
                    try context.writeJSON(MessageDocument(message))
                } else {
                    context.output.write(bytes: message.payload + [10])
                }
                printed += 1
                if printed == count { return .success }
            case .gap(let lost):
                context.talk.writeLine(
                    lost.map { "\($0) messages were dropped: the reader was too slow." }
                        ?? "The connection was away: messages may be missing."
                )
            }
        }
        return .success
    }
}

private struct MessageDocument: Encodable {
    var message: PubSubMessage

    init(_ message: PubSubMessage) {
        self.message = message
    }

    private enum CodingKeys: String, CodingKey {
        case topic
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(message.topic.rawValue, forKey: .topic)
        try PayloadText(bytes: message.payload, name: "payload").encode(to: encoder)
    }
}
