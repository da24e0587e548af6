import ArgumentParser
import Services
import Terminal

/// `switchyard cache`.
struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Keep values for a time, shared by all processes.",
        discussion: """
            A cache may forget anything at any time; it never gives back what was invalidated or has become too old.

            EXAMPLES:
              switchyard cache set models list --ttl 1h < models.json
              switchyard cache get models list || fetch-models
              switchyard cache invalidate models --tag provider:acme
            """,
        subcommands: [
            CacheGetCommand.self, CacheSetCommand.self, CacheDeleteCommand.self, CacheInvalidateCommand.self,
            CacheStatsCommand.self,
        ]
    )
}

/// Names one cached value.
struct CacheKeyArguments: ParsableArguments {
    @Argument(help: "A group of keys, such as 'models'.")
    var namespace: String

    @Argument(help: "The key within the group.")
    var key: String

    var value: CacheKey { CacheKey(namespace, key) }
}

/// `switchyard cache get`.
struct CacheGetCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print a cached value, byte for byte.",
        discussion: """
            EXIT STATUS: 0 it is there, 1 it is not. With '--stale' a value past its time to live is printed too, while \
            it is kept to be served.
            """
    )

    @OptionGroup var key: CacheKeyArguments

    @Flag(help: "Take a stale value, too.")
    var stale = false

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let entry = try await stores.drivers.cache.entry(key.value)
        guard let entry, let value = entry.value, stale || entry.freshFor > .zero else { return .negative }
        if flags.json {
            try context.writeJSON(CacheDocument(entry: entry, value: value))
        } else {
            context.output.write(bytes: value)
        }
        return .success
    }
}

private struct CacheDocument: Encodable {
    var entry: CacheEntry
    var value: [UInt8]

    private enum CodingKeys: String, CodingKey {
        case freshForSeconds, usableForSeconds, version
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(entry.freshFor.seconds, forKey: .freshForSeconds)
        try container.encode(entry.usableFor.seconds, forKey: .usableForSeconds)
        try container.encode(entry.version, forKey: .version)
        try PayloadText(bytes: value, name: "value").encode(to: encoder)
    }
}

/// `switchyard cache set`.
struct CacheSetCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Keep a value; standard input unless it is given."
    )

    @OptionGroup var key: CacheKeyArguments
    @OptionGroup var source: PayloadSource

    @Option(help: "How long it is fresh; the namespace's own time unless given.")
    var ttl: DurationArgument?

    @Option(help: "How much longer it may be served stale.")
    var stale = DurationArgument(.zero)

    @Option(name: .customLong("tag"), help: "A word to invalidate it by; may be repeated.")
    var tags: [String] = []

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let value = try await source.load(in: context)
        let names = Cache.Options().namespaces
        let fresh = ttl?.duration ?? names[key.namespace]?.freshFor ?? Cache.Options().fallback.freshFor
        var write = CacheWrite(key: key.value, value: value, freshFor: fresh, usableFor: fresh + stale.duration)
        write.tags = tags
        // Other processes may hold the old value in memory.
        try await stores.cache.invalidate(.key(key.value))
        _ = try await stores.drivers.cache.store(write, ifVersion: nil)
        if flags.json { try context.writeJSON(["stored": true]) }
        return .success
    }
}

/// `switchyard cache delete`.
struct CacheDeleteCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Forget one value, in every process.",
        discussion: "EXIT STATUS: 0 it was there, 1 it was not."
    )

    @OptionGroup var key: CacheKeyArguments
    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let count = try await stores.cache.invalidate(.key(key.value))
        if flags.json { try context.writeJSON(["deleted": count > 0]) }
        return count > 0 ? .success : .negative
    }
}

/// `switchyard cache invalidate`.
struct CacheInvalidateCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "invalidate",
        abstract: "Forget many values, in every process; prints how many.",
        discussion: """
            EXAMPLES:
              switchyard cache invalidate models --prefix acme/
              switchyard cache invalidate models --tag provider:acme
              switchyard cache invalidate models --all
            """
    )

    @Argument(help: "The group of keys.")
    var namespace: String

    @Option(help: "Keys that begin with this.")
    var prefix: String?

    @Option(help: "Keys that carry this tag.")
    var tag: String?

    @Flag(help: "All of the namespace.")
    var all = false

    @OptionGroup var flags: StoreFlags

    func validate() throws {
        let count = [prefix != nil, tag != nil, all].count { $0 }
        guard count == 1 else { throw ValidationError("Say one of '--prefix', '--tag' and '--all'.") }
    }

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let selector: CacheSelector =
            if let prefix {
                .prefix(CacheKey(namespace, prefix))
            } else if let tag {
                .tag(namespace: namespace, tag: tag)
            } else {
                .namespace(namespace)
            }
        return try context.tell(try await stores.cache.invalidate(selector), as: "invalidated", json: flags.json)
    }
}

/// `switchyard cache stats`.
struct CacheStatsCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show entries and bytes per namespace."
    )

    @OptionGroup var flags: StoreFlags

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let usage = try await stores.drivers.cache.usage()
        if flags.json {
            for entry in usage { try context.writeJSON(UsageDocument(entry)) }
            return .success
        }
        guard !usage.isEmpty else {
            context.talk.writeLine("The cache is empty.")
            return .success
        }
        var table = Table([
            Table.Column("NAMESPACE", isFlexible: true), Table.Column("ENTRIES", alignment: .trailing),
            Table.Column("SIZE", alignment: .trailing),
        ])
        for entry in usage {
            table.append([
                StyledText(CleanText.line(entry.namespace), .bold), StyledText("\(entry.entries)"),
                StyledText(SettingValue.sizeInBytes(entry.sizeInBytes).text),
            ])
        }
        context.write(table)
        return .success
    }

    private struct UsageDocument: Encodable {
        var namespace: String
        var entries: Int
        var sizeInBytes: Int

        init(_ usage: CacheUsage) {
            namespace = usage.namespace
            entries = usage.entries
            sizeInBytes = usage.sizeInBytes
        }
    }
}
