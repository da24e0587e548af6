import EventLoop
import Foundation
import Redis
import Services
import ServicesRedis
import TestSupport

/// Fresh Redis stores for contract checks: each check has a key prefix of its own on the shared server.
enum RedisStores {
    static let reactor = Result { try Reactor() }
    static let resolver = HostResolver(threads: HelperThreads())

    static func open(_ url: String, prefix: String) throws -> RedisStore {
        var options = RedisStore.Options()
        options.keyPrefix = prefix
        // Contracts are about what is answered, not how fast: the machine may be busy.
        options.client.connection.commandTimeout = .seconds(60)
        options.client.connection.connectTimeout = .seconds(60)
        options.subscriber.connection = options.client.connection
        return RedisStore(
            url: try RedisURL(url),
            reactor: try reactor.get(),
            resolver: resolver,
            options: options
        )
    }

    /// A store under test whose drivers are made on connections of their own.
    static func fresh<Driver: Sendable>(
        _ make: @escaping @Sendable (RedisStore) -> Driver
    ) async throws -> StoreUnderTest<Driver> {
        let url = try await RedisServer.shared().url
        let prefix = "test:\(UUID().uuidString):"
        return StoreUnderTest(open: { make(try open(url, prefix: prefix)) })
    }
}
