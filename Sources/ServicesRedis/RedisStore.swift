package import EventLoop
package import Redis
package import Services

/// The server behind all Redis drivers: one client, one subscriber, and where their keys begin.
///
/// Keys of one store share a prefix, so several stores can live in one database. Scripts compute further keys from
/// names, which a Redis cluster does not allow: the store needs one server, or one with replicas.
package struct RedisStore: Sendable {
    package struct Options: Sendable {
        /// What all keys and channels begin with.
        ///
        /// Default "switchyard:".
        package var keyPrefix = "switchyard:"
        /// Bounds on names and payloads.
        package var limits = SizeLimits()
        /// The shared connection.
        package var client = RedisClient.Options()
        /// The connection for subscriptions.
        package var subscriber = RedisSubscriber.Options()

        package init() {}
    }

    package let client: RedisClient
    package let subscriber: RedisSubscriber
    package let options: Options

    /// Prepares a store; nothing is connected before the first request.
    package init(url: RedisURL, reactor: Reactor, resolver: HostResolver, options: Options = Options()) {
        self.options = options
        client = RedisClient(url: url, reactor: reactor, resolver: resolver, options: options.client)
        subscriber = RedisSubscriber(url: url, reactor: reactor, resolver: resolver, options: options.subscriber)
    }

    /// Ends all subscriptions, waits for the requests under way and disconnects.
    package func close() async {
        await subscriber.close()
        await client.close()
    }

    /// Where messages say the server is; without user and password.
    var name: String { client.url.description }

    func key(_ kind: String, _ name: String = "") -> RedisArgument { .text(options.keyPrefix + kind + name) }

    /// Runs a script and translates its failure.
    ///
    /// - Parameters:
    ///   - script: what to run.
    ///   - keys: `KEYS`.
    ///   - arguments: `ARGV`.
    ///   - isRepeatable: whether running it twice does no harm; else a lost answer is an unknown outcome.
    /// - Returns: the script's value.
    /// - Throws: `ServicesError`.
    func run(
        _ script: RedisScript,
        keys: [RedisArgument],
        _ arguments: [RedisArgument],
        isRepeatable: Bool = true
    ) async throws(ServicesError) -> RedisValue {
        do {
            return try await script.run(keys: keys, arguments: arguments, on: client)
        } catch {
            throw .redis(error, store: name, isRepeatable: isRepeatable)
        }
    }

    func pipeline(
        _ commands: [RedisCommand],
        isRepeatable: Bool = true
    ) async throws(ServicesError) -> [RedisValue] {
        do {
            let replies = try await client.pipeline(commands)
            for (reply, command) in zip(replies, commands) { _ = try reply.orThrow(command.name) }
            return replies
        } catch {
            throw .redis(error, store: name, isRepeatable: isRepeatable)
        }
    }

    /// Reads a reply; one of another shape means that something else wrote the keys.
    func read<Value>(_ body: () throws(RedisError) -> Value) throws(ServicesError) -> Value {
        do {
            return try body()
        } catch {
            throw .redis(error, store: name)
        }
    }
}
